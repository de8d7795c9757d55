import type { Entity } from '#shape/entity.ts'
import type { Finding } from '#shape/finding.ts'

/** More than these of one kind in one part are a crowd. */
const CROWD = 3

/**
 * Answers whether an entity of this finding is one of a crowd: more than three of its kind play the same part. A spray
 * names everybody it was tried on, a scan every machine: such a finding is about what they have in common.
 */
export function crowdOf(finding: Pick<Finding, 'entities'>): (entity: Entity) => boolean {
  const names = new Map<string, Set<string>>()
  for (const entity of finding.entities) {
    const part = partOf(entity)
    names.set(part, (names.get(part) ?? new Set()).add(entity.id))
  }
  return (entity) => (names.get(partOf(entity))?.size ?? 0) > CROWD
}

const partOf = ({ kind, role }: Entity) => `${kind} ${role}`

/** The entities as a story tells them: many accounts that something was done with are acted upon, not acting. */
export function toldEntities(finding: Pick<Finding, 'entities'>): Entity[] {
  const isCrowd = crowdOf(finding)
  return finding.entities.map((entity) =>
    entity.kind === 'user' && entity.role === 'actor' && isCrowd(entity)
      ? { ...entity, role: 'target' }
      : entity,
  )
}
