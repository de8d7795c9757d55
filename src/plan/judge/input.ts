import type { Micros } from '#base/clock.ts'
import type { RuleInfo } from '#shape/finding.ts'
import type { SourceFacts } from '#shape/health.ts'
import type { Incident } from '#shape/incident.ts'
import type { CoverageState } from '#shape/report.ts'
import { type Level, levelOfRank } from '#shape/severity.ts'
import { matchesGlob } from '../glob.ts'
import type { Plan } from '../schema.ts'

/** What the plan is judged against. */
export interface Judged {
  /** What each source sent, also those that the plan does not know. */
  readonly facts: readonly SourceFacts[]
  readonly rules: readonly RuleInfo[]
  /** When each rule was last seen to live, by rule id: a true finding or a canary on the real path. */
  readonly proofs: ReadonlyMap<string, Micros>
  /** Incidents that count for noise and the budget, open and closed. */
  readonly incidents: readonly Incident[]
  readonly now: Micros
}

const CRITICALITY_LEVEL: Readonly<Record<string, Level>> = {
  critical: 'critical',
  high: 'high',
  medium: 'medium',
  low: 'low',
}

/** The level of something that leaves these targets unprotected: that of the most critical one; low without targets. */
export function levelOfTargets(plan: Plan, targets: readonly string[]): Level {
  const ranks = plan.targets
    .filter((target) => targets.includes(target.id))
    .map((target) =>
      ['low', 'low', 'medium', 'high', 'critical'].lastIndexOf(
        CRITICALITY_LEVEL[target.criticality] ?? 'low',
      ),
    )
  return levelOfRank(Math.max(1, ...ranks))
}

/** `plan.yaml:12` of a dotted path in the plan. */
export function planSpot(plan: Plan, at: string): string {
  if (plan.path === '') return ''
  return `${plan.path}:${plan.lines[at] ?? 1}`
}

const STATE_ORDER: readonly CoverageState[] = ['no-data', 'no-rule', 'unproven', 'proven']

/** The state further from green. */
export function worseState(left: CoverageState, right: CoverageState): CoverageState {
  return STATE_ORDER.indexOf(left) <= STATE_ORDER.indexOf(right) ? left : right
}

/** True when one of the wanted families (`nginx.access`, `nginx.*`) is among those that arrive. */
export function hasFamily(wanted: readonly string[], arriving: readonly string[]): boolean {
  return wanted.some((glob) => arriving.some((family) => matchesGlob(glob, family)))
}

/** True when a rule can fire on records of these families; one that names no family can fire on all. */
export function isFedBy(rule: RuleInfo, families: readonly string[]): boolean {
  if (families.length === 0) return false
  return rule.families.length === 0 || hasFamily(rule.families, families)
}

/** `42 %`, and never 100 or 0 for what is not quite that. */
export function percent(share: number): string {
  if (share <= 0) return '0 %'
  if (share >= 1) return '100 %'
  const rounded = Math.min(99, Math.max(1, Math.round(share * 100)))
  return `${rounded} %`
}

/** `1 rule`, `3 rules`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`
}

/** `a, b and 3 more`. */
export function listed(items: readonly string[], max = 4): string {
  if (items.length <= max) return items.join(', ')
  return `${items.slice(0, max).join(', ')} and ${items.length - max} more`
}

/** `2026-11-23 15:04 UTC` */
export function atTime(time: Micros): string {
  const date = new Date(time / 1_000)
  if (Number.isNaN(date.getTime())) return 'an unknown time'
  return `${date.toISOString().slice(0, 16).replace('T', ' ')} UTC`
}
