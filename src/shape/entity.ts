import type { Event } from './event.ts'

/** Kinds of things that findings are about. */
export const ENTITY_KINDS = [
  'user',
  'host',
  'ip',
  'process',
  'file',
  'domain',
  'workload',
  'repository',
  'pipeline',
] as const

/** One of the entity kinds. */
export type EntityKind = (typeof ENTITY_KINDS)[number]

/** The part an entity plays in an event: who did it, to whom or what, from where, on which machine. */
export type EntityRole = 'actor' | 'target' | 'source' | 'destination' | 'observer'

/** A user, host, address … `id` is the canonical key (lower case, no domain), `name` as it was written. */
export interface Entity {
  readonly kind: EntityKind
  readonly id: string
  readonly name: string
  readonly role: EntityRole
}

/** `kind:id`, the key under which findings about the same thing meet. */
export function entityKey(entity: Pick<Entity, 'kind' | 'id'>): string {
  return `${entity.kind}:${entity.id}`
}

/** Canonical user id: lower case, without `DOMAIN\` prefix and without `@domain` suffix. */
export function canonicalUser(name: string): string {
  const lower = name.trim().toLowerCase()
  const slash = lower.lastIndexOf('\\')
  const bare = slash === -1 ? lower : lower.slice(slash + 1)
  const at = bare.indexOf('@')
  return at > 0 ? bare.slice(0, at) : bare
}

/** Canonical host id: lower case first label; an address stays whole. */
export function canonicalHost(name: string): string {
  const lower = name.trim().toLowerCase()
  if (lower.includes(':') || /^[0-9.]+$/.test(lower)) return lower
  const dot = lower.indexOf('.')
  return dot > 0 ? lower.slice(0, dot) : lower
}

const NOBODY = new Set([
  '',
  '-',
  'system',
  'local service',
  'network service',
  'anonymous logon',
  'n/a',
  'unknown',
  '(null)',
])
const NO_PLACE = new Set(['', '-', '::1', '127.0.0.1', '0.0.0.0', '::', 'localhost'])

/** The entities of an event: users (not the system's own accounts), addresses (not loopback), the host. */
export function entitiesOf(event: Pick<Event, 'who' | 'where'>): Entity[] {
  const found: Entity[] = []
  const add = (kind: EntityKind, role: EntityRole, name: string | undefined) => {
    if (name === undefined) return
    const id =
      kind === 'user'
        ? canonicalUser(name)
        : kind === 'host'
          ? canonicalHost(name)
          : name.toLowerCase()
    if (kind === 'user' ? NOBODY.has(id) || id.endsWith('$') : NO_PLACE.has(id)) return
    if (found.some((other) => other.kind === kind && other.id === id)) return
    found.push({ kind, id, name, role })
  }
  add('user', 'actor', event.who.user)
  add('user', 'target', event.who.target?.user)
  add('ip', 'source', event.where.srcIp)
  add('ip', 'destination', event.where.dstIp)
  add('host', 'observer', event.where.host)
  return found
}
