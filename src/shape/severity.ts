/** Levels of rules, findings and incidents, weakest first. Source: Sigma specification 2.1, `level`. */
export const LEVELS = ['informational', 'low', 'medium', 'high', 'critical'] as const

/** One of the five levels. */
export type Level = (typeof LEVELS)[number]

/** 0 for informational to 4 for critical. */
export function levelRank(level: Level): number {
  return LEVELS.indexOf(level)
}

/** The level of a rank, clamped. */
export function levelOfRank(rank: number): Level {
  return LEVELS[Math.max(0, Math.min(LEVELS.length - 1, Math.round(rank)))] ?? 'medium'
}

/** The stronger of two. */
export function maxLevel(left: Level, right: Level): Level {
  return levelRank(left) >= levelRank(right) ? left : right
}

/** Risk points that one finding of this level adds to its entities. */
export const LEVEL_RISK: Readonly<Record<Level, number>> = {
  informational: 1,
  low: 10,
  medium: 30,
  high: 60,
  critical: 100,
}
