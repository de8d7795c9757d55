import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Clock, Micros } from '#base/clock.ts'
import { Failure } from '#base/failure.ts'
import type { Log } from '#base/log.ts'
import { ocsfClassName } from '#shape/ocsf.ts'
import type { SearchRow } from '#shape/search.ts'
import type {
  DeadLetterRow,
  EngineHealth,
  EventStore,
  Segment,
  SourceCount,
  SpanCount,
} from './contract.ts'
import type { Params } from './engine/literal.ts'
import { MAX_ROWS, search } from './event-search.ts'
import {
  BY_ID_SQL,
  COUNTS_SQL,
  DEAD_SQL,
  EVIDENCE_SQL,
  presenceSql,
  type RowValues,
  rawBytesFor,
  rowOf,
  SIZE_SQL,
  SPAN_EDGES_SQL,
  SPAN_SQL,
} from './event-sql.ts'
import { clampTime, type Query, rowsOf, storeFailure } from './query.ts'
import { planSearch } from './search/plan.ts'
import { superviseEngine } from './supervisor.ts'
import type { Supervisor } from './supervisor-port.ts'

const DEFAULT_RETENTION_DAYS = 90
const MAX_IDS = 1_000
/** Records counted at a time: so many ids fit into the memory of a query. */
const PIECE = 1_000_000
/** Characters that make a path a pattern to the engine's file(). */
const PATTERN_CHARS = /[{}*?,]/

/** What an event store needs. */
export interface EventStoreOptions {
  /** Folder of its own; made when absent. */
  readonly folder: string
  readonly log: Log
  readonly clock?: Clock
  /** Days of reception kept, 90 by default. */
  readonly retentionDays?: number
  /** The engine's entry module, where this code is not run from its own files. */
  readonly enginePath?: string
  /** Longest a query may run, 30 s by default. */
  readonly queryTimeoutMs?: number
}

/** Starts the engine and opens the events of a folder. `store.engine-missing`, or `store.failed` when the folder cannot be opened. */
export async function openEventStore(options: EventStoreOptions): Promise<EventStore> {
  const supervisor = await superviseEngine({
    engine: {
      folder: options.folder,
      retentionDays: options.retentionDays ?? DEFAULT_RETENTION_DAYS,
      readers: 3,
      queryTimeoutMs: options.queryTimeoutMs ?? 30_000,
      queryMemoryBytes: 600_000_000,
      queryThreads: 2,
    },
    modulePath: options.enginePath ?? enginePath(),
    log: options.log,
    ...(options.clock === undefined ? {} : { clock: options.clock }),
  })
  return createEventStore(supervisor)
}

/** Beside this file, with the ending that this file has. */
function enginePath(): string {
  const here = fileURLToPath(import.meta.url)
  return join(here, '..', 'engine', here.endsWith('.ts') ? 'main.ts' : 'main.js')
}

function createEventStore(supervisor: Supervisor): EventStore {
  const query: Query = async (sql, params, signal) =>
    rowsOf(await supervisor.query(sql, params, signal))
  return {
    append: (segment) => append(supervisor, segment),
    search: (wanted, signal) => search(query, wanted, signal),
    event: async (id) => (await eventsById(query, [id]))[0],
    events: (ids) => eventsById(query, ids),
    evidence: (id) => evidence(query, id),
    fieldPresence: (wanted) => fieldPresence(query, wanted),
    counts: (span) => counts(query, span),
    deadLetters: (wanted) => deadLetters(query, wanted),
    rowCount: (span) => rowCount(query, span),
    async dropBefore(before) {
      const day = Number(new Date(before / 1000).toISOString().slice(0, 10).replaceAll('-', ''))
      const answer = await supervisor.dropBefore(day)
      if (!answer.ok) throw storeFailure(answer)
      return Number(answer.text)
    },
    checkHealth: () => checkHealth(supervisor, query),
    close: () => supervisor.close(),
  }
}

async function append(supervisor: Supervisor, segment: Segment): Promise<void> {
  if (PATTERN_CHARS.test(segment.path)) {
    throw new Failure('store.failed', `a segment file cannot be named ${segment.path}`)
  }
  const answer = await supervisor.append(segment)
  if (!answer.ok) throw storeFailure(answer)
}

const POSITION = /^\d{1,10}-(\d{1,15})(\.\d{1,10})?$/

async function evidence(query: Query, id: string): Promise<Uint8Array | undefined> {
  const seq = POSITION.exec(id)?.[1]
  if (seq === undefined) return undefined
  const [row] = await query(EVIDENCE_SQL, { id, seq: Number(seq) })
  if (row === undefined) return undefined
  const [raw, exact] = row.map(String)
  return exact ? Buffer.from(exact, 'base64') : Buffer.from(raw ?? '')
}

