import type { Clock, Micros } from '#base/clock.ts'
import { judgePlan, type Plan, wantedFields } from '#plan/index.ts'
import type { RuleInfo } from '#shape/finding.ts'
import type { SourceFacts } from '#shape/health.ts'
import type { PlanReport } from '#shape/report.ts'
import type { EventStore, LedgerFacts, SourceCount, StateStore } from '#store/index.ts'

/** What a judge must know of the stored events. */
export type EventFacts = Pick<EventStore, 'counts' | 'fieldPresence'>

/** What the plan is judged against. */
export interface JudgeParts {
  readonly plan: Plan
  readonly events: EventFacts
  readonly state: StateStore
  readonly clock: Clock
  readonly rules: () => readonly RuleInfo[]
}

/** Judges the plan against live data. */
export interface Judge {
  /** The report, at most `maxAgeMs` old. */
  report(maxAgeMs?: number): Promise<PlanReport>
  /** What the live data of the last day say of each source. */
  facts(): Promise<SourceFacts[]>
}

const DAY_MICROS = 24 * 60 * 60 * 1_000_000
const MINUTE_MICROS = 60 * 1_000_000
const DEFAULT_MAX_AGE_MS = 3_000
const INCIDENTS_JUDGED = 1_000

/** Makes a judge. Concurrent callers share one judgement. */
export function createJudge(parts: JudgeParts): Judge {
  let last: PlanReport | undefined
  let running: Promise<PlanReport> | undefined
  const judgeNow = async () => {
    const [facts, proofs, incidents] = await Promise.all([
      collectFacts(parts),
      proofsOf(parts.state),
      parts.state.incidents.list({ limit: INCIDENTS_JUDGED }),
    ])
    last = judgePlan(parts.plan, {
      facts,
      rules: parts.rules(),
      proofs,
      incidents,
      now: parts.clock.micros(),
    })
    return last
  }
  return {
    facts: () => collectFacts(parts),
    report(maxAgeMs = DEFAULT_MAX_AGE_MS) {
      if (last && parts.clock.micros() - last.judged < maxAgeMs * 1000) return Promise.resolve(last)
      running ??= judgeNow().finally(() => {
        running = undefined
      })
      return running
    },
  }
}

/** When each rule last fired: what proves that it lives. */
async function proofsOf(state: StateStore): Promise<Map<string, Micros>> {
  const counts = await state.findings.countByRule(0)
  return new Map(counts.map(({ ruleId, lastDetected }) => [ruleId, lastDetected]))
}

async function collectFacts(parts: JudgeParts): Promise<SourceFacts[]> {
  const now = parts.clock.micros()
  const from = now - DAY_MICROS
  const minutes = {
    from: Math.floor(from / MINUTE_MICROS),
    to: Math.floor(now / MINUTE_MICROS) + 1,
  }
  const planned = parts.plan.sources.map((source) => source.id)
  const [counts, ledger] = await Promise.all([
    parts.events.counts({ from, to: now + DAY_MICROS }),
    parts.state.ledger.facts({ ...minutes, sources: planned }),
  ])
  const fields = wantedFields(parts.plan)
  return Promise.all(
    ledger.map(async (row) => {
      const count = counts.find((other) => other.source === row.source)
      const wanted = fields[row.source] ?? []
      const fieldPresence =
        count && wanted.length > 0
          ? await parts.events.fieldPresence({ source: row.source, fields: wanted, from })
          : {}
      const last = count ? count.lastReceived : await lastEver(parts.state, row.source)
      return { ...factsOf(row, count), lastReceived: last, fieldPresence }
    }),
  )
}

/**
 * When a source last sent that stored nothing in the last day, to the minute; 0 when it never did. A source that fell
 * silent last week, or whose records are all dead letters, has not "never sent".
 */
async function lastEver(state: StateStore, source: string): Promise<Micros> {
  const [total] = await state.ledger.totals({ from: 0, to: Number.MAX_SAFE_INTEGER, source })
  return total ? total.lastMinute * MINUTE_MICROS : 0
}

function factsOf(row: LedgerFacts, count: SourceCount | undefined) {
  return {
    ...row,
    families: count?.families ?? [],
    firstReceived: count?.firstReceived ?? 0,
    lastTime: count?.lastTime ?? 0,
  }
}
