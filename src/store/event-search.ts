import type { Micros } from '#base/clock.ts'
import { Failure } from '#base/failure.ts'
import { ocsfClassName } from '#shape/ocsf.ts'
import type { SearchQuery, SearchResult } from '#shape/search.ts'
import { barsSql, newestSql, type RowValues, rawBytesFor, rowOf } from './event-sql.ts'
import { clampTime, MAX_MICROS, type Query } from './query.ts'
import { Mistake } from './search/node.ts'
import { parseSearch } from './search/parse.ts'
import { type Condition, planSearch } from './search/plan.ts'
import { describeSearch } from './search/understood.ts'

/** Most rows of one answer. */
export const MAX_ROWS = 10_000
const MAX_BARS = 500

/** Finds events: the newest matches, their exact number, and how they spread over the span. */
export async function search(
  query: Query,
  wanted: SearchQuery,
  signal: AbortSignal | undefined,
): Promise<SearchResult> {
  const started = performance.now()
  const { condition, understood } = understand(wanted.text)
  const from = clampTime(wanted.from)
  const to = Math.max(from, clampTime(wanted.to))
  const bars = Math.max(0, Math.min(MAX_BARS, Math.floor(wanted.bars)))
  const step = bars === 0 ? MAX_MICROS * 2 : Math.max(1, Math.ceil((to - from) / bars))
  const limit = Math.max(0, Math.min(MAX_ROWS, Math.floor(wanted.limit)))
  const params = { ...condition.params, from, to }
  const [found, counted] = await Promise.all([
    limit === 0
      ? []
      : query(newestSql(condition.sql), { ...params, limit, rawBytes: rawBytesFor(limit) }, signal),
    query(barsSql(condition.sql), { ...params, step: Math.min(step, MAX_MICROS) }, signal),
  ])
  const rows = found.map((values) => rowOf(values, ocsfClassName))
  const total = counted.reduce((sum, [, count]) => sum + Number(count), 0)
  return {
    rows,
    // Events stored between the two queries may be in the rows only.
    total: Math.max(total, rows.length),
    histogram: bars === 0 ? [] : histogram(counted, { from, to, step }),
    tookMs: Math.round(performance.now() - started),
    understood,
  }
}

function understand(text: string): { condition: Condition; understood: string } {
  const parsed = parseSearch(text)
  if (!parsed.ok) throw mistakeFailure(parsed.at ?? '1', parsed.detail ?? parsed.code)
  try {
    return { condition: planSearch(parsed.value), understood: describeSearch(parsed.value) }
  } catch (error) {
    if (error instanceof Mistake) throw mistakeFailure(String(error.at), error.message)
    throw error
  }
}

function mistakeFailure(at: string, message: string): Failure {
  return new Failure('store.query-failed', `position ${at}: ${message}`)
}

/** Every bar of the span, also the empty ones. */
function histogram(
  counted: readonly RowValues[],
  span: { from: number; to: number; step: number },
): { from: Micros; count: number }[] {
  const byBar = new Map(counted.map(([bar, count]) => [Number(bar), Number(count)]))
  const bars: { from: Micros; count: number }[] = []
  for (let at = 0; span.from + at * span.step < span.to; at += 1) {
    bars.push({ from: span.from + at * span.step, count: byBar.get(at) ?? 0 })
  }
  return bars
}
