import { Worker } from 'node:worker_threads'
import { reasonOf } from '#base/failure.ts'
import type { RuleProblem } from '#detect/index.ts'
import type { Finding, RuleInfo } from '#shape/finding.ts'
import type { Indicator } from '#shape/indicator.ts'
import { createChain } from './chain.ts'
import type { FromWorker, PipelineStart, Span, ToWorker } from './protocol.ts'
import { PIPELINE, recoverSpool, resumeJournal, type SpoolParts, storeSpan } from './spool.ts'

/** What the pipeline joins together. */
export interface PipelineParts extends SpoolParts {
  /** Keeps findings and what follows from them; resolves when they are on disk. */
  readonly onFindings: (findings: readonly Finding[]) => Promise<void>
  /** Told after each stored span. */
  readonly onStored: (span: Span) => void
  /** The worker died of a bug: the server must not go on looking healthy. */
  readonly onBroken: (reason: string) => void
}

/** The worker as the host speaks to it. */
export interface PipelineThread {
  postMessage(message: ToWorker): void
  on(event: 'message', listener: (message: FromWorker) => void): unknown
  on(event: 'error', listener: (error: unknown) => void): unknown
  on(event: 'exit', listener: () => void): unknown
  terminate(): Promise<unknown>
}

/** The running pipeline. */
export interface Pipeline {
  /** Rules in force, and why others are not. */
  readonly rules: readonly RuleInfo[]
  readonly problems: readonly RuleProblem[]
  /** Why the detector's kept state could not be used; '' when it fits. */
  readonly restored: string
  /** Records that the journal had lost at the start, see `resumeJournal`. */
  readonly lost: number
  /** Seq below which every record is stored. */
  readonly position: number
  /** Records in the journal that are not stored yet. */
  readonly lag: number
  /** Age of the oldest of them at most, in milliseconds; 0 when there are none. */
  readonly lagMs: number
  /** Seconds of CPU that structuring and detection took since the start. */
  readonly busySeconds: number
  setIndicators(indicators: readonly Indicator[]): void
  /** Finishes the open span, stores it, keeps the detector's state. */
  stop(): Promise<void>
}

const SNAPSHOT_VERSION = '1'
/** The journal keeps what is stored already up to this size, for replays. */
const JOURNAL_KEEP_BYTES = 1024 * 1024 * 1024

/** Stores what an earlier process left in the spool, then starts the worker where it stopped. */
export async function startPipeline(
  parts: PipelineParts,
  content: Omit<PipelineStart, 'storeFrom' | 'snapshot' | 'journalFolder' | 'spoolFolder'>,
  openThread: (start: PipelineStart) => PipelineThread = openWorker,
): Promise<Pipeline> {
  await recoverSpool(parts)
  const kept = await parts.state.snapshots.get(PIPELINE)
  const { storeFrom, lost } = await resumeJournal(parts, kept?.position ?? 0)
  const start: PipelineStart = {
    ...content,
    journalFolder: parts.places.journal,
    spoolFolder: parts.places.spool,
    storeFrom,
    ...(kept ? { snapshot: { position: kept.position, text: textOf(kept) } } : {}),
  }
  return new Promise((resolve, reject) => {
    const worker = openThread(start)
    const running = runHost(parts, worker, { start, lost })
    worker.on('error', reject)
    running.ready.then(() => resolve(running.pipeline), reject)
  })
}

function openWorker(start: PipelineStart): PipelineThread {
  return new Worker(new URL('./worker.ts', import.meta.url), { workerData: start })
}

/** A snapshot of another version is handed over empty: the detector then says that it starts without its counts. */
function textOf(kept: { version: string; bytes: Uint8Array }): string {
  return kept.version === SNAPSHOT_VERSION ? Buffer.from(kept.bytes).toString() : ''
}

interface HostState {
  rules: readonly RuleInfo[]
  problems: readonly RuleProblem[]
  restored: string
  readonly lost: number
  position: number
  received: number
  startedAt: number
  snapshotAt: number
  busyMicros: number
  stopping: boolean
}

