import type { EgressResponse } from '#base/egress.ts'
import { Failure, systemCodeOf } from '#base/failure.ts'
import type { Act } from './action.ts'

const NEVER_CONNECTED: ReadonlySet<string> = new Set([
  'EAI_AGAIN',
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'UND_ERR_CONNECT_TIMEOUT',
])

/** What an answer means for a request that changes something: 2xx yes, 4xx no, anything else may have happened. */
export function actFromResponse(response: EgressResponse, wanted: string): Act {
  const { status } = response
  const said = response.body.replaceAll(/\s+/g, ' ').slice(0, 200)
  if (status >= 200 && status < 300)
    return { happened: 'yes', detail: `${wanted}: answered ${status}` }
  const happened = status >= 300 && status < 500 ? 'no' : 'unknown'
  return { happened, detail: `${wanted}: answered ${status} ${said}`.trim() }
}

/** What an error of a request means: blocked or never connected is no, a lost answer may have happened. */
export function actFromError(error: unknown): Act {
  if (!(error instanceof Failure)) throw error
  const never = error.code === 'egress.blocked' || NEVER_CONNECTED.has(systemCodeOf(error.cause))
  return { happened: never ? 'no' : 'unknown', detail: error.message }
}
