import type { Incident } from '#shape/incident.ts'
import type { BlindSpot, PlanReport, SourceState, TargetReport } from '#shape/report.ts'
import { levelRank } from '#shape/severity.ts'
import type { Plan } from '../schema.ts'
import { coverageCells, judgeThreats, type TargetThreat, threatBlindSpots } from './coverage.ts'
import { counted, type Judged } from './input.ts'
import { judgeNoise } from './noise.ts'
import { judgeObligations, obligationBlindSpots } from './obligations.ts'
import { type JudgedSource, judgeSources } from './sources.ts'

const DAY_MICROS = 86_400_000_000

/** Judges the plan against live data. Says nothing is green that the data do not show. */
export function judgePlan(plan: Plan, judged: Judged): PlanReport {
  const sources = judgeSources(plan, judged)
  const reports = sources.map(({ report }) => report)
  const threats = judgeThreats(plan, judged, sources)
  const obligations = judgeObligations(plan, sources)
  const blindSpots = [
    ...sources.flatMap((source) => source.blindSpots),
    ...threatBlindSpots(plan, threats),
    ...obligationBlindSpots(plan, obligations),
  ].sort((a, b) => levelRank(b.level) - levelRank(a.level))
  const report = {
    planPath: plan.path,
    planName: plan.name,
    judged: judged.now,
    sources: reports,
    targets: targetReports(plan, { sources, threats, blindSpots, incidents: judged.incidents }),
    coverage: coverageCells(threats),
    blindSpots,
    noise: judgeNoise(plan, judged, reports),
    obligations,
    budget: judgeBudget(plan, judged),
  }
  const open = judged.incidents.filter((incident) => incident.status === 'open').length
  return { ...report, green: isGreen(plan, report, open), sentence: sentenceOf(plan, report, open) }
}

type Body = Omit<PlanReport, 'green' | 'sentence'>

interface TargetEvidence {
  readonly sources: readonly JudgedSource[]
  readonly threats: readonly TargetThreat[]
  readonly blindSpots: readonly BlindSpot[]
  readonly incidents: readonly Incident[]
}

function targetReports(plan: Plan, evidence: TargetEvidence): TargetReport[] {
  return plan.targets.map(({ id, name, owner, criticality, exposure }) => ({
    id,
    name: name === '' ? id : name,
    owner,
    criticality,
    exposure,
    sources: evidence.sources
      .filter(({ source }) => source?.targets.includes(id))
      .map(({ report }) => report.id),
    threats: evidence.threats
      .filter((threat) => threat.target === id)
      .map(({ technique, state }) => ({ technique, state })),
    blindSpots: evidence.blindSpots.filter((spot) => spot.targets.includes(id)).length,
    openIncidents: evidence.incidents.filter(
      (incident) => incident.status === 'open' && incident.targets.includes(id),
    ).length,
  }))
}

/** An alert, to the budget, is an incident that asked a person for attention on the last day. */
function judgeBudget(plan: Plan, { incidents, now }: Judged): PlanReport['budget'] {
  const { alertsPerDay } = plan.budgets
  const alertsLastDay = incidents.filter(
    (incident) =>
      incident.opened > now - DAY_MICROS &&
      incident.opened <= now &&
      incident.closeReason !== 'duplicate',
  ).length
  return { alertsPerDay, alertsLastDay, over: alertsLastDay > alertsPerDay }
}

function isGreen(plan: Plan, body: Body, open: number): boolean {
  const hasPurpose = plan.targets.length > 0 && plan.sources.length > 0 && body.coverage.length > 0
  return (
    hasPurpose &&
    open === 0 &&
    !body.budget.over &&
    body.blindSpots.length === 0 &&
    body.sources.every((source) => source.state === 'healthy') &&
    body.targets.every((target) => target.sources.length > 0 && target.threats.length > 0) &&
    body.coverage.every((cell) => cell.state === 'proven') &&
    body.obligations.every((obligation) => obligation.state === 'met')
  )
}

/** States of planned sources that are not healthy, in words. */
const UNHEALTHY: readonly (readonly [SourceState, string])[] = [
  ['degraded', 'degraded'],
  ['silent', 'silent'],
  ['never', 'never connected'],
]

function sentenceOf(plan: Plan, body: Body, open: number): string {
  const needs = `${counted(open, 'incident needs you', 'incidents need you')}`
  const unplanned = body.sources.filter((source) => source.state === 'unplanned').length
  if (plan.path === '') {
    const sends =
      unplanned === 0
        ? 'nothing has arrived'
        : `${counted(unplanned, 'source sends', 'sources send')}`
    return `No plan yet: ${sends}, nobody has said what to protect, ${needs}.`
  }
  const planned = body.sources.length - unplanned
  const inState = (state: SourceState) =>
    body.sources.filter((source) => source.state === state).length
  const healthy = inState('healthy')
  const parts = [
    planned === 0
      ? 'The plan names no sources'
      : `${healthy} of ${counted(planned, 'source')} healthy`,
    ...UNHEALTHY.flatMap(([state, words]) =>
      inState(state) > 0 ? `${inState(state)} ${words}` : [],
    ),
    counted(body.blindSpots.length, 'blind spot'),
    needs,
  ]
  if (plan.targets.length === 0) parts.push('the plan names nothing to protect')
  if (unplanned > 0)
    parts.push(`${counted(unplanned, 'source sends', 'sources send')} without being planned`)
  if (body.budget.over)
    parts.push(`over the budget of ${counted(body.budget.alertsPerDay, 'incident')} a day`)
  const unproven = body.coverage.filter((cell) => cell.state === 'unproven').length
  if (unproven > 0) parts.push(`${counted(unproven, 'threat')} unproven`)
  return `${parts.join(', ')}.`
}
