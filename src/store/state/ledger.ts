import { type Kysely, sql } from 'kysely'
import type { LedgerRow } from '#shape/health.ts'
import type { LedgerFacts, LedgerStore, LedgerTotals } from './contract.ts'
import type { Tables } from './tables.ts'

const MAX_ROWS = 100_000
const CHART_MINUTES = 60

interface Span {
  readonly from: number
  readonly to: number
  readonly source?: string
}

type Reasons = Map<string, Record<string, number>>

/** What was counted, per source and minute of reception. */
export function createLedger(db: Kysely<Tables>): LedgerStore {
  return {
    rows: (filter) => rows(db, filter),
    totals: (filter) => totals(db, filter),
    facts: (filter) => facts(db, filter),
    dropBefore: (minute) =>
      db.transaction().execute(async (trx) => {
        await trx.deleteFrom('ledger_reasons').where('minute', '<', minute).execute()
        const result = await trx
          .deleteFrom('ledger')
          .where('minute', '<', minute)
          .executeTakeFirst()
        return Number(result.numDeletedRows)
      }),
  }
}

async function rows(db: Kysely<Tables>, filter: Span & { limit?: number }): Promise<LedgerRow[]> {
  const found = await inSpan(db, filter)
    .selectAll()
    .orderBy('minute')
    .orderBy('source')
    .limit(Math.min(MAX_ROWS, filter.limit ?? MAX_ROWS))
    .execute()
  const reasons = await reasonsOf(db, filter, (row) => `${row.minute} ${row.source}`)
  return found.map((row) => ({
    source: row.source,
    minute: row.minute,
    received: row.received,
    bytes: row.bytes,
    stored: row.stored,
    dropped: row.dropped,
    dead: row.dead,
    events: row.events,
    findings: row.findings,
    reasons: reasons.get(`${row.minute} ${row.source}`) ?? {},
    delaySumMs: row.delay_sum_ms,
    delayMaxMs: row.delay_max_ms,
  }))
}

async function totals(db: Kysely<Tables>, filter: Span): Promise<LedgerTotals[]> {
  const sum = <Column extends keyof Tables['ledger']>(column: Column) =>
    sql<number>`sum(${sql.ref(column)})`.as(column)
  const found = await inSpan(db, filter)
    .select([
      'source',
      sum('received'),
      sum('bytes'),
      sum('stored'),
      sum('dropped'),
      sum('dead'),
      sum('events'),
      sum('findings'),
      sum('delay_sum_ms'),
      sql<number>`max(delay_max_ms)`.as('delay_max_ms'),
      sql<number>`min(minute)`.as('first'),
      sql<number>`max(minute)`.as('last'),
    ])
    .groupBy('source')
    .orderBy('source')
    .execute()
  const reasons = await reasonsOf(db, filter, (row) => row.source)
  return found.map((row) => ({
    source: row.source,
    received: row.received,
    bytes: row.bytes,
    stored: row.stored,
    dropped: row.dropped,
    dead: row.dead,
    events: row.events,
    findings: row.findings,
    reasons: reasons.get(row.source) ?? {},
    delaySumMs: row.delay_sum_ms,
    delayMaxMs: row.delay_max_ms,
    firstMinute: row.first,
    lastMinute: row.last,
  }))
}

async function facts(
  db: Kysely<Tables>,
  filter: { from: number; to: number; sources?: readonly string[] },
): Promise<LedgerFacts[]> {
  const sums = new Map((await totals(db, filter)).map((each) => [each.source, each]))
  const start = Math.max(filter.from, filter.to - CHART_MINUTES)
  const recent = await inSpan(db, { from: start, to: filter.to })
    .select(['source', 'minute', 'received'])
    .execute()
  const charts = new Map<string, number[]>()
  for (const { source, minute, received } of recent) {
    const chart = charts.get(source) ?? emptyChart(start, filter.to)
    chart[minute - start] = received
    charts.set(source, chart)
  }
  const names = [...new Set([...sums.keys(), ...(filter.sources ?? [])])].sort()
  return names.map((source) => {
    const sum = sums.get(source)
    return {
      source,
      received: sum?.received ?? 0,
      bytes: sum?.bytes ?? 0,
      stored: sum?.stored ?? 0,
      dead: sum?.dead ?? 0,
      dropped: sum?.dropped ?? 0,
      events: sum?.events ?? 0,
      findings: sum?.findings ?? 0,
      perMinute: charts.get(source) ?? emptyChart(start, filter.to),
    }
  })
}

function emptyChart(from: number, to: number): number[] {
  return new Array<number>(Math.max(0, to - from)).fill(0)
}

function inSpan(db: Kysely<Tables>, filter: Span) {
  const base = db
    .selectFrom('ledger')
    .where('minute', '>=', filter.from)
    .where('minute', '<', filter.to)
  return filter.source === undefined ? base : base.where('source', '=', filter.source)
}

async function reasonsOf(
  db: Kysely<Tables>,
  filter: Span,
  keyOf: (row: { source: string; minute: number }) => string,
): Promise<Reasons> {
  const base = db
    .selectFrom('ledger_reasons')
    .selectAll()
    .where('minute', '>=', filter.from)
    .where('minute', '<', filter.to)
  const found = await (filter.source === undefined
    ? base
    : base.where('source', '=', filter.source)
  ).execute()
  const reasons: Reasons = new Map()
  for (const row of found) {
    const key = keyOf(row)
    const counts = reasons.get(key) ?? {}
    counts[row.reason] = (counts[row.reason] ?? 0) + row.count
    reasons.set(key, counts)
  }
  return reasons
}
