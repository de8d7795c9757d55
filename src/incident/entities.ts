import type { PlanLookup } from '#plan/index.ts'
import { type Entity, type EntityKind, type EntityRole, entityKey } from '#shape/entity.ts'
import type { Finding } from '#shape/finding.ts'
import type { Incident, IncidentEntity } from '#shape/incident.ts'
import { toldEntities } from './crowd.ts'

const MAX_ENTITIES = 500
const ROLE_ORDER: readonly EntityRole[] = ['actor', 'source', 'target', 'destination', 'observer']

/** Entities of one kind, those that most findings name first; all roles unless some are given. */
export function incidentEntities(
  incident: Pick<Incident, 'entities'>,
  kind: EntityKind,
  roles: readonly EntityRole[] = ROLE_ORDER,
): IncidentEntity[] {
  return incident.entities
    .filter((entity) => entity.kind === kind && roles.includes(entity.role))
    .sort((a, b) => b.findings - a.findings || (a.id < b.id ? -1 : 1))
}

/** The entities of one finding, with the plan target of each. */
export function entitiesOfFinding(finding: Finding, lookup: PlanLookup): IncidentEntity[] {
  const alerts = finding.kind === 'alert' ? 1 : 0
  return toldEntities(finding).map((entity) => {
    const [target] = lookup.targetsOfEntity(entity)
    return { ...entity, findings: 1, alerts, ...(target === undefined ? {} : { target }) }
  })
}

/** Adds counts of the same entity; its role is the strongest one seen. Keeps those that most findings name. */
export function mergeEntities(entities: readonly IncidentEntity[]): IncidentEntity[] {
  const byKey = new Map<string, IncidentEntity>()
  for (const entity of entities) {
    const known = byKey.get(entityKey(entity))
    byKey.set(entityKey(entity), known ? mergeEntity(known, entity) : entity)
  }
  const all = [...byKey.values()]
  if (all.length <= MAX_ENTITIES) return all
  return all.sort((a, b) => b.findings - a.findings).slice(0, MAX_ENTITIES)
}

function mergeEntity(left: IncidentEntity, right: IncidentEntity): IncidentEntity {
  const stronger = ROLE_ORDER.indexOf(left.role) <= ROLE_ORDER.indexOf(right.role) ? left : right
  const alerts = (left.alerts ?? 0) + (right.alerts ?? 0)
  return { ...left, role: stronger.role, findings: left.findings + right.findings, alerts }
}

/** Plan targets that a finding is about: its entities', its object's, else the only target that its source watches. */
export function targetsOfFinding(
  finding: Finding,
  lookup: PlanLookup,
  sourceTargets: readonly string[],
): string[] {
  const found = new Set(lookup.targetsOfObject(finding.object))
  for (const entity of finding.entities)
    for (const id of lookup.targetsOfEntity(entity)) {
      if (!isBystander(entity, lookup.target(id)?.kind)) found.add(id)
    }
  if (found.size > 0) return [...found]
  return sourceTargets.length === 1 ? [...sourceTargets] : []
}

/** A firewall that logs an attack on another machine is not attacked itself. */
function isBystander(entity: Entity, targetKind: string | undefined): boolean {
  return entity.kind === 'host' && entity.role === 'observer' && targetKind === 'network'
}
