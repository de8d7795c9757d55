import type { Entity } from '#shape/entity.ts'
import { type AddressSet, createAddressSet } from './addresses.ts'
import { matchesGlob } from './glob.ts'
import type { Plan, PlanTarget } from './schema.ts'

/** Answers which targets things belong to, and what is ours or shared. */
export interface PlanLookup {
  /** Ids of the targets that an entity belongs to, in plan order. */
  targetsOfEntity(entity: Pick<Entity, 'kind' | 'id' | 'name'>): readonly string[]
  /** Ids of the targets that an object acted upon belongs to. */
  targetsOfObject(object: string): readonly string[]
  target(id: string): PlanTarget | undefined
  /** True for entities that the plan calls too common to join incidents. */
  isShared(entity: Pick<Entity, 'kind' | 'id' | 'name'>): boolean
  /** True for addresses of our own networks. */
  isOwnAddress(address: string): boolean
  /** True for addresses that a target of the plan has. */
  isTargetAddress(address: string): boolean
}

interface CompiledTarget {
  readonly target: PlanTarget
  readonly ips: AddressSet
}

const compiledPlans = new WeakMap<Plan, PlanLookup>()

/** The look-ups of a plan; made once for each plan. */
export function planLookup(plan: Plan): PlanLookup {
  const known = compiledPlans.get(plan)
  if (known) return known
  const made = compileLookup(plan)
  compiledPlans.set(plan, made)
  return made
}

function compileLookup(plan: Plan): PlanLookup {
  const targets = plan.targets.map(
    (target): CompiledTarget => ({ target, ips: createAddressSet(target.matches.ips) }),
  )
  const own = createAddressSet(plan.networks)
  const sharedIps = createAddressSet(plan.shared.ips)
  const byId = new Map(plan.targets.map((target) => [target.id, target]))
  const idsWhere = (test: (target: CompiledTarget) => boolean) =>
    targets.filter(test).map((compiled) => compiled.target.id)
  return {
    target: (id) => byId.get(id),
    targetsOfEntity: (entity) => idsWhere((compiled) => ownsEntity(compiled, entity)),
    targetsOfObject: (object) =>
      object === '' ? [] : idsWhere((compiled) => ownsObject(compiled, object)),
    isShared(entity) {
      if (entity.kind === 'ip') return sharedIps.has(entity.id)
      if (entity.kind === 'user') return matchesAny(plan.shared.users, entity)
      return entity.kind === 'host' && matchesAny(plan.shared.hosts, entity)
    },
    isOwnAddress: (address) => own.has(address),
    isTargetAddress: (address) => targets.some(({ ips }) => ips.has(address)),
  }
}

function matchesAny(globs: readonly string[], entity: Pick<Entity, 'id' | 'name'>): boolean {
  return globs.some((glob) => matchesGlob(glob, entity.id) || matchesGlob(glob, entity.name))
}

function ownsEntity(
  { target, ips }: CompiledTarget,
  entity: Pick<Entity, 'kind' | 'id' | 'name'>,
): boolean {
  const { matches } = target
  if (entity.kind === 'user') return matchesAny(matches.users, entity)
  if (entity.kind === 'host') return matchesAny(matches.hosts, entity) || ips.has(entity.id)
  if (entity.kind === 'ip') return ips.has(entity.id)
  if (entity.kind === 'repository' || entity.kind === 'pipeline')
    return matchesAny(matches.repositories, entity)
  if (entity.kind === 'workload') return matchesAny(matches.accounts, entity)
  return matchesAny(matches.objects, entity)
}

/** The account is the fifth part of an ARN: `arn:aws:iam::123456789012:role/x`. */
function ownsObject({ target }: CompiledTarget, object: string): boolean {
  const { objects, repositories, accounts } = target.matches
  const account = object.startsWith('arn:') ? (object.split(':')[4] ?? '') : object
  return (
    objects.some((glob) => matchesGlob(glob, object)) ||
    repositories.some((glob) => matchesGlob(glob, object)) ||
    accounts.some((glob) => matchesGlob(glob, account))
  )
}
