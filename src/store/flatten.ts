/** Most keys kept of one event; further ones are counted under `vedette.fields_cut`. */
const MAX_KEYS = 512
/** Most characters kept of one value; cut ones are counted under `vedette.values_cut`. */
export const MAX_VALUE_CHARS = 32_768
const MAX_KEY_CHARS = 256
const MAX_DEPTH = 16

interface Flattening {
  readonly flat: Record<string, string>
  size: number
  fieldsCut: number
  valuesCut: number
}

/**
 * Native fields as flat text: nested objects by dotted path, lists of plain values as JSON text, lists with objects by
 * dotted index. Absent values (null, undefined, functions) are left out; of equal paths the first wins. Never throws.
 */
export function flattenFields(fields: Readonly<Record<string, unknown>>): Record<string, string> {
  const into: Flattening = { flat: {}, size: 0, fieldsCut: 0, valuesCut: 0 }
  for (const key in fields) addValue(into, key, { value: fields[key], depth: 0 })
  if (into.fieldsCut > 0) into.flat['vedette.fields_cut'] = String(into.fieldsCut)
  if (into.valuesCut > 0) into.flat['vedette.values_cut'] = String(into.valuesCut)
  return into.flat
}

function addValue(into: Flattening, key: string, at: { value: unknown; depth: number }): void {
  const text = scalarText(at.value)
  if (text !== undefined) {
    addText(into, key, text)
    return
  }
  if (typeof at.value !== 'object' || at.value === null) return
  if (at.depth >= MAX_DEPTH) addText(into, key, jsonText(at.value))
  else if (Array.isArray(at.value)) addList(into, key, { list: at.value, depth: at.depth })
  else addObject(into, key, { object: at.value, depth: at.depth })
}

function addList(into: Flattening, key: string, at: { list: unknown[]; depth: number }): void {
  if (!at.list.some((item) => isNested(item))) {
    if (at.list.length > 0) addText(into, key, jsonText(at.list))
    return
  }
  for (let index = 0; index < at.list.length; index += 1) {
    if (into.size >= MAX_KEYS) {
      into.fieldsCut += at.list.length - index
      return
    }
    addValue(into, `${key}.${index}`, { value: at.list[index], depth: at.depth + 1 })
  }
}

function addObject(into: Flattening, key: string, at: { object: object; depth: number }): void {
  const depth = at.depth + 1
  for (const [name, value] of Object.entries(at.object)) {
    addValue(into, `${key}.${name}`, { value, depth })
  }
}

function addText(into: Flattening, key: string, text: string): void {
  const name = key.length > MAX_KEY_CHARS ? key.slice(0, MAX_KEY_CHARS) : key
  if (into.size >= MAX_KEYS) {
    into.fieldsCut += 1
    return
  }
  let value = text
  if (text.length > MAX_VALUE_CHARS) {
    into.valuesCut += 1
    value = text.slice(0, MAX_VALUE_CHARS)
  }
  if (Object.hasOwn(into.flat, name)) return
  into.size += 1
  if (name === '__proto__') Object.defineProperty(into.flat, name, { value, enumerable: true })
  else into.flat[name] = value
}

function isNested(value: unknown): boolean {
  return typeof value === 'object' && value !== null && scalarText(value) === undefined
}

/** Text of a plain value; undefined for what is absent or nested. */
function scalarText(value: unknown): string | undefined {
  switch (typeof value) {
    case 'string':
      return value
    case 'number':
    case 'boolean':
    case 'bigint':
      return String(value)
    case 'object':
      if (value instanceof Uint8Array) return Buffer.from(value).toString('hex')
      if (value instanceof Date) return Number.isNaN(value.getTime()) ? '' : value.toISOString()
      return undefined
    default:
      return undefined
  }
}

/** JSON text of anything; a value that JSON cannot say (a cycle) becomes ''. */
function jsonText(value: unknown): string {
  try {
    return (
      JSON.stringify(value, (_, item) => (typeof item === 'bigint' ? String(item) : item)) ?? ''
    )
  } catch {
    return ''
  }
}
