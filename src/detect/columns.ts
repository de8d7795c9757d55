import type { Event } from '#shape/event.ts'

const ROOTS = new Set(['who', 'what', 'where'])
const PLAIN = new Set(['source', 'family', 'message'])

/** The value of an event column by its path, `who.user`, `where.srcIp`, `family`; undefined for any other name. */
export function columnOf(event: Event, name: string): unknown {
  const parts = name.split('.')
  const root = parts[0] ?? ''
  if (PLAIN.has(name)) return Reflect.get(event, name)
  if (!ROOTS.has(root) || parts.length < 2) return undefined
  let value: unknown = Reflect.get(event, root)
  for (const part of parts.slice(1)) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return undefined
    value = Reflect.get(value, part)
  }
  return value
}
