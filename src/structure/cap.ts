import { isObject, type JsonObject } from '#base/json.ts'

/** Longest text kept in a field; the whole stands in `raw`. */
export const MAX_FIELD_CHARS = 65_536

/** A copy in which every text longer than 64 KiB is cut and ends with a marker that says how long it was. */
export function capFields(fields: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, cap(value)]))
}

function cap(value: unknown): unknown {
  if (typeof value === 'string')
    return value.length <= MAX_FIELD_CHARS
      ? value
      : `${value.slice(0, MAX_FIELD_CHARS)}…[cut: ${value.length} characters]`
  if (Array.isArray(value)) return value.map(cap)
  return isObject(value) ? capFields(value) : value
}
