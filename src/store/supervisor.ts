import type { ChildProcess } from 'node:child_process'
import { type Clock, systemClock } from '#base/clock.ts'
import { Failure, reasonOf } from '#base/failure.ts'
import { forkModule } from '#base/process.ts'
import type { Params } from './engine/literal.ts'
import type { EngineReply, EngineRequest } from './engine/protocol.ts'
import type {
  EngineAnswer,
  Supervisor,
  SupervisorOptions,
  SupervisorStatus,
} from './supervisor-port.ts'

const FIRST_DELAY_MS = 200
const LONGEST_DELAY_MS = 15_000
/** An engine that ran this long was well: the next restart is quick again. */
const WELL_AFTER_MS = 60_000
/** How often opening is tried at first: another engine of ours may still be ending on the same folder. */
const OPEN_TRIES = 5
const CLOSE_MS = 8_000
/** An engine that leaves a request unanswered for so long hangs; the engine's own limits are far below. */
const STALLED_MS = { append: 600_000, other: 180_000 }
const LOOK_EVERY_MS = 15_000

interface Pending {
  readonly request: Exclude<EngineRequest, { kind: 'cancel' }>
  readonly settle: (answer: EngineAnswer) => void
  /** When it was sent to the present engine; 0 while it waits for one. */
  sentAt: number
}

interface State {
  readonly options: SupervisorOptions
  readonly clock: Clock
  readonly pending: Map<number, Pending>
  child: ChildProcess | undefined
  up: boolean
  closed: boolean
  restarts: number
  version: string
  nextId: number
  delayMs: number
  /** Ends the wait before a restart. */
  readonly stop: AbortController
}

/** Starts the engine. `store.engine-missing` when its library cannot be loaded, `store.failed` when the folder cannot be opened. */
export async function superviseEngine(options: SupervisorOptions): Promise<Supervisor> {
  const state: State = {
    options,
    clock: options.clock ?? systemClock,
    pending: new Map(),
    child: undefined,
    up: false,
    closed: false,
    restarts: 0,
    version: '',
    nextId: 1,
    delayMs: FIRST_DELAY_MS,
    stop: new AbortController(),
  }
  await openFirst(state)
  const stopLooking = state.clock.every(LOOK_EVERY_MS, () => endStalled(state))
  return {
    append: (segment) => request(state, (id) => ({ kind: 'append', id, segment })),
    query: (sql, params, signal) => query(state, { sql, params, signal }),
    dropBefore: (day) => request(state, (id) => ({ kind: 'drop-before', id, day })),
    memory: () => request(state, (id) => ({ kind: 'memory', id })),
    status: () => statusOf(state),
    close() {
      stopLooking()
      return close(state)
    },
  }
}

async function openFirst(state: State): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    const outcome = await startEngine(state)
    if (outcome === undefined) return
    if (outcome.code === 'store.engine-missing' || attempt >= OPEN_TRIES) {
      state.closed = true
      throw outcome
    }
    await state.clock.sleep(nextDelay(state))
  }
}

/** Forks an engine and waits for its first word; undefined when it is ready. */
function startEngine(state: State): Promise<Failure | undefined> {
  return new Promise((resolve) => {
    const { engine, modulePath } = state.options
    const env = {
      // One thread for each session, and some for Node's own work.
      UV_THREADPOOL_SIZE: String(engine.readers + 6),
      // Freed memory goes back to the system soon: the engine lives beside the pipeline.
      MALLOC_CONF: 'narenas:4,dirty_decay_ms:1000,muzzy_decay_ms:0',
    }
    const child = forkModule(modulePath, { args: [JSON.stringify(engine)], env })
    const startedAt = state.clock.now()
    let unfit: Failure | undefined
    state.child = child
    child.on('message', (reply: EngineReply) => {
      if (reply.kind === 'unfit') {
        unfit = unfitFailure(reply)
        child.disconnect()
      } else if (reply.kind === 'ready') {
        state.up = true
        state.version = reply.version
        sendAll(state)
        resolve(undefined)
      } else settle(state, reply)
    })
    child.on('error', (error) => {
      unfit ??= new Failure('store.failed', `the engine could not be started: ${reasonOf(error)}`)
      if (child.pid === undefined) resolve(unfit)
    })
    child.on('exit', (status, signal) => {
      const wasUp = state.up && state.child === child
      state.up = false
      resolve(
        unfit ?? new Failure('store.failed', `the engine ended at its start (${signal ?? status})`),
      )
      if (!wasUp || state.closed) return
      state.options.log.error('store engine ended', { status, signal })
      if (state.clock.now() - startedAt > WELL_AFTER_MS) state.delayMs = FIRST_DELAY_MS
      failQueries(state)
      void restart(state)
    })
  })
}

function unfitFailure(reply: Extract<EngineReply, { kind: 'unfit' }>): Failure {
  const code = reply.reason === 'missing' ? 'store.engine-missing' : 'store.failed'
  return new Failure(code, `the event store could not be opened: ${firstLine(reply.message)}`)
}

