import type { Micros } from '#base/clock.ts'
import type { RuleInfo } from '#shape/finding.ts'
import type { BlindSpot, CoverageCell, CoverageState } from '#shape/report.ts'
import {
  parentOf,
  subTechniquesOf,
  tacticName,
  tacticOf,
  techniqueOf,
  techniquesOfTactic,
} from '../attack.ts'
import { familyShows } from '../family-logs.ts'
import type { Plan, PlanTarget } from '../schema.ts'
import {
  atTime,
  counted,
  isFedBy,
  type Judged,
  levelOfTargets,
  listed,
  planSpot,
  worseState,
} from './input.ts'
import type { JudgedSource } from './sources.ts'

/** A proof older than this no longer counts. */
const PROOF_DAYS = 90

/** One technique asked for by one target. */
export interface TargetThreat {
  readonly target: string
  readonly technique: string
  /** The tactic that the plan named, when it did not name the technique itself. */
  readonly tactic?: string
  /** Dotted path in the plan. */
  readonly at: string
  readonly state: CoverageState
  readonly rules: readonly string[]
  readonly sources: readonly string[]
  readonly provenAt?: Micros
  readonly text: string
}

/** Judges each technique that each target is to be watched for. */
export function judgeThreats(
  plan: Plan,
  judged: Judged,
  sources: readonly JudgedSource[],
): TargetThreat[] {
  const rulesByTechnique = indexRules(judged.rules)
  return plan.targets.flatMap((target, index) => {
    const serving = sources.filter(({ source }) => source?.targets.includes(target.id))
    return wantedTechniques(target, index).map((wanted) => ({
      ...wanted,
      target: target.id,
      ...judgeOne({ technique: wanted.technique, serving, judged, rulesByTechnique }),
    }))
  })
}

function wantedTechniques(target: PlanTarget, index: number) {
  const wanted = new Map<string, { technique: string; tactic?: string; at: string }>()
  target.threats.forEach((threat, position) => {
    const technique = techniqueOf(threat)
    const at = `targets.${index}.threats.${position}`
    if (technique) wanted.set(technique.id, { technique: technique.id, at })
  })
  target.threats.forEach((threat, position) => {
    const tactic = tacticOf(threat)
    if (tactic === undefined) return
    const at = `targets.${index}.threats.${position}`
    for (const { id } of techniquesOfTactic(tactic))
      if (!wanted.has(id)) wanted.set(id, { technique: id, tactic, at })
  })
  return [...wanted.values()]
}

/** A rule looks for its own techniques and, in part, for their parents; never for a sub-technique it does not name. */
function indexRules(rules: readonly RuleInfo[]): ReadonlyMap<string, readonly RuleInfo[]> {
  const index = new Map<string, RuleInfo[]>()
  for (const rule of rules) {
    const ids = new Set(rule.techniques.flatMap((id) => [id.toUpperCase(), parentOf(id)]))
    for (const id of ids) index.set(id, [...(index.get(id) ?? []), rule])
  }
  return index
}

interface Question {
  readonly technique: string
  readonly serving: readonly JudgedSource[]
  readonly judged: Judged
  readonly rulesByTechnique: ReadonlyMap<string, readonly RuleInfo[]>
}

type Answer = Pick<TargetThreat, 'state' | 'rules' | 'sources' | 'provenAt' | 'text'>

function judgeOne(question: Question): Answer {
  const rules = question.rulesByTechnique.get(question.technique) ?? []
  const alive = question.serving.filter(({ report }) => SENDING.has(report.state))
  if (rules.length === 0) return withoutRule(question, alive)
  const feeds = alive.filter(({ report }) => rules.some((rule) => isFedBy(rule, report.families)))
  const names = rules.map((rule) => rule.id)
  if (feeds.length === 0) {
    const families = [...new Set(rules.flatMap((rule) => rule.families))]
    const text = `${counted(rules.length, 'rule waits', 'rules wait')} for ${listed(families) || 'data'}, which no sending source of this target delivers.`
    return { state: 'no-data', rules: names, sources: [], text }
  }
  const sources = feeds.map(({ report }) => report.id)
  const fedRules = rules.filter((rule) =>
    feeds.some(({ report }) => isFedBy(rule, report.families)),
  )
  return { rules: names, sources, ...proofOf(question, { fedRules, feeds }) }
}

const SENDING = new Set(['healthy', 'degraded'])

function withoutRule({ technique }: Question, alive: readonly JudgedSource[]): Answer {
  const logs = techniqueOf(technique)?.logs ?? []
  const showing = alive.filter(({ report }) =>
    report.families.some((family) => logs.some((log) => familyShows(family, log))),
  )
  const rules: string[] = []
  if (showing.length > 0) {
    const sources = showing.map(({ report }) => report.id)
    const text = `It would show in ${listed(sources)}, but no rule looks for it.`
    return { state: 'no-rule', rules, sources, text }
  }
  const ask = logs.length > 0 ? ` ATT&CK names ${listed(logs)} as logs that show it.` : ''
  const text = `No rule looks for it, and no sending source of this target is known to show it.${ask}`
  return { state: 'no-data', rules, sources: [], text }
}

