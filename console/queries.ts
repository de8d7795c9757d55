import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import type { Principal } from '#serve/contract/access.ts'
import type { Finding } from '#serve/contract/finding.ts'
import type { Incident, IncidentPage } from '#serve/contract/incident.ts'
import type { DeadLetter } from '#serve/contract/ledger.ts'
import type { PlanReport, SourceReport } from '#serve/contract/plan.ts'
import type { RuleList } from '#serve/contract/rule.ts'
import type { Run } from '#serve/contract/run.ts'
import type { SearchResult, SearchRow } from '#serve/contract/search.ts'
import type { Status } from '#serve/contract/status.ts'
import { type Query, read } from './api.ts'

/** How often what has no change events is read again. */
const REFRESH_MS = 15_000

/** Who is signed in. */
export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: ({ signal }) => read<Principal>('/api/me', {}, signal),
  staleTime: 60_000,
})

/** What the server knows of itself. */
export const statusQuery = queryOptions({
  queryKey: ['status'],
  queryFn: ({ signal }) => read<Status>('/api/status', {}, signal),
  refetchInterval: REFRESH_MS,
})

/** The plan judged against live data. */
export const planQuery = queryOptions({
  queryKey: ['plan'],
  queryFn: ({ signal }) => read<PlanReport>('/api/plan', {}, signal),
  refetchInterval: REFRESH_MS,
})

/** All sources. */
export const sourcesQuery = queryOptions({
  queryKey: ['source'],
  queryFn: ({ signal }) =>
    read<{ readonly items: readonly SourceReport[] }>('/api/sources', {}, signal),
  refetchInterval: REFRESH_MS,
})

/** All rules. */
export const rulesQuery = queryOptions({
  queryKey: ['rule'],
  queryFn: ({ signal }) => read<RuleList>('/api/rules', {}, signal),
})

/** Incidents by status, level, text. */
export function incidentsQuery(query: Query) {
  return queryOptions({
    queryKey: ['incident', 'list', query],
    queryFn: ({ signal }) => read<IncidentPage>('/api/incidents', query, signal),
    placeholderData: keepPreviousData,
  })
}

/** One incident. */
export function incidentQuery(id: string) {
  return queryOptions({
    queryKey: ['incident', id],
    queryFn: ({ signal }) => read<Incident>(`/api/incidents/${encodeURIComponent(id)}`, {}, signal),
  })
}

/** The findings of one incident. */
export function findingsQuery(incident: string) {
  return queryOptions({
    queryKey: ['finding', incident],
    queryFn: ({ signal }) =>
      read<{ readonly items: readonly Finding[]; readonly total: number }>(
        '/api/findings',
        { incident, limit: 200 },
        signal,
      ),
  })
}

/** Playbook runs. */
export function runsQuery(query: Query) {
  return queryOptions({
    queryKey: ['run', query],
    queryFn: ({ signal }) =>
      read<{ readonly items: readonly Run[]; readonly total: number }>('/api/runs', query, signal),
  })
}

/** Records that could not become events. */
export function deadLettersQuery(query: Query) {
  return queryOptions({
    queryKey: ['source', 'dead', query],
    queryFn: ({ signal }) =>
      read<{ readonly items: readonly DeadLetter[]; readonly total: number }>(
        '/api/dead-letters',
        query,
        signal,
      ),
  })
}

/** One event with its raw record; it never changes. */
export function eventQuery(id: string) {
  return queryOptions({
    queryKey: ['event', id],
    queryFn: ({ signal }) => read<SearchRow>(`/api/events/${encodeURIComponent(id)}`, {}, signal),
    staleTime: Number.POSITIVE_INFINITY,
  })
}

/** A search. */
export function searchQuery(query: Query) {
  return queryOptions({
    queryKey: ['search', query],
    queryFn: ({ signal }) => read<SearchResult>('/api/search', query, signal),
    placeholderData: keepPreviousData,
  })
}
