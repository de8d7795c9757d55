import type { Native, TextFormat } from '../../native.ts'

const HEADER =
  /^CEF:\s?\d\|((?:[^|\\]|\\.){0,512})\|((?:[^|\\]|\\.){0,512})\|((?:[^|\\]|\\.){0,512})\|((?:[^|\\]|\\.){0,512})\|((?:[^|\\]|\\.){0,2048})\|((?:[^|\\]|\\.){0,64})(?:\||$)/
const HEADER_NAMES = [
  'DeviceVendor',
  'DeviceProduct',
  'DeviceVersion',
  'DeviceEventClassID',
  'Name',
  'Severity',
]
const KEY = /(?:^|\s)([A-Za-z0-9_][\w.-]{0,127}(?:\[\d{1,4}\])?)=/g
const MAX_KEYS = 1_024

/**
 * ArcSight Common Event Format. Header parts come as DeviceVendor, DeviceProduct, DeviceVersion, DeviceEventClassID,
 * Name and Severity, extension keys verbatim, and each `cs1` also under the name in its `cs1Label`.
 */
export const cef: TextFormat = {
  kind: 'text',
  name: 'cef',
  summary: 'ArcSight Common Event Format, alone or within syslog.',
  read(text) {
    const found = HEADER.exec(text)
    if (!found) return undefined
    const fields: Record<string, unknown> = {}
    for (const [at, name] of HEADER_NAMES.entries())
      fields[name] = (found[at + 1] ?? '').replace(/\\([|\\])/g, '$1')
    addExtension(text.slice(found[0].length), fields)
    addLabelled(fields)
    const native: Native = { format: 'cef', fields, text }
    return native
  },
}

/** Values run to the next ` key=`; an equals sign inside a value is escaped. */
function addExtension(text: string, fields: Record<string, unknown>): void {
  const keys: { name: string; start: number; value: number }[] = []
  for (const found of text.matchAll(KEY)) {
    keys.push({ name: found[1] ?? '', start: found.index, value: found.index + found[0].length })
    if (keys.length >= MAX_KEYS) break
  }
  for (const [at, key] of keys.entries()) {
    const end = keys[at + 1]?.start ?? text.length
    const value = text.slice(key.value, end).trim()
    fields[key.name] = value.includes('\\') ? unescaped(value) : value
  }
}

function unescaped(value: string): string {
  return value.replace(/\\([=\\|nr])/g, (_, mark: string) =>
    mark === 'n' ? '\n' : mark === 'r' ? '\r' : mark,
  )
}

function addLabelled(fields: Record<string, unknown>): void {
  for (const name of Object.keys(fields)) {
    if (!name.endsWith('Label')) continue
    const label = fields[name]
    const value = fields[name.slice(0, -5)]
    if (
      typeof label === 'string' &&
      label !== '' &&
      value !== undefined &&
      fields[label] === undefined
    )
      fields[label] = value
  }
}
