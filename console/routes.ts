import { type AnyRootRoute, createRoute } from '@tanstack/react-router'
import { HomePage } from './pages/home/home-page.tsx'
import { HuntPage } from './pages/hunt/hunt-page.tsx'
import { IncidentPage } from './pages/incident/incident-page.tsx'
import { IncidentsPage } from './pages/incidents/incidents-page.tsx'
import { PlanPage } from './pages/plan/plan-page.tsx'
import { RulesPage } from './pages/rules/rules-page.tsx'
import { SourcesPage } from './pages/sources/sources-page.tsx'

/** Search parameters as text, of the given names only; what is absent stays absent. */
function texts<Name extends string>(...names: readonly Name[]) {
  return (search: Record<string, unknown>): Partial<Record<Name, string | undefined>> => {
    const kept: Partial<Record<Name, string | undefined>> = {}
    for (const name of names) {
      const value = search[name]
      if (typeof value === 'string' && value !== '') kept[name] = value
    }
    return kept
  }
}

/** Every page with its address and its search parameters, alphabetical. */
export function routesUnder<Root extends AnyRootRoute>(root: Root) {
  const getParentRoute = () => root
  return [
    createRoute({ getParentRoute, path: '/', component: HomePage }),
    createRoute({
      getParentRoute,
      path: '/hunt',
      component: HuntPage,
      validateSearch: texts('q', 'range', 'from', 'to', 'event'),
    }),
    createRoute({
      getParentRoute,
      path: '/incidents',
      component: IncidentsPage,
      validateSearch: texts('status', 'level', 'target', 'text'),
    }),
    createRoute({
      getParentRoute,
      path: '/incidents/$id',
      component: IncidentPage,
      validateSearch: texts('close'),
    }),
    createRoute({
      getParentRoute,
      path: '/plan',
      component: PlanPage,
      validateSearch: texts('target', 'state'),
    }),
    createRoute({
      getParentRoute,
      path: '/rules',
      component: RulesPage,
      validateSearch: texts('text', 'id'),
    }),
    createRoute({
      getParentRoute,
      path: '/sources',
      component: SourcesPage,
      validateSearch: texts('id', 'connect', 'dead'),
    }),
  ] as const
}
