import type { Micros } from '#base/clock.ts'
import { entityKey } from '#shape/entity.ts'
import type { Finding } from '#shape/finding.ts'

/** Signals of late, by entity: what adds up to risk. Bounded in number; the oldest go first. */
export interface RecentSignals {
  add(finding: Finding): void
  /** Signals about any of these entities with event time at `since` or later, each once. */
  about(entityKeys: readonly string[], since: Micros): Finding[]
}

const MAX_PER_ENTITY = 50
const MAX_ENTITIES = 20_000

/** Makes an empty set. */
export function createRecentSignals(): RecentSignals {
  const byEntity = new Map<string, Finding[]>()
  return {
    add(finding) {
      if (finding.kind !== 'signal') return
      for (const key of finding.entities.map(entityKey)) {
        const known = byEntity.get(key) ?? []
        // Deleting first moves the key to the end: the map's order is then by last use.
        byEntity.delete(key)
        // A batch that is tried again brings the same findings again.
        const others = known.filter((one) => one.id !== finding.id)
        byEntity.set(key, [...others, finding].slice(-MAX_PER_ENTITY))
      }
      while (byEntity.size > MAX_ENTITIES) {
        const oldest = byEntity.keys().next()
        if (oldest.done) break
        byEntity.delete(oldest.value)
      }
    },
    about(entityKeys, since) {
      const found = new Map<string, Finding>()
      for (const key of entityKeys)
        for (const finding of byEntity.get(key) ?? [])
          if (finding.time >= since) found.set(finding.id, finding)
      return [...found.values()]
    },
  }
}
