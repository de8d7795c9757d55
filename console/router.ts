import { createRootRoute, createRouter } from '@tanstack/react-router'
import { queryText } from './api.ts'
import { Layout } from './parts/layout.tsx'
import { NotFound } from './parts/not-found.tsx'
import { routesUnder } from './routes.ts'

/** The root of all pages. */
const rootRoute = createRootRoute({ component: Layout, notFoundComponent: NotFound })

/** The pages by address. Search parameters are plain text: an address is readable and holds the whole state. */
export const router = createRouter({
  routeTree: rootRoute.addChildren(routesUnder(rootRoute)),
  parseSearch: (text) => Object.fromEntries(new URLSearchParams(text)),
  stringifySearch: (search) => {
    const text = queryText(search)
    return text === '' ? '' : `?${text}`
  },
  scrollRestoration: true,
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
