import { type Micros, systemClock } from '#base/clock.ts'
import { Failure } from '#base/failure.ts'
import type { JournalReader, JournalRecord } from '#base/journal.ts'
import type { Structured } from '#structure/index.ts'
import type { FromWorker, PipelineStart, Span, ToWorker } from './protocol.ts'
import { createSpanWriter, type SpanWriter } from './span-writer.ts'
import type { Stage } from './stage.ts'
import { createTally, type Tally } from './tally.ts'

/** What the loop needs of the world. */
export interface WorkerParts {
  readonly start: PipelineStart
  readonly reader: JournalReader
  readonly stage: Stage
  readonly send: (message: FromWorker) => void
}

/** The running loop; messages of the main thread go in by `take`. */
export interface WorkerLoop {
  take(message: ToWorker): void
}

interface State {
  next: number
  /** -1 until the main thread has told: before that nobody knows what waits in the journal. */
  durable: number
  stopping: boolean
  openSpans: number
  spanOpenedAt: Micros
  snapshotAt: Micros
  busy: Micros
  wake: () => void
}

/** A span of great records is closed before its rows are more than the store takes in one piece. */
const SPAN_CHARS = 64 * 1024 * 1024
/** Nothing more is read while a full disk leaves this much in memory. */
const MAX_UNWRITTEN_CHARS = 32 * 1024 * 1024
const BATCH = { maxRecords: 1_000, maxBytes: 8 * 1024 * 1024 }

/**
 * Starts reading at the older of store position and snapshot. Records before `storeFrom` are only detected again,
 * records that the snapshot has seen are only stored again; without a snapshot the whole kept journal is detected.
 */
export function runWorker(parts: WorkerParts): WorkerLoop {
  const { start } = parts
  const state: State = {
    next: Math.min(start.storeFrom, start.snapshot?.position ?? 0),
    durable: -1,
    stopping: false,
    openSpans: 0,
    spanOpenedAt: 0,
    snapshotAt: systemClock.micros(),
    busy: 0,
    wake: () => undefined,
  }
  const writer = createSpanWriter(start.spoolFolder)
  const tally = createTally()
  void work(parts, state, { writer, tally })
  return {
    take(message) {
      if (message.kind === 'durable') state.durable = Math.max(state.durable, message.durable)
      else if (message.kind === 'stored') state.openSpans -= 1
      else if (message.kind === 'indicators') parts.stage.detector.setIndicators(message.indicators)
      else state.stopping = true
      state.wake()
    },
  }
}

async function work(parts: WorkerParts, state: State, out: { writer: SpanWriter; tally: Tally }) {
  while (!state.stopping) {
    const isWanted = hasRoom(parts, state, out.writer) && state.next < state.durable
    const batch = isWanted
      ? await parts.reader.read(state.next, { ...BATCH, below: state.durable })
      : []
    if (batch.length > 0) processBatch(parts, state, { ...out, batch })
    if (isSpanDue(parts, state, out.writer)) closeSpan(parts, state, out)
    if (batch.length === 0 && out.writer.records === 0) judgeIdle(parts, state)
    if (batch.length === 0) await rest(parts, state, { ...out, isStarved: isWanted })
    else await new Promise((resolve) => setImmediate(resolve))
  }
  closeSpan(parts, state, out)
  handOutSnapshot(parts, state)
  parts.send({ kind: 'stopped' })
}

function processBatch(
  parts: WorkerParts,
  state: State,
  job: { writer: SpanWriter; tally: Tally; batch: readonly JournalRecord[] },
): void {
  const began = systemClock.micros()
  const detectFrom = parts.start.snapshot?.position ?? 0
  const structured: Structured[] = []
  for (const record of job.batch) {
    const one = parts.stage.structure(record)
    if (record.seq >= detectFrom) structured.push(one)
    if (record.seq < parts.start.storeFrom) continue
    if (job.writer.records === 0) state.spanOpenedAt = began
    job.writer.add(record, one)
    job.tally.record(record, one)
  }
  const findings = parts.stage.detect(structured, systemClock.micros())
  if ((job.batch[0]?.seq ?? 0) >= parts.start.storeFrom)
    for (const finding of findings) job.tally.finding(finding.source, finding.received)
  if (findings.length > 0) parts.send({ kind: 'findings', findings })
  const last = job.batch.at(-1)
  if (last) state.next = last.seq + 1
  state.busy += systemClock.micros() - began
}

/** Reading stops while the store or the disk is behind: the journal is the buffer. */
function hasRoom({ start }: WorkerParts, state: State, writer: SpanWriter): boolean {
  return (
    state.openSpans < start.limits.openSpans &&
    writer.records < 2 * start.limits.spanRecords &&
    writer.size < 2 * SPAN_CHARS &&
    writer.unwritten < MAX_UNWRITTEN_CHARS
  )
}

function isSpanDue({ start }: WorkerParts, state: State, writer: SpanWriter): boolean {
  if (writer.records === 0) return false
  const age = systemClock.micros() - state.spanOpenedAt
  const isBig = writer.records >= start.limits.spanRecords || writer.size >= SPAN_CHARS
  return isBig || age >= start.limits.spanMs * 1000
}

/** A full disk closes no span: the rows wait in memory and the journal holds the rest until there is room. */
function closeSpan(parts: WorkerParts, state: State, out: { writer: SpanWriter; tally: Tally }) {
  const span = tryClose(out)
  if (!span) return
  state.openSpans += 1
  parts.send({ kind: 'span', span })
  const stats = parts.stage.detector.stats()
  parts.send({
    kind: 'beat',
    next: state.next,
    busyMicros: state.busy,
    stats: { rules: stats.rules },
  })
  if (systemClock.micros() - state.snapshotAt > parts.start.limits.snapshotMs * 1000)
    handOutSnapshot(parts, state)
}

function tryClose(out: { writer: SpanWriter; tally: Tally }): Span | undefined {
  if (out.writer.records === 0) return undefined
  const ledger = out.tally.take()
  try {
    return out.writer.close(ledger)
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    out.tally.putBack(ledger)
    return undefined
  }
}

function handOutSnapshot(parts: WorkerParts, state: State): void {
  state.snapshotAt = systemClock.micros()
  parts.send({ kind: 'snapshot', position: state.next, text: parts.stage.detector.snapshot() })
}

/** Never before the records that wait in the journal since the last stop: their windows would be closed without them. */
function judgeIdle(parts: WorkerParts, state: State): void {
  if (state.durable === -1 || state.next < state.durable) return
  const findings = parts.stage.idle(systemClock.micros())
  if (findings.length > 0) parts.send({ kind: 'findings', findings })
}

/** Waits for news, or for the open span to fall due. A read that found nothing where something must be is not repeated at once: messages would never be heard. */
async function rest(
  parts: WorkerParts,
  state: State,
  { writer, isStarved }: { writer: SpanWriter; isStarved: boolean },
): Promise<void> {
  const controller = new AbortController()
  state.wake = () => controller.abort()
  const isShort = isStarved || writer.records > 0
  const waitMs = isShort ? Math.min(100, Math.max(1, parts.start.limits.spanMs)) : 1_000
  const isWork = !isStarved && state.next < state.durable && hasRoom(parts, state, writer)
  if (state.stopping || isWork) return
  await systemClock.sleep(waitMs, controller.signal)
}