async function eventsById(query: Query, ids: readonly string[]): Promise<SearchRow[]> {
  const wanted = [...new Set(ids)].filter((id) => POSITION.test(id))
  if (wanted.length === 0) return []
  const kept = wanted.slice(0, MAX_IDS)
  const seqs = kept.map((id) => Number(POSITION.exec(id)?.[1]))
  const low = Math.min(...seqs)
  const rows = await query(BY_ID_SQL, { ids: kept, seqs, low, high: Math.max(...seqs) })
  return rows.map((values) => rowOf(values, ocsfClassName))
}

async function fieldPresence(
  query: Query,
  wanted: { source: string; fields: readonly string[]; from: Micros },
): Promise<Record<string, number>> {
  // A star alone stands for any value but the empty one.
  const plans = wanted.fields.map((field) =>
    planSearch({ kind: 'is', field, at: 1, values: [['', '']] }),
  )
  const params: Record<string, Params[string]> = {
    source: wanted.source,
    from: clampTime(wanted.from),
  }
  const conditions = plans.map((plan, at) => {
    for (const [name, value] of Object.entries(plan.params)) params[`f${at}${name}`] = value
    return plan.sql.replaceAll(/\{(\w+):/g, `{f${at}$1:`)
  })
  const [row] = await query(presenceSql(conditions), params)
  const all = Number(row?.[0] ?? 0)
  return Object.fromEntries(
    wanted.fields.map((field, at) => [field, all === 0 ? 0 : Number(row?.[at + 1] ?? 0) / all]),
  )
}

async function counts(query: Query, span: { from: Micros; to: Micros }): Promise<SourceCount[]> {
  const rows = await query(COUNTS_SQL, { from: clampTime(span.from), to: clampTime(span.to) })
  return rows.map(([source, events, bytes, first, last, lastTime, families]) => ({
    source: String(source),
    events: Number(events),
    bytes: Number(bytes),
    firstReceived: Number(first),
    lastReceived: Number(last),
    lastTime: Number(lastTime),
    families: Array.isArray(families) ? families.map(String) : [],
  }))
}

async function deadLetters(
  query: Query,
  wanted: { source?: string; limit: number },
): Promise<DeadLetterRow[]> {
  const limit = Math.max(0, Math.min(MAX_ROWS, Math.floor(wanted.limit)))
  const rows = await query(DEAD_SQL, {
    all: wanted.source === undefined ? 1 : 0,
    source: wanted.source ?? '',
    limit,
    rawBytes: rawBytesFor(limit),
  })
  return rows.map(([id, source, received, reason, detail, raw, rawBytes]) => ({
    id: String(id),
    source: String(source),
    received: Number(received),
    reason: String(reason),
    detail: String(detail),
    raw: String(raw),
    rawBytes: String(rawBytes),
  }))
}

async function rowCount(
  query: Query,
  wanted: { partition: number; from: number; below: number; since?: Micros },
): Promise<SpanCount> {
  const span = { ...wanted, since: clampTime(wanted.since ?? Number.MIN_SAFE_INTEGER) }
  const sums = [0, 0, 0, 0, 0]
  const [edges] = await query(SPAN_EDGES_SQL, span)
  const [low, high, count] = (edges ?? []).map(Number)
  const end = count ? (high ?? 0) + 1 : 0
  // An id holds its seq, so what is distinct in one piece is in no other.
  for (let from = low ?? 0; from < end; from += PIECE) {
    const piece = { ...span, from, below: Math.min(end, from + PIECE) }
    const [row] = await query(SPAN_SQL, piece)
    for (const at of sums.keys()) sums[at] = (sums[at] ?? 0) + Number(row?.[at] ?? 0)
  }
  const [events = 0, distinctEvents = 0, records = 0, deadLetters = 0, distinctDeadLetters = 0] =
    sums
  return { events, distinctEvents, records, deadLetters, distinctDeadLetters }
}

async function checkHealth(supervisor: Supervisor, query: Query): Promise<EngineHealth> {
  const status = supervisor.status()
  if (status.state !== 'up') return { ...status, residentBytes: 0, diskBytes: 0, rows: 0 }
  const [memory, size] = await Promise.all([
    supervisor.memory(),
    query(SIZE_SQL, {}).catch((): RowValues[] => []),
  ])
  return {
    ...status,
    residentBytes: memory.ok ? Number(memory.text) : 0,
    diskBytes: Number(size[0]?.[0] ?? 0),
    rows: Number(size[0]?.[1] ?? 0),
  }
}
