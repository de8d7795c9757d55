import type { Clock } from '#base/clock.ts'
import { Failure } from '#base/failure.ts'
import { closeIncident } from '#incident/index.ts'
import type { System } from '#serve/index.ts'
import type { Incident } from '#shape/incident.ts'
import { levelRank } from '#shape/severity.ts'
import type { StateStore } from '#store/index.ts'
import type { Live } from '../live.ts'
import { pageOf } from './pages.ts'

/** What the incident part of the system needs. */
export interface IncidentParts {
  readonly state: StateStore
  readonly clock: Clock
  readonly live: Live
  readonly onIncidentChanged: (incident: Incident) => void
  /** Runs a change of incidents alone, so that absorbing findings and closing never overwrite each other. */
  readonly alone: <T>(work: () => Promise<T>) => Promise<T>
}

const MOST_LISTED = 2_000

/** Incidents as the API wants them. */
export function incidentSystem(parts: IncidentParts): System['incidents'] {
  const { state, live, clock } = parts
  const change = (id: string, make: (incident: Incident) => Incident) =>
    parts.alone(async () => {
      const incident = await state.incidents.resolve(id)
      if (!incident) return undefined
      const changed = make(incident)
      await state.incidents.put(changed)
      parts.onIncidentChanged(changed)
      live.tell({ kind: 'incident', id: changed.id })
      return changed
    })
  return {
    async list(query) {
      const listed = await state.incidents.list({
        ...(query.status === 'all' ? {} : { status: query.status }),
        ...(query.text === undefined ? {} : { text: query.text }),
        limit: MOST_LISTED,
      })
      const wanted = listed.filter(
        (incident) =>
          (query.level === undefined || levelRank(incident.level) >= levelRank(query.level)) &&
          (query.target === undefined || incident.targets.includes(query.target)) &&
          (query.owner === undefined || incident.owner === query.owner),
      )
      return pageOf(wanted.toSorted(moreUrgentFirst), query)
    },
    get: (id) => state.incidents.resolve(id),
    close: (id, request, by) =>
      change(id, (incident) => {
        const closed = closeIncident(incident, { ...request, by, at: clock.micros() })
        if (!closed.ok) throw new Failure('api.conflict', closed.detail ?? closed.code)
        return closed.value
      }),
    assign: (id, owner, _by) =>
      change(id, (incident) => ({ ...incident, owner, updated: clock.micros() })),
  }
}

function moreUrgentFirst(a: Incident, b: Incident): number {
  if (a.status !== b.status) return a.status === 'open' ? -1 : 1
  return levelRank(b.level) - levelRank(a.level) || b.updated - a.updated
}
