import { isObject, type JsonObject, parseJson } from '#base/json.ts'
import { FORMATS } from './formats.ts'
import type {
  BytesFormat,
  Inner,
  Native,
  ObjectFormat,
  Part,
  ReadContext,
  TextFormat,
} from './native.ts'

/** Why a record, or a part of one, cannot be an event. */
export interface Unreadable {
  readonly code: string
  readonly detail: string
  /** Bytes of the part; absent = the whole record. */
  readonly raw?: Uint8Array
}

/** What was found in one record. */
export interface Reading {
  readonly natives: Native[]
  readonly dead: Unreadable[]
}

/** What the layers outside of a payload said. */
type Around = Omit<Inner, 'inner'>

interface Work {
  readonly reading: Reading
  readonly context: ReadContext
  readonly layer: number
}

const BYTES_FORMATS = FORMATS.filter((one): one is BytesFormat => one.kind === 'bytes')
const OBJECT_FORMATS = FORMATS.filter((one): one is ObjectFormat => one.kind === 'object')
const TEXT_FORMATS = FORMATS.filter((one): one is TextFormat => one.kind === 'text')
/** What may sit in the message of a syslog line. */
const MESSAGE_FORMATS = TEXT_FORMATS.filter(({ name }) => name !== 'syslog' && name !== 'text')

/** Envelopes within envelopes: syslog in a HEC event in an SNS message in a queue. More is an attack. */
const MAX_LAYERS = 8
/** Events of one record; what is beyond becomes one dead letter. */
const MAX_PARTS = 50_000
/** Feeds that carry JSON: a brace that opens nothing valid there is damage, not text. */
const JSON_FEEDS = /^(?:bulk|http:|otlp)/

/** Undoes the formats of a record, layer by layer. Never throws. */
export function readRecord(bytes: Uint8Array, context: ReadContext): Reading {
  const reading: Reading = { natives: [], dead: [] }
  const work: Work = { reading, context, layer: 0 }
  const marked = BYTES_FORMATS.find((format) => isOf(format, bytes, context.meta['format']))
  if (marked) readBytes(marked, bytes, work)
  else readText(decode(bytes), {}, work)
  // Whatever was received must be accounted for, also when it holds nothing.
  if (reading.natives.length + reading.dead.length === 0)
    reading.dead.push({ code: 'record.empty', detail: 'the record holds no event' })
  return reading
}

function readBytes(format: BytesFormat, bytes: Uint8Array, work: Work): void {
  const outcome = format.read(bytes, work.context)
  if (outcome.ok) readParts(outcome.value, {}, work)
  else work.reading.dead.push({ code: outcome.code, detail: outcome.detail ?? outcome.at ?? '' })
}

function isOf(format: BytesFormat, bytes: Uint8Array, mark: string | undefined): boolean {
  const { name } = format
  return mark === name || mark === `${name}-chunk` || format.recognises?.(bytes) === true
}

const UTF8 = new TextDecoder()
const UTF16 = new TextDecoder('utf-16le')

/** Invalid UTF-8 becomes U+FFFD; the record keeps its bytes. A byte order mark says UTF-16. */
function decode(bytes: Uint8Array): string {
  const text = bytes[0] === 0xff && bytes[1] === 0xfe ? UTF16.decode(bytes) : UTF8.decode(bytes)
  return trimFraming(text)
}

/** NUL, line ends and a byte order mark around a record are leftovers of framing. */
function trimFraming(text: string): string {
  let start = 0
  let end = text.length
  while (start < end && isFraming(text.charCodeAt(start))) start += 1
  while (end > start && isFraming(text.charCodeAt(end - 1))) end -= 1
  return text.slice(start, end)
}

function isFraming(code: number): boolean {
  return code <= 32 || code === 0xfeff
}

function readText(text: string, around: Around, work: Work): void {
  if (text === '' && work.layer === 0) return
  if (readJson(text, around, work)) return
  for (const format of TEXT_FORMATS) {
    const part = format.read(text, work.context)
    if (!part) continue
    if ('fields' in part && format.name === 'syslog') readSyslog(part, around, work)
    else readPart(part, around, work)
    return
  }
}

