import type { Clock } from '#base/clock.ts'
import type { Responder } from '#respond/index.ts'
import type { Access, IntakeRoute, System } from '#serve/index.ts'
import type { RuleInfo } from '#shape/finding.ts'
import type { Incident } from '#shape/incident.ts'
import type { EventStore, StateStore } from '#store/index.ts'
import type { Judge } from '../judge.ts'
import type { Live } from '../live.ts'
import { incidentSystem } from './incidents.ts'
import { pageOf } from './pages.ts'

/** The running rooms as the API sees them. */
export interface SystemParts {
  readonly state: StateStore
  readonly events: EventStore
  readonly clock: Clock
  readonly live: Live
  readonly judge: Judge
  readonly access: Access
  readonly intake: readonly IntakeRoute[]
  readonly rules: () => readonly RuleInfo[]
  readonly ruleProblems: () => readonly { path: string; code: string; text: string }[]
  readonly status: System['status']
  readonly metrics: System['metrics']
  readonly responder: Pick<Responder, 'approve' | 'reject' | 'undo'>
  readonly onIncidentChanged: (incident: Incident) => void
  readonly alone: <T>(work: () => Promise<T>) => Promise<T>
}

const MOST_LISTED = 2_000
const LEDGER_ROWS = 20_000
const HOUR_MINUTES = 60

/** Builds the port that serve speaks to. */
export function createSystem(parts: SystemParts): System {
  const { state, events } = parts
  const decide = async (id: string, act: () => Promise<unknown>) => {
    if (!(await state.runs.get(id))) return undefined
    await act()
    parts.live.tell({ kind: 'run', id })
    return state.runs.get(id)
  }
  return {
    access: parts.access,
    intake: parts.intake,
    status: parts.status,
    metrics: parts.metrics,
    incidents: incidentSystem(parts),
    findings: {
      async list(query) {
        const listed = await state.findings.list({
          ...(query.incident === undefined ? {} : { incidentId: query.incident }),
          ...(query.rule === undefined ? {} : { ruleId: query.rule }),
          ...(query.source === undefined ? {} : { source: query.source }),
          ...(query.kind === undefined ? {} : { kind: query.kind }),
          ...(query.from === undefined ? {} : { from: query.from }),
          ...(query.to === undefined ? {} : { to: query.to }),
          limit: MOST_LISTED,
        })
        return pageOf(listed, query)
      },
      get: (id) => state.findings.get(id),
    },
    search: (query, signal) => events.search(query, signal),
    event: (id) => events.event(id),
    sources: async () => (await parts.judge.report()).sources,
    plan: () => parts.judge.report(),
    runs: {
      async list(query) {
        const listed = await state.runs.list({
          ...(query.status === undefined ? {} : { status: query.status }),
          ...(query.incident === undefined ? {} : { incidentId: query.incident }),
          limit: MOST_LISTED,
        })
        return pageOf(listed, query)
      },
      get: (id) => state.runs.get(id),
      approve: (id, by) => decide(id, () => parts.responder.approve(id, by)),
      reject: (id, reason, by) => decide(id, () => parts.responder.reject(id, by, reason)),
      undo: (id, by) => decide(id, () => parts.responder.undo(id, by)),
    },
    rules: () => listRules(parts),
    ledger(query) {
      const now = Math.floor(parts.clock.now() / 60_000) + 1
      const to = query.toMinute ?? now
      const from = query.fromMinute ?? to - HOUR_MINUTES
      return state.ledger.rows({
        from,
        to,
        ...(query.source === undefined ? {} : { source: query.source }),
        limit: LEDGER_ROWS,
      })
    },
    async deadLetters(query) {
      const rows = await events.deadLetters({
        ...(query.source === undefined ? {} : { source: query.source }),
        limit: MOST_LISTED,
      })
      return pageOf(rows, query)
    },
    audit: auditSystem(state),
    subscribe: (listener) => parts.live.subscribe(listener),
  }
}

async function listRules(parts: SystemParts): Promise<Awaited<ReturnType<System['rules']>>> {
  const counts = new Map(
    (await parts.state.findings.countByRule(0)).map((row) => [row.ruleId, row]),
  )
  const items = parts.rules().map((rule) => {
    const count = counts.get(rule.id)
    return {
      ...rule,
      techniques: [...rule.techniques],
      findings: count?.count ?? 0,
      ...(count ? { lastFinding: count.lastTime, provenAt: count.lastDetected } : {}),
    }
  })
  return {
    items,
    problems: parts.ruleProblems().map(({ path, code, text }) => ({ path, code, text })),
  }
}

function auditSystem(state: StateStore): System['audit'] {
  return {
    async append({ who, what, subject, detail }) {
      await state.audit.append({ actor: who, action: what, subject, detail: { text: detail } })
    },
    async list(query) {
      const rows = await state.audit.list({ limit: MOST_LISTED })
      const entries = rows.map(({ seq, time, actor, action, subject, detail, hash }) => ({
        seq,
        time,
        who: actor,
        what: action,
        subject,
        detail: typeof detail['text'] === 'string' ? detail['text'] : JSON.stringify(detail),
        hash,
      }))
      return pageOf(entries, query)
    },
  }
}
