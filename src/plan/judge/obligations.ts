import type { BlindSpot, ObligationReport, SourceReport } from '#shape/report.ts'
import type { Plan, PlanObligation } from '../schema.ts'
import { hasFamily, levelOfTargets, percent, planSpot } from './input.ts'
import type { JudgedSource } from './sources.ts'

/** Parts of one sentence of evidence. */
const MAX_PARTS = 8

/** What one obligation lacks, and what nobody can say. */
interface Gaps {
  readonly missing: string[]
  readonly unknown: string[]
  readonly met: string[]
}

/** Judges each clause: met only on evidence, unknown is never met. */
export function judgeObligations(plan: Plan, sources: readonly JudgedSource[]): ObligationReport[] {
  return plan.obligations.map((obligation) => {
    const gaps: Gaps = { missing: [], unknown: [], met: [] }
    const { families, fields } = obligation.needs
    if (families.length === 0 && fields.length === 0)
      gaps.unknown.push('the plan does not say which families or fields it needs')
    else checkAll(obligation, { plan, sources, gaps })
    const { id, standard, clause, text } = obligation
    return { id, standard, clause, text, ...conclude(gaps) }
  })
}

/** Ids of the targets that an obligation is about; without any in the plan it is about all sources at once. */
function scopeOf({ targets }: PlanObligation, plan: Plan): readonly string[] {
  return targets.length > 0 ? targets : plan.targets.map(({ id }) => id)
}

/** True when an obligation needs this source: its family, watching a target in scope. */
export function isOwed(obligation: PlanObligation, source: SourceReport, plan: Plan): boolean {
  const { families, fields } = obligation.needs
  if (families.length === 0 && fields.length === 0) return false
  const scope = scopeOf(obligation, plan)
  const isWatching = scope.length === 0 || source.targets.some((id) => scope.includes(id))
  return isWatching && isOfFamily(families, source)
}

const isOfFamily = (families: readonly string[], { family, families: seen }: SourceReport) =>
  families.length === 0 || hasFamily(families, family === '' ? seen : [family, ...seen])

interface Evidence {
  readonly plan: Plan
  readonly sources: readonly JudgedSource[]
  readonly gaps: Gaps
}

/** Every target in scope needs a source of one of the families, and all such sources that are planned must deliver. */
function checkAll(obligation: PlanObligation, evidence: Evidence): void {
  const { families } = obligation.needs
  const planned = evidence.sources.filter(({ source }) => source !== undefined)
  const fitting = planned.filter(({ report }) => isOfFamily(families, report))
  const scope = scopeOf(obligation, evidence.plan)
  if (scope.length === 0) checkScope(obligation, fitting, { words: '', gaps: evidence.gaps })
  for (const target of scope) {
    const watching = fitting.filter(({ report }) => report.targets.includes(target))
    checkScope(obligation, watching, { words: `for ${target}: `, gaps: evidence.gaps })
  }
}

function checkScope(
  obligation: PlanObligation,
  sources: readonly JudgedSource[],
  { words, gaps }: { words: string; gaps: Gaps },
): void {
  const { families } = obligation.needs
  const kinds = families.length === 0 ? '' : ` of ${orWords(families)}`
  if (sources.length === 0) gaps.missing.push(`${words}the plan has no source${kinds}`)
  for (const source of sources) {
    const own: Gaps = { missing: [], unknown: [], met: [] }
    checkSource(obligation, source, own)
    for (const list of ['missing', 'unknown', 'met'] as const)
      gaps[list].push(...own[list].map((one) => `${words}${one}`))
  }
}

const orWords = (words: readonly string[]) =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1) ?? ''}`

function checkSource({ needs }: PlanObligation, { report }: JudgedSource, gaps: Gaps): void {
  const isArriving = needs.families.length === 0 || hasFamily(needs.families, report.families)
  if (report.state === 'never') gaps.missing.push(`nothing has arrived from ${report.id}`)
  else if (report.state === 'silent') gaps.missing.push(`${report.id} is silent`)
  else if (!isArriving)
    gaps.missing.push(`${report.id} sends nothing of ${orWords(needs.families)}`)
  else if (needs.fields.length === 0) gaps.met.push(`${report.id} sends`)
  else for (const field of needs.fields) checkField(field, { report, share: needs.share, gaps })
}

function conclude({ missing, unknown, met }: Gaps): Pick<ObligationReport, 'state' | 'evidence'> {
  if (missing.length > 0) return { state: 'unmet', evidence: sentence(missing) }
  if (unknown.length > 0) return { state: 'unknown', evidence: sentence(unknown) }
  return { state: 'met', evidence: sentence(met) }
}

/** One sentence, of at most eight parts; one that begins with a name of the plan keeps it as it is written. */
function sentence(parts: readonly string[]): string {
  const all = [...new Set(parts)]
  const shown = all.slice(0, MAX_PARTS).join('; ')
  const more = all.length > MAX_PARTS ? `; and ${all.length - MAX_PARTS} more` : ''
  const text = `${shown}${more}`
  const isName = /^\S*[-._\d]/.test(text)
  return `${isName ? text : `${text.charAt(0).toUpperCase()}${text.slice(1)}`}.`
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
      text: `${report.standard} ${report.clause} is not met. ${report.evidence}`,
      fix: 'Repair or connect the sources named, or correct the needs of the obligation in the plan.',
      at: planSpot(plan, `obligations.${index}`),
    }
  })
}
