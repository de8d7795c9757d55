import { useQuery } from '@tanstack/react-query'
import { Link, Outlet, useNavigate, useRouterState } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import { ApiProblem, send } from '../api.ts'
import { moveRow, useKeys } from '../keys.ts'
import { useLive } from '../live.ts'
import { incidentsQuery, meQuery, planQuery } from '../queries.ts'
import { useTheme } from '../theme.ts'
import { Help } from './help.tsx'
import { SignedOut } from './signed-out.tsx'

/** The pages in the order of the day, each with its key after `g`. */
const PAGES = [
  { to: '/', key: 'o', name: 'Overview' },
  { to: '/incidents', key: 'i', name: 'Incidents' },
  { to: '/hunt', key: 'h', name: 'Hunt' },
  { to: '/sources', key: 's', name: 'Sources' },
  { to: '/plan', key: 'p', name: 'Plan' },
  { to: '/rules', key: 'r', name: 'Rules' },
] as const

/** The frame around every page: way in, way around, help. */
export function Layout() {
  const me = useQuery({ ...meQuery, retry: false })
  const signedOut = me.error instanceof ApiProblem && me.error.status === 401
  const live = useLive(me.data !== undefined)
  const [help, setHelp] = useState(false)
  const { theme, next } = useTheme()
  const navigate = useNavigate()
  useKeys({
    '?': () => setHelp(true),
    j: () => moveRow(1),
    k: () => moveRow(-1),
    '/': () => document.querySelector<HTMLInputElement>('[data-search]')?.focus(),
    t: next,
    ...Object.fromEntries(
      PAGES.map((page) => [`g ${page.key}`, () => void navigate({ to: page.to })]),
    ),
  })
  if (signedOut) return <SignedOut />
  return (
    <div className="frame">
      <a className="skip" href="#main">
        Skip to the page
      </a>
      <header className="top">
        <Link to="/" className="brand" aria-label="Vedette, overview">
          <img src="/assets/mark.svg" alt="" width="24" height="24" />
          Vedette
        </Link>
        <MainNav />
        <div className="top-end">
          <span className="live" data-state={live} role="status">
            <i aria-hidden="true" />
            {live === 'live' ? 'Live' : live === 'lost' ? 'Reconnecting' : 'Connecting'}
          </span>
          <button type="button" className="quiet" onClick={next} title="Theme (t)">
            Theme: {theme}
          </button>
          <button type="button" className="quiet" onClick={() => setHelp(true)} title="Keys (?)">
            Keys
          </button>
          <button
            type="button"
            className="quiet who"
            title={`Signed in as ${me.data?.name ?? ''} (${me.data?.role ?? ''})`}
            onClick={() => void send('/api/sign-out').then(() => me.refetch())}
          >
            Sign out
          </button>
        </div>
      </header>
      <Main />
      <Help open={help} onClose={() => setHelp(false)} />
    </div>
  )
}

function MainNav() {
  const incidents = useQuery(incidentsQuery({ status: 'open', limit: 1 }))
  const plan = useQuery(planQuery)
  const counts: Readonly<Record<string, number | undefined>> = {
    '/incidents': incidents.data?.total,
    '/plan': plan.data?.blindSpots.length,
  }
  return (
    <nav aria-label="Pages">
      {PAGES.map(({ to, name, key }) => (
        <Link
          key={to}
          to={to}
          activeOptions={{ exact: to === '/', includeSearch: false }}
          title={`g ${key}`}
        >
          {name}
          {(counts[to] ?? 0) > 0 && (
            <span className="count num">
              {counts[to]}
              <span className="hidden"> {to === '/plan' ? 'blind spots' : 'open'}</span>
            </span>
          )}
        </Link>
      ))}
    </nav>
  )
}

/** The page itself; after each change of page the focus starts at its top. */
function Main() {
  const path = useRouterState({ select: (state) => state.location.pathname })
  const main = useRef<HTMLElement>(null)
  const before = useRef(path)
  useEffect(() => {
    if (before.current !== path) main.current?.focus()
    before.current = path
  }, [path])
  return (
    <main id="main" tabIndex={-1} ref={main}>
      <Outlet />
    </main>
  )
}
