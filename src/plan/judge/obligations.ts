import type { BlindSpot, ObligationReport, SourceReport } from '#shape/report.ts'
import type { Plan, PlanObligation } from '../schema.ts'
import { type Judged, levelOfTargets, listed, percent, planSpot } from './input.ts'
import type { JudgedSource } from './sources.ts'

/** What one obligation lacks, and what nobody can say. */
interface Gaps {
  readonly missing: string[]
  readonly unknown: string[]
  readonly met: string[]
}

/** Judges each clause: met only on evidence, unknown is never met. */
export function judgeObligations(
  plan: Plan,
  _judged: Judged,
  sources: readonly JudgedSource[],
): ObligationReport[] {
  return plan.obligations.map((obligation) => {
    const gaps: Gaps = { missing: [], unknown: [], met: [] }
    const { families, fields } = obligation.needs
    if (families.length === 0 && fields.length === 0)
      gaps.unknown.push('the plan does not say which families or fields it needs')
    for (const family of families) checkFamily(obligation, family, { sources, gaps })
    checkTargets(obligation, { sources, gaps })
    if (families.length === 0 && fields.length > 0)
      checkFields(obligation, inScope(obligation, sources), gaps)
    const { id, standard, clause, text } = obligation
    return { id, standard, clause, text, ...conclude(gaps) }
  })
}

function conclude({ missing, unknown, met }: Gaps): Pick<ObligationReport, 'state' | 'evidence'> {
  if (missing.length > 0) return { state: 'unmet', evidence: sentence(missing) }
  if (unknown.length > 0) return { state: 'unknown', evidence: sentence(unknown) }
  return { state: 'met', evidence: sentence(met) }
}

function sentence(parts: readonly string[]): string {
  const text = [...new Set(parts)].join('; ')
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`
}

function inScope(obligation: PlanObligation, sources: readonly JudgedSource[]): JudgedSource[] {
  return sources.filter(
    ({ source }) =>
      source !== undefined &&
      (obligation.targets.length === 0 ||
        source.targets.some((target) => obligation.targets.includes(target))),
  )
}

/** A family must arrive from a source in scope, and every source that delivers it must carry the fields. */
function checkFamily(
  obligation: PlanObligation,
  family: string,
  { sources, gaps }: { sources: readonly JudgedSource[]; gaps: Gaps },
): void {
  const planned = inScope(obligation, sources).filter(
    ({ source, report }) => source?.family === family || report.families.includes(family),
  )
  const sending = planned.filter((one) => delivers(one, family))
  if (sending.length === 0) gaps.missing.push(`no source in scope delivers ${family}`)
  else checkFields(obligation, sending, gaps)
  for (const { report } of planned) {
    if (report.state === 'silent') gaps.missing.push(`${report.id} is silent`)
    if (report.state === 'never') gaps.missing.push(`${report.id} is not connected`)
  }
}

/** Every target in scope must be watched by at least one of the families. */
function checkTargets(
  obligation: PlanObligation,
  { sources, gaps }: { sources: readonly JudgedSource[]; gaps: Gaps },
): void {
  const { families } = obligation.needs
  const bare = obligation.targets.filter(
    (target) =>
      !sources.some(
        (one) =>
          one.source?.targets.includes(target) && families.some((family) => delivers(one, family)),
      ),
  )
  if (families.length > 0 && bare.length > 0)
    gaps.missing.push(`nothing of ${listed(families)} arrives for ${listed(bare)}`)
}

function delivers({ report }: JudgedSource, family: string): boolean {
  const isSending = report.state === 'healthy' || report.state === 'degraded'
  return isSending && report.families.includes(family)
}

function checkFields(
  { needs }: PlanObligation,
  sources: readonly JudgedSource[],
  gaps: Gaps,
): void {
  if (sources.length === 0) gaps.missing.push('no planned source in scope delivers it')
  for (const { report } of sources) {
    if (report.state !== 'healthy' && report.state !== 'degraded') continue
    if (needs.fields.length === 0) gaps.met.push(`${report.id} sends`)
    for (const field of needs.fields) checkField(field, { report, share: needs.share, gaps })
  }
}

function checkField(
  field: string,
  { report, share, gaps }: { report: SourceReport; share: number; gaps: Gaps },
): void {
  const seen = report.fieldPresence[field]
  const spot = `${report.id} carries ${field} in ${percent(seen ?? 0)} of its events`
  if (seen === undefined) gaps.unknown.push(`${field} was not measured in ${report.id}`)
  else if (seen < share) gaps.missing.push(`${spot}, needed ${percent(share)}`)
  else gaps.met.push(spot)
}

/** Unmet clauses as blind spots. */
export function obligationBlindSpots(
  plan: Plan,
  reports: readonly ObligationReport[],
): BlindSpot[] {
  return reports.flatMap((report, index) => {
    if (report.state !== 'unmet') return []
    const targets = plan.obligations[index]?.targets ?? []
    const level = targets.length === 0 ? 'medium' : levelOfTargets(plan, targets)
    return {
      id: `obligation-unmet:${report.id}`,
      kind: 'obligation-unmet' as const,
      level,
      subject: `${report.standard} ${report.clause}`,
      targets,
      text: `${report.standard} ${report.clause} is not met: ${report.evidence}`,
      fix: 'Repair or connect the sources named, or correct the needs of the obligation in the plan.',
      at: planSpot(plan, `obligations.${index}`),
    }
  })
}
