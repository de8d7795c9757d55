import type { SourceReport } from '#serve/contract/plan.ts'

const ORDER: Readonly<Record<SourceReport['state'], number>> = {
  never: 0,
  silent: 1,
  degraded: 2,
  unplanned: 3,
  healthy: 4,
}

/** Sources with those that need somebody first, then by name. */
export function worstFirst(sources: readonly SourceReport[]): SourceReport[] {
  return sources.toSorted(
    (left, right) => ORDER[left.state] - ORDER[right.state] || left.id.localeCompare(right.id),
  )
}

/** Share of received records that could be read; undefined while there are none. */
export function readShare(source: Pick<SourceReport, 'received' | 'dead'>): number | undefined {
  return source.received === 0 ? undefined : 1 - source.dead / source.received
}
