import {
  addressRange,
  canonicalAddress,
  type Plan,
  type PlanLookup,
  planLookup,
} from '#plan/index.ts'
import { type Entity, entityKey } from '#shape/entity.ts'
import type { Finding } from '#shape/finding.ts'
import { crowdOf } from './crowd.ts'

/** Findings further apart than this never join by themselves. */
export const JOIN_WINDOW_MICROS = 24 * 60 * 60 * 1_000_000

/** Account names that exist on every machine: the same name on two machines is two accounts. */
const LOCAL_NAMES: ReadonlySet<string> = new Set([
  'admin',
  'administrator',
  'azureuser',
  'centos',
  'debian',
  'ec2-user',
  'git',
  'guest',
  'mysql',
  'nobody',
  'nginx',
  'oracle',
  'postgres',
  'root',
  'test',
  'ubuntu',
  'user',
  'www-data',
])

/** Families whose host is the machine on which it happened, whatever address is named. */
const ON_THE_MACHINE = ['auditd', 'edr', 'falco', 'linux.auditd', 'osquery', 'windows.sysmon']
/** Families whose host is that machine when nobody came from elsewhere. */
const ENDPOINTS = ['linux.', 'macos.', 'windows.']

/** The keys under which a finding meets others. */
interface Joins {
  /** All of them, sorted, never empty. */
  readonly keys: readonly string[]
  /** Those of things that were only acted upon: alerts meet by them, signals do not. */
  readonly victims: readonly string[]
}

/**
 * The keys under which a finding meets others. Left out are crowds, entities that the plan calls shared, our own public
 * addresses (everybody leaves by them), our own machines as destinations (everybody goes there), and hosts that only
 * observed. A finding without any such entity meets only findings of its own rule about the same things.
 */
export function joinsOf(finding: Finding, plan: Plan): Joins {
  const lookup = planLookup(plan)
  const isCrowd = crowdOf(finding)
  const acting = new Set<string>()
  const all = new Set<string>()
  for (const entity of finding.entities) {
    if (lookup.isShared(entity) || isCrowd(entity)) continue
    for (const key of keysOfEntity(entity, finding, lookup)) {
      all.add(key)
      if (entity.role !== 'target') acting.add(key)
    }
  }
  const keys = [...all].sort()
  if (keys.length > 0) return { keys, victims: keys.filter((key) => !acting.has(key)) }
  const few = finding.entities.filter((entity) => !isCrowd(entity))
  const about = few.map(entityKey).sort().join(' ')
  return { keys: [`rule:${finding.ruleId} ${finding.source} ${about}`], victims: [] }
}

/** Only the keys of `joinsOf`. */
export function joinKeysOf(finding: Finding, plan: Plan): readonly string[] {
  return joinsOf(finding, plan).keys
}

function keysOfEntity(entity: Entity, finding: Finding, lookup: PlanLookup): string[] {
  if (entity.kind === 'user') return userKeys(entity, finding)
  if (entity.kind === 'ip')
    return addressJoins(entity, lookup) ? [`ip:${canonicalAddress(entity.id) ?? entity.id}`] : []
  if (entity.kind === 'host') return hostJoins(entity, finding, lookup) ? [entityKey(entity)] : []
  // Programs and files have names that everybody uses; repositories are worked on by everybody.
  const isOwnName =
    entity.kind === 'domain' || entity.kind === 'workload' || entity.kind === 'pipeline'
  return isOwnName && entity.role !== 'observer' ? [entityKey(entity)] : []
}

function userKeys(user: Entity, finding: Finding): string[] {
  if (!LOCAL_NAMES.has(user.id)) return [entityKey(user)]
  return finding.entities
    .filter((other) => other.kind === 'host')
    .map((host) => `${entityKey(user)}@${host.id}`)
}

function addressJoins(address: Entity, lookup: PlanLookup): boolean {
  const range = addressRange(address.id) ?? ''
  const isPublic = range === 'unicast' || range === 'reserved'
  if (lookup.isOwnAddress(address.id) && isPublic) return false
  if (address.role !== 'destination') return true
  return isPublic && !lookup.isTargetAddress(address.id)
}

/** Directory servers, firewalls and build servers see everybody. */
const HUB_KINDS: ReadonlySet<string> = new Set(['identity', 'network', 'pipeline'])

function hostJoins(host: Entity, finding: Finding, lookup: PlanLookup): boolean {
  const kinds = lookup.targetsOfEntity(host).map((id) => lookup.target(id)?.kind ?? '')
  if (kinds.some((kind) => HUB_KINDS.has(kind))) return false
  if (host.role !== 'observer') return true
  if (ON_THE_MACHINE.some((start) => finding.family.startsWith(start))) return true
  if (!ENDPOINTS.some((start) => finding.family.startsWith(start))) return false
  return !finding.entities.some((other) => other.kind === 'ip' && other.role === 'source')
}

/** True when two spans of event time lie within the join window of each other. */
export function isNear(
  left: { readonly start: number; readonly end: number },
  right: { readonly start: number; readonly end: number },
): boolean {
  const gap = Math.max(left.start, right.start) - Math.min(left.end, right.end)
  return gap <= JOIN_WINDOW_MICROS
}
