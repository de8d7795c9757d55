import type { Clock } from '#base/clock.ts'
import { Failure } from '#base/failure.ts'
import { derivedId } from '#base/hash.ts'
import { type Ids, systemIds } from '#base/ids.ts'
import type { Incident } from '#shape/incident.ts'
import type { Run } from '#shape/run.ts'
import { levelRank } from '#shape/severity.ts'
import type { AuditEntry } from '../contract/audit.ts'
import type { IncidentQuery } from '../contract/incident.ts'
import type { LiveEvent, Status } from '../contract/status.ts'
import type { IntakeRoute, Page, System } from '../system.ts'
import { searchRows } from './fake-search.ts'
import { createMemoryAccess } from './memory-access.ts'
import { sampleDeadLetters } from './sample-dead-letters.ts'
import { sampleEvents } from './sample-events.ts'
import { sampleFindings, sampleIncidents } from './sample-incidents.ts'
import { samplePlan, sampleSources } from './sample-plan.ts'
import { sampleRuns } from './sample-runs.ts'

/** A System in memory, and a way to make it say that something changed. */
export interface FakeSystem extends System {
  emit(event: LiveEvent): void
  readonly listeners: number
}

/** A running system with the data of the sample company, or with none at all (`empty`). It changes as the real one does. */
export function createFakeSystem(options: {
  clock: Clock
  ids?: Ids
  intake?: readonly IntakeRoute[]
  empty?: boolean
}): FakeSystem {
  const { clock, ids = systemIds, intake = [], empty = false } = options
  const now = clock.micros()
  const listeners = new Set<(event: LiveEvent) => void>()
  const emit = (event: LiveEvent) => {
    for (const listener of listeners) listener(event)
  }
  const incidents = new Map(keyed(empty ? [] : sampleIncidents(now)))
  const runs = new Map(keyed(empty ? [] : sampleRuns(now)))
  const findings = empty ? [] : sampleFindings(now)
  const events = empty ? [] : sampleEvents(now)
  return {
    access: createMemoryAccess(clock, ids),
    intake,
    status: async () => sampleStatus(clock, empty),
    metrics: async () => '# TYPE vedette_records counter\nvedette_records_total 1\n# EOF\n',
    incidents: incidentDesk({ incidents, clock, emit }),
    findings: {
      list: async (query) => {
        const ids = query.incident === undefined ? undefined : incidents.get(query.incident)
        return pageOf(
          findings.filter(
            (finding) =>
              (query.incident === undefined || ids?.findingIds.includes(finding.id) === true) &&
              (query.rule === undefined || finding.ruleId === query.rule) &&
              (query.source === undefined || finding.source === query.source),
          ),
          query,
        )
      },
      get: async (id) => findings.find((finding) => finding.id === id),
    },
    search: async (query) => searchRows(events, query),
    event: async (id) => events.find((event) => event.id === id),
    sources: async () => (empty ? [] : sampleSources(now)),
    plan: async () => (empty ? emptyPlan(now) : samplePlan(now)),
    runs: runDesk({ runs, clock, emit }),
    rules: async () => ({
      items: empty ? [] : findings.map((finding) => ruleOf(finding)),
      problems: empty
        ? []
        : [{ path: 'rules/broken.yml', code: 'sigma.no-condition', text: 'line 12: no condition' }],
    }),
    ledger: async () => [],
    deadLetters: async (query) =>
      pageOf(
        sampleDeadLetters(now).filter(
          (one) => !empty && (query.source ?? one.source) === one.source,
        ),
        query,
      ),
    audit: auditTrail(clock),
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    emit,
    get listeners() {
      return listeners.size
    },
  }
}

function incidentDesk(parts: {
  incidents: Map<string, Incident>
  clock: Clock
  emit: (event: LiveEvent) => void
}): System['incidents'] {
  const { incidents, clock, emit } = parts
  const change = (id: string, part: Partial<Incident>) => {
    const before = incidents.get(id)
    if (!before) return undefined
    const after = { ...before, ...part, updated: clock.micros() }
    incidents.set(id, after)
    emit({ kind: 'incident', id })
    return after
  }
  return {
    list: async (query) =>
      pageOf([...incidents.values()].filter((one) => matches(one, query)).sort(byUrgency), query),
    get: async (id) => incidents.get(id),
    async close(id, request, by) {
      if (incidents.get(id)?.status === 'closed')
        throw new Failure('api.conflict', 'The incident is closed already.')
      return change(id, {
        status: 'closed',
        closeReason: request.reason,
        closeNote: request.note,
        closedBy: by,
        closedAt: clock.micros(),
      })
    },
    assign: async (id, owner) => change(id, { owner }),
  }
}

function matches(incident: Incident, query: IncidentQuery): boolean {
  const { status, level, target, owner, text } = query
  return (
    (status === 'all' || incident.status === status) &&
    (level === undefined || levelRank(incident.level) >= levelRank(level)) &&
    (target === undefined || incident.targets.includes(target)) &&
    (owner === undefined || incident.owner === owner) &&
    (text === undefined ||
      JSON.stringify([incident.title, incident.story, incident.entities])
        .toLowerCase()
        .includes(text.toLowerCase()))
  )
}

