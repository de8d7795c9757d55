import type { PlanLookup, PlanTarget } from '#plan/index.ts'
import type { TimelineEntry } from '#shape/incident.ts'
import { LEVEL_RISK, type Level, levelOfRank, levelRank } from '#shape/severity.ts'

/** Tactics from which on an incident is more than the sum of its rules. */
const MANY_TACTICS = 4
const CRITICALITY_ORDER = ['critical', 'high', 'medium', 'low']

/** How bad it is, and why in words. */
export interface Grade {
  readonly level: Level
  readonly levelWhy: string
  readonly risk: number
}

/** The targets with these ids, most critical first. */
export function byCriticality(ids: readonly string[], lookup: PlanLookup): PlanTarget[] {
  return ids
    .flatMap((id) => lookup.target(id) ?? [])
    .sort(
      (a, b) =>
        CRITICALITY_ORDER.indexOf(a.criticality) - CRITICALITY_ORDER.indexOf(b.criticality) ||
        (a.id < b.id ? -1 : 1),
    )
}

/** Level out of the strongest rule, the most critical target and the number of tactics; risk as the sum over the lines. */
export function gradeOf(
  lines: readonly TimelineEntry[],
  targets: readonly PlanTarget[],
  tactics: readonly string[],
): Grade {
  const strongest = lines.reduce<TimelineEntry | undefined>(
    (best, line) => (best && levelRank(best.level) >= levelRank(line.level) ? best : line),
    undefined,
  )
  const base = levelRank(strongest?.level ?? 'informational')
  const reasons = [`${strongest?.level ?? 'informational'} rule “${strongest?.title ?? ''}”`]
  const [top] = targets
  let rank = base
  if (top?.criticality === 'critical' && base >= levelRank('medium')) rank += 1
  if (top?.criticality === 'low' && base > levelRank('low')) rank -= 1
  if (top) reasons.push(`${top.criticality} target ${top.id}`)
  if (tactics.length >= MANY_TACTICS && base >= levelRank('medium')) {
    rank += 1
    reasons.push(`${tactics.length} tactics`)
  }
  const risk = lines.reduce((sum, line) => sum + LEVEL_RISK[line.level], 0)
  return { level: levelOfRank(rank), levelWhy: reasons.join(', '), risk }
}
