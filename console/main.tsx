import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { createRoot } from 'react-dom/client'
import { ApiProblem } from './api.ts'
import { router } from './router.ts'
import './styles/tokens.css'
import './styles/ground.css'
import './styles/frame.css'
import './styles/marks.css'
import './styles/lists.css'
import './styles/home.css'
import './styles/incident.css'
import './styles/hunt.css'
import './styles/plan.css'
import './styles/narrow.css'

const client = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 2_000,
      // A refusal does not get better by asking again; silence may.
      retry: (count, error) => count < 3 && !(error instanceof ApiProblem && error.status >= 400),
    },
  },
})

const root = document.getElementById('root')
if (root)
  createRoot(root).render(
    <QueryClientProvider client={client}>
      <RouterProvider router={router} />
    </QueryClientProvider>,
  )
