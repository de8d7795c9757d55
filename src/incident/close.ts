import type { Micros } from '#base/clock.ts'
import { bad, good, type Outcome } from '#base/outcome.ts'
import { CLOSE_REASONS, type Incident } from '#shape/incident.ts'

/** How somebody ends an incident. */
interface Closing {
  /** One of CLOSE_REASONS. */
  readonly reason: string
  readonly note?: string | undefined
  readonly by: string
  readonly at: Micros
}

const MAX_NOTE_CHARS = 10_000

/** The incident, closed. Answers `incident.closed-already`, `incident.no-reason`, `incident.nobody`. */
export function closeIncident(incident: Incident, closing: Closing): Outcome<Incident> {
  if (incident.status === 'closed')
    return bad('incident.closed-already', {
      detail: `${incident.id} was closed as ${incident.closeReason ?? 'unknown'} by ${incident.closedBy ?? 'somebody'}`,
    })
  const reason = CLOSE_REASONS.find((known) => known === closing.reason)
  if (reason === undefined)
    return bad('incident.no-reason', { detail: `choose a reason: ${CLOSE_REASONS.join(', ')}` })
  if (closing.by.trim() === '') return bad('incident.nobody', { detail: 'say who closes it' })
  return good({
    ...incident,
    status: 'closed',
    closeReason: reason,
    closeNote: (closing.note ?? '').slice(0, MAX_NOTE_CHARS),
    closedBy: closing.by,
    closedAt: closing.at,
    updated: closing.at,
  })
}
