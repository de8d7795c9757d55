import type { PlanReport } from '#serve/contract/plan.ts'
import type { Status } from '#serve/contract/status.ts'

/** How the sentence of truth is lit. */
export interface Tone {
  readonly kind: 'unknown' | 'act' | 'blind' | 'green'
  readonly word: string
}

/** Green only when everything is known and nothing is open; what is not known yet is never green. */
export function toneOf(facts: {
  plan: PlanReport | undefined
  status: Status | undefined
  openIncidents: number | undefined
  failed: boolean
}): Tone {
  const { plan, status, openIncidents, failed } = facts
  if (failed || !plan || !status || openIncidents === undefined)
    return { kind: 'unknown', word: failed ? 'Not known: the server does not answer' : 'Reading' }
  if (openIncidents > 0) return { kind: 'act', word: 'Somebody must act' }
  if (status.health.state === 'degraded') return { kind: 'act', word: 'The server is not well' }
  if (plan.blindSpots.length > 0) return { kind: 'blind', word: 'Blind in places' }
  if (plan.green && status.health.state === 'ok' && status.unknowns.length === 0)
    return { kind: 'green', word: 'All that the plan asks for is seen and quiet' }
  return { kind: 'unknown', word: 'Not everything is known' }
}
