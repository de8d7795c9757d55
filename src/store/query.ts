import type { Micros } from '#base/clock.ts'
import { Failure } from '#base/failure.ts'
import { parseJson } from '#base/json.ts'
import type { Params } from './engine/literal.ts'
import type { RowValues } from './event-sql.ts'
import type { EngineAnswer } from './supervisor-port.ts'

/** The clock range of the table, see row.ts. */
const MIN_MICROS = -2_208_988_800_000_000
/** A time after every stored one. */
export const MAX_MICROS = 9_000_000_000_000_000

/** Runs a statement with bound values; its rows as lists of columns. */
export type Query = (sql: string, params: Params, signal?: AbortSignal) => Promise<RowValues[]>

/** The rows of an answer; throws what a refusal means to a person. */
export function rowsOf(answer: EngineAnswer): RowValues[] {
  if (!answer.ok) throw queryFailure(answer)
  const rows: RowValues[] = []
  for (const line of answer.text.split('\n')) {
    if (line === '') continue
    const parsed = parseJson(line)
    if (!parsed.ok || !Array.isArray(parsed.value)) {
      throw new Failure('store.failed', 'the store engine gave an answer that is no row')
    }
    rows.push(parsed.value)
  }
  return rows
}

type Refusal = Extract<EngineAnswer, { ok: false }>

/** Errors of the engine that a person can do something about. Source: ClickHouse, src/Common/ErrorCodes.cpp. */
const QUERY_ADVICE: Readonly<Record<number, string>> = {
  159: 'it ran longer than allowed',
  160: 'it would run longer than allowed',
  241: 'it needs more memory than allowed',
  307: 'it would read more than allowed',
  394: 'it was cancelled',
}

function queryFailure(answer: Refusal): Failure {
  const advice = QUERY_ADVICE[answer.code]
  if (advice !== undefined) return new Failure('store.query-failed', `the query stopped: ${advice}`)
  return storeFailure(answer)
}

/** A refusal that is not the caller's fault: `files.full` for a full disk, else `store.failed`. */
export function storeFailure(answer: Refusal): Failure {
  // NOT_ENOUGH_SPACE
  const code = answer.code === 243 ? 'files.full' : 'store.failed'
  const first = answer.message.split('\n', 1)[0] ?? ''
  return new Failure(code, `the store engine refused: ${first.slice(0, 400)}`)
}

/** A time within the table's range. */
export function clampTime(micros: Micros): Micros {
  if (Number.isNaN(micros)) return 0
  return Math.round(Math.max(MIN_MICROS, Math.min(MAX_MICROS, micros)))
}
