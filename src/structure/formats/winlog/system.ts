import { isObject, type JsonObject } from '#base/json.ts'
import { addField, dataKey, ownValue, plainKey, type WinEvent } from './keys.ts'

/** Sub-keys under which writers of JSON put the text of an element. */
const TEXT_KEYS: ReadonlySet<string> = new Set(['#text', 'Value', '_', '$t', '__text', 'text'])
/** Sub-keys under which they put its attributes. */
const ATTRIBUTE_KEYS: ReadonlySet<string> = new Set([
  '#attributes',
  '$',
  '@attributes',
  '_attributes',
])

/** Elements of System whose bare text stands for their main attribute. */
const MAIN_ATTRIBUTE: Readonly<Record<string, string>> = {
  Provider: 'Provider_Name',
  Security: 'Security_UserID',
  TimeCreated: 'TimeCreated_SystemTime',
}

/** Puts the System object of a JSON rendering into the event, flattened: `Provider_Name`, `Execution_ProcessID`. */
export function addSystem(event: WinEvent, system: JsonObject): void {
  for (const [name, value] of Object.entries(system)) {
    if (!isObject(value)) {
      addScalar(event, MAIN_ATTRIBUTE[name] ?? plainKey(name), value)
      continue
    }
    for (const [key, inner] of elementPairs(value)) {
      const path = key === '' ? (MAIN_ATTRIBUTE[name] ?? name) : `${name}_${key}`
      addScalar(event, plainKey(path), inner)
    }
  }
}

/** The attributes and the text (under '') of an element in one of the usual JSON renderings. */
function* elementPairs(element: JsonObject): Generator<readonly [string, unknown]> {
  for (const [key, value] of Object.entries(element)) {
    if (TEXT_KEYS.has(key)) yield ['', value]
    else if (ATTRIBUTE_KEYS.has(key) && isObject(value)) yield* Object.entries(value)
    else yield [key.replace(/^[@-]_?/, ''), value]
  }
}

function addScalar(event: WinEvent, key: string, value: unknown): void {
  if (value === null || value === undefined || isObject(value)) return
  event[key] = ownValue(value)
}

const MAX_DEPTH = 8

/**
 * Puts EventData in a JSON rendering into the event under its own names. `Data` may be one value, a list, or
 * elements with `Name` and text; nested objects are flattened with `_`.
 */
export function addData(event: WinEvent, data: unknown): void {
  if (isObject(data)) {
    for (const [name, value] of Object.entries(data)) {
      if (ATTRIBUTE_KEYS.has(name)) continue
      if (name === 'Data' || TEXT_KEYS.has(name)) addDataElements(event, value)
      else addValue(event, { key: name, value, depth: 0 })
    }
  } else if (Array.isArray(data)) addDataElements(event, data)
  else if (data !== null && data !== undefined)
    addValue(event, { key: 'Data', value: data, depth: 0 })
}

/** UserData: as EventData, after stepping into its one element. */
export function addUserData(event: WinEvent, data: unknown): void {
  if (!isObject(data)) {
    addData(event, data)
    return
  }
  const inner = Object.entries(data).filter(([key]) => !ATTRIBUTE_KEYS.has(key))
  const [only] = inner
  if (inner.length === 1 && only && isObject(only[1])) addData(event, only[1])
  else addData(event, data)
}

function addDataElements(event: WinEvent, value: unknown): void {
  if (Array.isArray(value)) {
    for (const element of value) addDataElements(event, element)
    return
  }
  if (!isObject(value)) {
    addValue(event, { key: 'Data', value, depth: 0 })
    return
  }
  const pairs = new Map(elementPairs(value))
  const name = pairs.get('Name')
  const text = pairs.get('')
  if (typeof name === 'string') addValue(event, { key: name, value: text ?? '', depth: 0 })
  else if (Array.isArray(text)) addDataElements(event, text)
  else if (text !== undefined) addValue(event, { key: 'Data', value: text, depth: 0 })
  else addData(event, value)
}

interface Placed {
  readonly key: string
  readonly value: unknown
  readonly depth: number
}

function addValue(event: WinEvent, placed: Placed): void {
  const { key, value, depth } = placed
  if (value === null || value === undefined) return
  if (isObject(value) && depth < MAX_DEPTH) {
    for (const [name, inner] of elementPairs(value)) {
      if (name.startsWith('xmlns')) continue
      const path = name === '' ? key : `${key}_${name}`
      addValue(event, { key: path, value: inner, depth: depth + 1 })
    }
    return
  }
  addField(event, dataKey(key), ownValue(value))
}