async function restart(state: State): Promise<void> {
  while (!state.closed) {
    await state.clock.sleep(nextDelay(state), state.stop.signal)
    if (state.closed) return
    state.restarts += 1
    const outcome = await startEngine(state)
    if (outcome === undefined) {
      state.options.log.info('store engine restarted', { restarts: state.restarts })
      return
    }
    state.options.log.error('store engine did not start', { reason: outcome.message })
  }
}

function nextDelay(state: State): number {
  const delay = state.delayMs
  state.delayMs = Math.min(LONGEST_DELAY_MS, delay * 2)
  return delay
}

type Shape = (id: number) => Pending['request']

function request(state: State, shape: Shape, onId?: (id: number) => void): Promise<EngineAnswer> {
  if (state.closed) return Promise.resolve(refusal('the event store is closed'))
  const id = state.nextId
  state.nextId += 1
  onId?.(id)
  return new Promise((resolve) => {
    const entry: Pending = { request: shape(id), settle: resolve, sentAt: 0 }
    state.pending.set(id, entry)
    if (state.up) send(state, entry)
  })
}

async function query(
  state: State,
  wanted: { sql: string; params: Params; signal: AbortSignal | undefined },
): Promise<EngineAnswer> {
  const { signal, sql, params } = wanted
  if (signal?.aborted) return refusal('the query was cancelled', CANCELLED_CODE)
  let stop: () => void = () => undefined
  const answer = request(
    state,
    (id) => ({ kind: 'query', id, sql, params }),
    (id) => {
      stop = () => cancel(state, id)
      signal?.addEventListener('abort', stop, { once: true })
    },
  )
  try {
    return await answer
  } finally {
    signal?.removeEventListener('abort', stop)
  }
}

/** QUERY_WAS_CANCELLED */
const CANCELLED_CODE = 394

function cancel(state: State, id: number): void {
  const entry = state.pending.get(id)
  if (entry === undefined) return
  if (entry.sentAt > 0 && state.up)
    state.child?.send({ kind: 'cancel', id } satisfies EngineRequest)
  state.pending.delete(id)
  entry.settle(refusal('the query was cancelled', CANCELLED_CODE))
}

function send(state: State, entry: Pending): void {
  entry.sentAt = state.clock.now()
  // A failed write means that the engine is ending: its exit handler sees to what was sent.
  state.child?.send(entry.request, () => undefined)
}

function sendAll(state: State): void {
  for (const entry of state.pending.values()) send(state, entry)
}

function settle(state: State, reply: Extract<EngineReply, { id: number }>): void {
  const entry = state.pending.get(reply.id)
  if (entry === undefined) return
  state.pending.delete(reply.id)
  entry.settle(
    reply.kind === 'done'
      ? { ok: true, text: reply.text }
      : { ok: false, code: reply.code, message: reply.message },
  )
}

/** A hanging engine is ended like one that crashed: appends go to the next one, queries fail. */
function endStalled(state: State): void {
  const now = state.clock.now()
  const isStalled = [...state.pending.values()].some(
    ({ request: { kind }, sentAt }) =>
      sentAt > 0 && now - sentAt > (kind === 'append' ? STALLED_MS.append : STALLED_MS.other),
  )
  if (!isStalled || !state.up) return
  state.options.log.error('store engine gave no answer and was ended')
  state.child?.kill('SIGKILL')
}

/** The query may be what ended the engine, so it is not tried again; appends are, they are exactly once. */
function failQueries(state: State): void {
  for (const [id, entry] of state.pending) {
    if (entry.request.kind === 'append') continue
    if (entry.sentAt === 0) continue
    state.pending.delete(id)
    entry.settle(refusal('the store engine ended while this ran'))
  }
}

function refusal(message: string, code = 0): EngineAnswer {
  return { ok: false, code, message }
}

function statusOf(state: State): SupervisorStatus {
  const kinds = [...state.pending.values()].map((entry) => entry.request.kind)
  return {
    state: state.closed ? 'closed' : state.up ? 'up' : 'starting',
    restarts: state.restarts,
    pid: state.child?.pid ?? 0,
    version: state.version,
    pendingAppends: kinds.filter((kind) => kind === 'append').length,
    pendingQueries: kinds.filter((kind) => kind === 'query').length,
  }
}

async function close(state: State): Promise<void> {
  if (state.closed) return
  const appends = [...state.pending.values()].filter((entry) => entry.request.kind === 'append')
  const deadline = state.clock.now() + CLOSE_MS
  while (state.up && appends.some((entry) => state.pending.has(entry.request.id))) {
    if (state.clock.now() >= deadline) break
    await state.clock.sleep(20)
  }
  const { child } = state
  if (child?.exitCode === null && child.signalCode === null) {
    const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()))
    state.closed = true
    child.send({ kind: 'close', id: 0 } satisfies EngineRequest, () => undefined)
    const timer = new AbortController()
    await Promise.race([
      gone,
      state.clock.sleep(Math.max(500, deadline - state.clock.now()), timer.signal),
    ])
    timer.abort()
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL')
    await gone
  }
  state.closed = true
  state.stop.abort()
  for (const entry of state.pending.values()) entry.settle(refusal('the event store is closed'))
  state.pending.clear()
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? ''
}