/** A syslog message may be a record of its own: JSON, CEF, key and value pairs. */
function readSyslog(line: Native, around: Around, work: Work): void {
  const { format: _format, fields, text: message, ...header } = line
  const outer: Around = { ...around, ...header }
  if (readJson(message, outer, { ...work, layer: work.layer + 1 })) return
  for (const format of MESSAGE_FORMATS) {
    const part = format.read(message, work.context)
    if (!part) continue
    const pairs = format.name === 'kv'
    readPart(part, pairs ? { ...outer, extra: { ...around.extra, ...fields } } : outer, work)
    return
  }
  readPart(line, around, work)
}

const OBJECT_LIST = /^\[\s*\{/

/** True when the text is settled, be it as events or as a dead letter. */
function readJson(text: string, around: Around, work: Work): boolean {
  const first = text.charCodeAt(0)
  // Many lines of text begin with a bracket; only lists of objects are records.
  if (first !== 123 && !(first === 91 && OBJECT_LIST.test(text))) return false
  const parsed = parseJson(text)
  if (!parsed.ok) {
    const damaged = work.layer === 0 && first === 123 && JSON_FEEDS.test(work.context.feed)
    if (parsed.code === 'json.invalid' && !damaged) return false
    bury(work, { code: parsed.code, detail: parsed.detail ?? '' }, around)
    return true
  }
  const { value } = parsed
  if (isObject(value)) {
    readObject(value, around, work)
    return true
  }
  if (!Array.isArray(value)) return false
  const objects: readonly unknown[] = value.filter(isObject)
  if (objects.length === 0) return false
  readParts(
    objects.filter(isObject).map((inner) => ({ inner })),
    around,
    work,
  )
  return true
}

function readObject(object: JsonObject, around: Around, work: Work): void {
  for (const format of OBJECT_FORMATS) {
    const parts = format.read(object, work.context)
    if (!parts) continue
    readParts(parts, around, work)
    return
  }
}

function readParts(parts: readonly Part[], around: Around, work: Work): void {
  const room = MAX_PARTS - work.reading.natives.length
  const several = parts.length > 1
  for (const part of parts.slice(0, Math.max(0, room)))
    readPart(several ? withOwnBytes(part) : part, around, work)
  if (parts.length > room)
    bury(
      work,
      { code: 'record.too-many-parts', detail: `${parts.length - room} parts beyond ${MAX_PARTS}` },
      around,
    )
}

function readPart(part: Part, around: Around, work: Work): void {
  if ('damage' in part) {
    const { damage: code, ...rest } = part
    bury(work, { code, ...rest }, around)
    return
  }
  if (!('inner' in part)) {
    work.reading.natives.push(merged(part, around))
    return
  }
  const { inner, ...own } = part
  const outer = { ...around, ...own }
  const next = { ...work, layer: work.layer + 1 }
  if (next.layer > MAX_LAYERS)
    bury(work, { code: 'record.too-many-layers', detail: `more than ${MAX_LAYERS}` }, outer)
  else if (typeof inner === 'string') readText(trimFraming(inner), outer, next)
  else readObject(inner, outer, next)
}

/** The inner record wins over its envelopes. Text without structure becomes what its envelope is: an object. */
function merged(native: Native, around: Around): Native {
  const { extra, ...envelope } = around
  const whole = { ...envelope, ...native }
  if (!extra) return whole
  const format = native.format === 'text' ? 'json' : native.format
  return { ...whole, format, fields: { ...extra, ...native.fields } }
}

/** One of several parts carries its own bytes, so that a batch is not stored once for each of its events. */
function withOwnBytes(part: Part): Part {
  if (part.raw !== undefined || !('inner' in part)) return part
  const text = typeof part.inner === 'string' ? part.inner : JSON.stringify(part.inner)
  return { ...part, raw: new TextEncoder().encode(text) }
}

function bury(work: Work, why: Unreadable, { raw }: Around): void {
  work.reading.dead.push(raw === undefined || why.raw !== undefined ? why : { ...why, raw })
}