function byUrgency(left: Incident, right: Incident): number {
  return (
    Number(left.status === 'closed') - Number(right.status === 'closed') ||
    levelRank(right.level) - levelRank(left.level) ||
    right.updated - left.updated
  )
}

function runDesk(parts: {
  runs: Map<string, Run>
  clock: Clock
  emit: (event: LiveEvent) => void
}): System['runs'] {
  const { runs, clock, emit } = parts
  const decide = (id: string, part: Partial<Run>) => {
    const before = runs.get(id)
    if (!before) return undefined
    if (before.status !== 'waiting')
      throw new Failure('api.conflict', `The run is ${before.status} already.`)
    const after = { ...before, ...part, decidedAt: clock.micros(), updated: clock.micros() }
    runs.set(id, after)
    emit({ kind: 'run', id })
    return after
  }
  return {
    list: async (query) =>
      pageOf(
        [...runs.values()].filter(
          (run) =>
            (query.status === undefined || run.status === query.status) &&
            (query.incident === undefined || run.incidentId === query.incident),
        ),
        query,
      ),
    get: async (id) => runs.get(id),
    approve: async (id, by) => decide(id, { status: 'approved', decidedBy: by }),
    reject: async (id, reason, by) => decide(id, { status: 'rejected', decidedBy: by, reason }),
    async undo(id, by) {
      const before = runs.get(id)
      if (!before) return undefined
      if (before.status === 'waiting')
        throw new Failure('respond.refused', 'nothing was done that could be taken back')
      const undone = { undoneAt: clock.micros(), undoneBy: by }
      const steps = before.steps.map((step) =>
        step.status === 'done' ? { ...step, ...undone } : step,
      )
      const after = { ...before, steps, updated: clock.micros() }
      runs.set(id, after)
      emit({ kind: 'run', id })
      return after
    },
  }
}

function auditTrail(clock: Clock): System['audit'] {
  const entries: AuditEntry[] = []
  return {
    async append(entry) {
      const seq = entries.length + 1
      const hash = derivedId('', [seq, entry.what, entries.at(-1)?.hash ?? ''])
      entries.push({ ...entry, seq, time: clock.micros(), hash })
    },
    list: async (query) => pageOf(entries.toReversed(), query),
  }
}

function pageOf<T>(all: readonly T[], query: { limit: number; cursor?: string }): Page<T> {
  const from = Number(query.cursor ?? 0) || 0
  const to = from + query.limit
  return {
    items: all.slice(from, to),
    total: all.length,
    ...(to < all.length && { next: String(to) }),
  }
}

function keyed<T extends { readonly id: string }>(items: readonly T[]): [string, T][] {
  return items.map((item) => [item.id, item])
}

function ruleOf(finding: ReturnType<typeof sampleFindings>[number]) {
  const { ruleId, ruleTitle, ruleKind, level, techniques, tactics, family, ruleVersion } = finding
  return {
    id: ruleId,
    title: ruleTitle,
    kind: ruleKind,
    level,
    description: finding.why,
    techniques,
    tactics,
    families: [family],
    path: `content/rules/${ruleId}.yml`,
    version: ruleVersion,
    findings: 1,
    lastFinding: finding.time,
    provenAt: finding.time,
  }
}

function emptyPlan(now: number) {
  return {
    ...samplePlan(now),
    sentence: 'Nothing has been received yet, so nothing is known.',
    sources: [],
    targets: [],
    coverage: [],
    blindSpots: [],
    noise: [],
    obligations: [],
    budget: { alertsPerDay: 10, alertsLastDay: 0, over: false },
  }
}

function sampleStatus(clock: Clock, empty: boolean): Status {
  const now = clock.micros()
  return {
    version: '0.1.0',
    startedAt: now - 3_600_000_000,
    now,
    listening: [
      { name: 'http', address: '127.0.0.1', port: 8514, url: 'http://127.0.0.1:8514' },
      { name: 'syslog-tcp', address: '127.0.0.1', port: 5514 },
      { name: 'syslog-udp', address: '127.0.0.1', port: 5514 },
    ],
    ownLogs: [
      { name: '/var/log/auth.log', state: 'read', text: 'Followed from its end.' },
      {
        name: 'journald',
        state: 'unreadable',
        text: 'Add this user to the group systemd-journal.',
      },
    ],
    pipeline: {
      received: empty ? 0 : 4_506_587,
      stored: empty ? 0 : 4_465_367,
      dead: empty ? 0 : 41_220,
      dropped: 0,
      lagRecords: 0,
      lagMs: 0,
    },
    health: {
      state: empty ? 'unknown' : 'ok',
      sentence: 'Every record received is accounted for.',
    },
    unknowns: ['No indicator feed is set up, so known bad addresses are not recognised.'],
  }
}