function runHost(
  parts: PipelineParts,
  worker: PipelineThread,
  from: { start: PipelineStart; lost: number },
) {
  const { start } = from
  const state: HostState = {
    rules: [],
    problems: [],
    restored: '',
    lost: from.lost,
    position: start.storeFrom,
    received: 0,
    startedAt: parts.clock.micros(),
    snapshotAt: start.snapshot?.position ?? 0,
    busyMicros: 0,
    stopping: false,
  }
  const findings = createChain(parts, 'findings were not kept')
  const spans = createChain(parts, 'span was not stored')
  const post = (message: ToWorker) => worker.postMessage(message)
  const ready = Promise.withResolvers<void>()
  const stopped = Promise.withResolvers<void>()
  const take: { [K in FromWorker['kind']]: (message: Extract<FromWorker, { kind: K }>) => void } = {
    ready: ({ rules, problems, restored }) => {
      Object.assign(state, { rules, problems, restored })
      ready.resolve()
    },
    findings: (message) => findings.run(() => parts.onFindings(message.findings)),
    snapshot: (message) => findings.run(() => keepSnapshot(parts, state, message)),
    span: ({ span }) =>
      spans.run(async () => {
        await storeSpan(parts, span)
        state.position = span.to + 1
        state.received = span.received
        post({ kind: 'stored', to: span.to })
        parts.onStored(span)
      }),
    beat: ({ busyMicros }) => {
      state.busyMicros = busyMicros
    },
    stopped: () => stopped.resolve(),
  }
  worker.on('message', (message: FromWorker) => dispatch(take, message))
  worker.on('error', (error) => parts.onBroken(reasonOf(error)))
  worker.on('exit', () => {
    if (!state.stopping) parts.onBroken('the pipeline worker ended')
    stopped.resolve()
  })
  const unhook = parts.journal.onDurable((durable) => post({ kind: 'durable', durable }))
  post({ kind: 'durable', durable: parts.journal.durable })
  const pipeline = viewOf(parts, state, {
    post,
    async stop() {
      state.stopping = true
      unhook()
      post({ kind: 'stop' })
      await stopped.promise
      await Promise.all([findings.drained(), spans.drained()])
      await worker.terminate()
    },
  })
  return { pipeline, ready: ready.promise }
}

/** The pipeline as others see it: its state, read when asked. */
function viewOf(
  parts: PipelineParts,
  state: HostState,
  control: { post: (message: ToWorker) => void; stop: () => Promise<void> },
): Pipeline {
  const lag = () => Math.max(0, parts.journal.durable - state.position)
  return {
    get rules() {
      return state.rules
    },
    get problems() {
      return state.problems
    },
    get restored() {
      return state.restored
    },
    lost: state.lost,
    get position() {
      return state.position
    },
    get lag() {
      return lag()
    },
    get lagMs() {
      const since = state.received > 0 ? state.received : state.startedAt
      return lag() > 0 ? Math.max(0, (parts.clock.micros() - since) / 1000) : 0
    },
    get busySeconds() {
      return state.busyMicros / 1e6
    },
    setIndicators: (indicators) => control.post({ kind: 'indicators', indicators }),
    stop: control.stop,
  }
}

function dispatch<K extends FromWorker['kind']>(
  take: { [P in FromWorker['kind']]: (message: Extract<FromWorker, { kind: P }>) => void },
  message: Extract<FromWorker, { kind: K }>,
): void {
  take[message.kind](message)
}

async function keepSnapshot(
  parts: PipelineParts,
  state: HostState,
  snapshot: { position: number; text: string },
): Promise<void> {
  const bytes = Buffer.from(snapshot.text)
  await parts.state.snapshots.put(PIPELINE, {
    position: snapshot.position,
    version: SNAPSHOT_VERSION,
    bytes,
  })
  state.snapshotAt = snapshot.position
  if (parts.journal.sizeBytes > JOURNAL_KEEP_BYTES)
    await parts.journal.trim(Math.min(state.position, state.snapshotAt))
}