function proofOf(
  { technique, judged }: Question,
  { fedRules, feeds }: { fedRules: readonly RuleInfo[]; feeds: readonly JudgedSource[] },
): Pick<Answer, 'state' | 'text' | 'provenAt'> {
  const proven = fedRules
    .map((rule) => ({ rule, at: judged.proofs.get(rule.id) ?? 0 }))
    .filter(({ at }) => at > 0)
    .sort((a, b) => b.at - a.at)[0]
  if (!proven)
    return {
      state: 'unproven',
      text: `${counted(fedRules.length, 'rule looks', 'rules look')} for it with live data, but none has been seen to work. ${partial(technique, fedRules)}`.trim(),
    }
  const { at: provenAt, rule } = proven
  const days = (judged.now - provenAt) / 86_400_000_000
  if (days > PROOF_DAYS)
    return {
      state: 'unproven',
      provenAt,
      text: `The last proof (${rule.title}, ${atTime(provenAt)}) is older than ${PROOF_DAYS} days.`,
    }
  const fed = feeds.filter(({ report }) => isFedBy(rule, report.families))
  if (!fed.some((feed) => stillProves(feed, days)))
    return {
      state: 'unproven',
      provenAt,
      text: `Proven ${atTime(provenAt)} by ${rule.title}, but ${listed(fed.map(({ report }) => report.id))} is degraded since.`,
    }
  const text = `Proven ${atTime(provenAt)} by ${rule.title}. ${partial(technique, fedRules)}`.trim()
  return { state: 'proven', provenAt, text }
}

/** Days over which the presence of fields is measured. */
const MEASURED_DAYS = 1

/**
 * A rule that fired on a source within the time for which the lack of a field was measured works without that field.
 * Any other defect takes the proof away.
 */
function stillProves({ report, blindSpots }: JudgedSource, days: number): boolean {
  if (report.state === 'healthy') return true
  return days <= MEASURED_DAYS && blindSpots.every(({ kind }) => kind === 'field-missing')
}

/** Says which sub-techniques stay open when a technique is only covered in part. */
function partial(technique: string, rules: readonly RuleInfo[]): string {
  const named = new Set(rules.flatMap((rule) => rule.techniques.map((id) => id.toUpperCase())))
  if (named.has(technique)) return ''
  const open = subTechniquesOf(technique).filter(({ id }) => !named.has(id))
  if (open.length === 0) return ''
  return `Sub-techniques without a rule: ${listed(open.map(({ id }) => id))}.`
}

/** One cell for each technique: the state furthest from green among the targets that ask for it. */
export function coverageCells(threats: readonly TargetThreat[]): CoverageCell[] {
  const groups = Map.groupBy(threats, (threat) => threat.technique)
  return [...groups.entries()]
    .map(([technique, group]) => cellOf(technique, group))
    .sort((a, b) => (a.technique < b.technique ? -1 : 1))
}

function cellOf(technique: string, group: readonly TargetThreat[]): CoverageCell {
  const facts = techniqueOf(technique)
  const state = group.map((threat) => threat.state).reduce(worseState)
  const deciding = group.filter((threat) => threat.state === state)
  const others = group.length - deciding.length
  const whom =
    others > 0 ? ` At ${listed(deciding.map((one) => one.target))}; elsewhere it is better.` : ''
  const proofs = group.flatMap((threat) => threat.provenAt ?? [])
  return {
    technique,
    name: facts?.name ?? technique,
    tactics: facts?.tactics ?? [],
    targets: group.map((threat) => threat.target),
    state,
    rules: [...new Set(group.flatMap((threat) => threat.rules))],
    sources: [...new Set(group.flatMap((threat) => threat.sources))],
    ...(proofs.length === 0 ? {} : { provenAt: Math.max(...proofs) }),
    text: `${deciding[0]?.text ?? ''}${whom}`,
  }
}

/** Blind spots out of threats: one for each technique that the plan names, one for each tactic that it names whole. */
export function threatBlindSpots(plan: Plan, threats: readonly TargetThreat[]): BlindSpot[] {
  const blind = threats.filter(({ state }) => state === 'no-data' || state === 'no-rule')
  const groups = Map.groupBy(
    blind,
    ({ state, tactic, technique }) => `${state} ${tactic ?? technique}`,
  )
  return [...groups.values()].map((group) => threatSpot(plan, group))
}

function threatSpot(plan: Plan, group: readonly TargetThreat[]): BlindSpot {
  const first = group[0]
  const state = first?.state ?? 'no-data'
  const kind = state === 'no-data' ? 'threat-no-data' : 'threat-no-rule'
  const targets = [...new Set(group.map((threat) => threat.target))]
  const techniques = [...new Set(group.map((threat) => threat.technique))]
  const subject = first?.tactic ?? first?.technique ?? ''
  const name = techniqueOf(subject)?.name ?? tacticName(subject)
  const lack = state === 'no-data' ? 'no data' : 'data, but no rule'
  const text =
    first?.tactic === undefined
      ? `${subject} ${name} would go unseen at ${listed(targets)}. ${first?.text ?? ''}`
      : `${name} would go unseen at ${listed(targets)}: ${lack} for ${counted(techniques.length, 'technique')} (${listed(techniques)}).`
  const fix =
    state === 'no-data'
      ? `Connect a source that shows it and name ${listed(targets)} in its targets.`
      : 'Add a rule tagged with the technique, or take the threat out of the plan.'
  const level = levelOfTargets(plan, targets)
  return {
    id: `${kind}:${subject}`,
    kind,
    level,
    subject,
    targets,
    text,
    fix,
    at: planSpot(plan, first?.at ?? ''),
  }
}
