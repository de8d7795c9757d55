import type { Incident } from '#shape/incident.ts'
import type { NoiseRow, SourceReport } from '#shape/report.ts'
import type { Plan } from '../schema.ts'
import { counted, type Judged, listed, percent } from './input.ts'
import { isOwed } from './obligations.ts'

/** Too few events to speak of volume. */
const MIN_EVENTS = 1_000
/** Closed incidents before their verdicts speak about a source. */
const MIN_CLOSED = 3

/** Weighs what each source costs against what it gave. */
export function judgeNoise(
  plan: Plan,
  judged: Judged,
  reports: readonly SourceReport[],
): NoiseRow[] {
  const events = sum(reports, (report) => report.events)
  const bytes = sum(reports, (report) => report.bytes)
  return reports
    .filter((report) => report.received > 0)
    .map((report) => {
      const served = serves(plan, report)
      const outcome = outcomesOf(report.id, judged.incidents)
      const row = {
        source: report.id,
        events: report.events,
        bytes: report.bytes,
        eventShare: events === 0 ? 0 : report.events / events,
        byteShare: bytes === 0 ? 0 : report.bytes / bytes,
        ...outcome,
        rules: report.rules,
        serves: served,
      }
      return { ...row, ...verdictOf(plan, report, row) }
    })
    .sort((a, b) => b.eventShare - a.eventShare)
}

const sum = (reports: readonly SourceReport[], of: (report: SourceReport) => number) =>
  reports.reduce((total, report) => total + of(report), 0)

/** Targets it watches, and obligations that need it for one of them: what nobody asked for serves nobody. */
function serves(plan: Plan, report: SourceReport): string[] {
  const owed = plan.obligations.filter((one) => isOwed(one, report, plan))
  return [...report.targets, ...owed.map(({ id }) => id)]
}

function outcomesOf(source: string, incidents: readonly Incident[]) {
  const named = incidents.filter(
    (incident) => incident.sources?.includes(source) && incident.closeReason !== 'duplicate',
  )
  const closed = (reasons: readonly string[]) =>
    named.filter((incident) => reasons.includes(incident.closeReason ?? '')).length
  return {
    alerts: named.length,
    closedTrue: closed(['true']),
    closedFalse: closed(['false', 'benign']),
  }
}

type Weighed = Omit<NoiseRow, 'verdict' | 'text'>
type Verdict = Pick<NoiseRow, 'verdict' | 'text'>

/** Noise is only said with a reason; without evidence either way the verdict stays unknown. */
function verdictOf(plan: Plan, report: SourceReport, row: Weighed): Verdict {
  if (row.closedTrue > 0)
    return signal(`${counted(row.closedTrue, 'incident')} closed as true came from it.`)
  const noise = noiseReason(plan, report, row)
  if (noise !== undefined) return { verdict: 'noise', text: noise }
  const open = row.alerts - row.closedFalse
  if (open > 0) return signal(`It is part of ${counted(open, 'incident')} not yet judged.`)
  const owed = row.serves.filter((id) => plan.obligations.some((one) => one.id === id))
  if (owed.length > 0)
    return signal(
      `${owed.length === 1 ? 'The obligation' : 'The obligations'} ${listed(owed)} ${owed.length === 1 ? 'needs' : 'need'} it.`,
    )
  if (plan.path === '') return unknown('There is no plan yet to weigh it against.')
  if (row.serves.length > 0)
    return unknown(
      `It watches ${listed(row.serves)}; ${counted(row.rules, 'rule')} can fire on it, none has led to a true incident yet.`,
    )
  return unknown(`No target or obligation names it; ${counted(row.rules, 'rule')} can fire on it.`)
}

const signal = (text: string): Verdict => ({ verdict: 'signal', text })
const unknown = (text: string): Verdict => ({ verdict: 'unknown', text })

function noiseReason(plan: Plan, report: SourceReport, row: Weighed): string | undefined {
  if (plan.path === '') return undefined
  const share = `${percent(row.eventShare)} of all events and ${percent(row.byteShare)} of all bytes`
  if (row.serves.length === 0 && row.rules === 0 && row.alerts === 0)
    return `It costs ${share}, and no target, rule or obligation uses it. ${KEEP}`
  if (isIdle(report, row))
    return `It costs ${share} and found nothing: no target or obligation names it, none of ${counted(row.rules, 'rule')} fired. ${KEEP}`
  if (row.closedFalse >= MIN_CLOSED && row.closedFalse === row.alerts)
    return `All ${row.closedFalse} incidents it was part of were closed as false or benign.`
  const isBig = row.eventShare > plan.budgets.noise.maxShare && row.events >= MIN_EVENTS
  const isNeeded = row.serves.some((id) => plan.obligations.some((one) => one.id === id))
  if (isBig && row.alerts === 0 && report.findings === 0 && !isNeeded)
    return `It costs ${share} (the plan allows ${percent(plan.budgets.noise.maxShare)}) and has not given a single finding. ${THIN}`
  return undefined
}

const KEEP = 'To keep it, name the target that it watches; else stop it at its sender.'
const THIN = 'Send less of it, or raise the share in the budgets of the plan.'

/** Planned without a purpose, and nothing was ever found in a good number of events. */
function isIdle(report: SourceReport, row: Weighed): boolean {
  const isPlanned = report.state !== 'unplanned'
  return (
    isPlanned &&
    row.serves.length === 0 &&
    row.alerts === 0 &&
    report.findings === 0 &&
    row.events >= MIN_EVENTS
  )
}
