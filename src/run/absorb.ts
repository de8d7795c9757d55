import type { Clock } from '#base/clock.ts'
import { reasonOf } from '#base/failure.ts'
import type { Log } from '#base/log.ts'
import { createIncidentRoom, type IncidentRoom } from '#incident/index.ts'
import type { Plan } from '#plan/index.ts'
import type { Finding } from '#shape/finding.ts'
import type { Incident } from '#shape/incident.ts'
import type { StateStore } from '#store/index.ts'
import type { Latency } from './latency.ts'
import type { Live } from './live.ts'
import { createRecentSignals, type RecentSignals } from './recent-signals.ts'

/** What keeping findings needs. */
export interface AbsorbParts {
  readonly plan: Plan
  readonly state: StateStore
  readonly clock: Clock
  readonly log: Log
  readonly live: Live
  readonly latency: Latency
  readonly alone: <T>(work: () => Promise<T>) => Promise<T>
  /** Told of each incident that opened, grew or was closed. */
  readonly onIncident: (incident: Incident) => Promise<void>
}

/** Findings on their way into incidents. */
export interface Absorber {
  /** Keeps the findings that are new, and the incidents that follow, in one transaction. */
  take(findings: readonly Finding[]): Promise<void>
  /** Told when an incident was changed by a person. */
  changed(incident: Incident): void
  /** Resolves when everybody was told. */
  drained(): Promise<void>
}

interface Memory {
  readonly open: Map<string, Incident>
  readonly closed: Map<string, Incident>
  readonly signals: RecentSignals
}

/** A storm of findings must not keep intake and the API waiting longer than this. */
const YIELD_AFTER_MS = 20

const LOADED_OPEN = 10_000
const LOADED_CLOSED = 500
const LOADED_SIGNALS = 20_000

/** Loads what is open, finishes what a crash interrupted, and is then ready for findings. */
export async function openAbsorber(parts: AbsorbParts): Promise<Absorber> {
  const memory = await loadMemory(parts.state)
  const room = createIncidentRoom({ plan: parts.plan })
  const telling = createTelling(parts)
  const absorber: Absorber = {
    take: (findings) => parts.alone(() => takeAll({ parts, memory, room }, findings, telling.tell)),
    changed(incident) {
      remember(memory, incident)
      telling.tell(incident)
    },
    drained: telling.drained,
  }
  const orphans = await parts.state.incidents.orphans()
  if (orphans.length > 0)
    await parts.alone(() => settle({ parts, memory, room }, orphans, telling.tell))
  for (const incident of memory.open.values()) telling.tell(incident)
  return absorber
}

async function loadMemory(state: StateStore): Promise<Memory> {
  const [open, closed, signals] = await Promise.all([
    state.incidents.list({ status: 'open', limit: LOADED_OPEN }),
    state.incidents.list({ status: 'closed', limit: LOADED_CLOSED }),
    state.findings.list({ kind: 'signal', limit: LOADED_SIGNALS }),
  ])
  const recent = createRecentSignals()
  for (const finding of signals.toReversed()) recent.add(finding)
  return {
    open: new Map(open.map((one) => [one.id, one])),
    closed: new Map(closed.map((one) => [one.id, one])),
    signals: recent,
  }
}

function remember(memory: Memory, incident: Incident): void {
  memory.open.delete(incident.id)
  memory.closed.delete(incident.id)
  if (incident.status === 'open') memory.open.set(incident.id, incident)
  else memory.closed.set(incident.id, incident)
  for (const id of memory.closed.keys()) {
    if (memory.closed.size <= LOADED_CLOSED) break
    memory.closed.delete(id)
  }
}

interface Work {
  readonly parts: AbsorbParts
  readonly memory: Memory
  readonly room: IncidentRoom
}

async function takeAll(
  work: Work,
  findings: readonly Finding[],
  tell: (incident: Incident) => void,
) {
  const { state, clock, latency } = work.parts
  const known = await state.findings.known(findings.map((finding) => finding.id))
  const fresh = findings.filter((finding) => !known.has(finding.id))
  if (fresh.length === 0) return
  await settle(work, fresh, tell)
  const now = clock.micros()
  for (const finding of fresh) latency.add((now - finding.received) / 1000)
}

/** One transaction for the whole batch; memory is changed only after it. */
async function settle(
  work: Work,
  findings: readonly Finding[],
  tell: (incident: Incident) => void,
) {
  const { parts, memory } = work
  const changed = new Map<string, Incident>()
  const open = new Map(memory.open)
  let yielded = performance.now()
  for (const finding of findings) {
    for (const incident of absorbOne(work, finding, open)) {
      changed.set(incident.id, incident)
      if (incident.status === 'open') open.set(incident.id, incident)
      else open.delete(incident.id)
    }
    memory.signals.add(finding)
    if (performance.now() - yielded < YIELD_AFTER_MS) continue
    await new Promise((resolve) => setImmediate(resolve))
    yielded = performance.now()
  }
  await parts.state.incidents.saveAbsorbed({
    newFindings: findings,
    incidents: [...changed.values()],
  })
  for (const incident of changed.values()) {
    remember(memory, incident)
    parts.live.tell({ kind: 'incident', id: incident.id })
    tell(incident)
  }
  const last = findings.at(-1)
  if (last) parts.live.tell({ kind: 'finding', id: last.id })
}

function absorbOne(work: Work, finding: Finding, open: ReadonlyMap<string, Incident>): Incident[] {
  const { entityKeys, since } = work.room.wanted(finding)
  const near = [...open.values()].filter((incident) => incident.end >= since)
  const absorbed = work.room.absorb(finding, near, {
    now: work.parts.clock.micros(),
    signals: work.memory.signals.about(entityKeys, since),
    closed: [...work.memory.closed.values()].filter((incident) => incident.end >= since),
  })
  return absorbed.incident ? [absorbed.incident, ...absorbed.merged] : [...absorbed.merged]
}

/** Tells about incidents one after another; one that changes again while it waits is told once, as it then is. */
function createTelling(parts: AbsorbParts) {
  const waiting = new Map<string, Incident>()
  let running: Promise<void> = Promise.resolve()
  let busy = false
  const work = async () => {
    for (let next = waiting.values().next(); !next.done; next = waiting.values().next()) {
      waiting.delete(next.value.id)
      await parts.onIncident(next.value).catch((error: unknown) => {
        parts.log.error('incident was not answered', {
          incident: next.value?.id,
          reason: reasonOf(error),
        })
      })
    }
    busy = false
  }
  return {
    tell(incident: Incident) {
      waiting.set(incident.id, incident)
      if (busy) return
      busy = true
      running = work()
    },
    drained: () => running,
  }
}
