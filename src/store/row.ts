import { isUtf8 } from 'node:buffer'
import type { DeadLetter, Event } from '#shape/event.ts'
import { flattenFields, MAX_VALUE_CHARS } from './flatten.ts'

/** The store's clock range: 1900-01-01 to 2254-12-31. A hostile time is moved to its edge, never refused. */
const MIN_MICROS = -2_208_988_800_000_000
const MAX_MICROS = 8_993_894_400_000_000
/** Reception decides day partitions and retention, whose end must fit 32-bit seconds: 1970 to 2050. */
const MAX_RECEIVED = 2_524_608_000_000_000
const MAX_UINT32 = 4_294_967_295

/**
 * One event as a line of a segment file (JSON object, no line end). Every value is moved into what the table can hold,
 * so a line is never refused: times are clamped, numbers bounded, text repaired and cut at 32 Ki characters.
 * `raw` is never cut: as text, plus the exact bytes as base64 when they are not UTF-8.
 */
export function eventRow(event: Event): string {
  const { who, what, where } = event
  const fields = flattenFields(event.fields)
  const raw = rawOf(event.raw, fields)
  return rowText({
    id: cut(event.id),
    partition: uint(event.partition, MAX_UINT32),
    seq: uint(event.seq, Number.MAX_SAFE_INTEGER),
    received: uint(event.received, MAX_RECEIVED),
    source: cut(event.source),
    time: micros(event.time),
    end_time: event.end === undefined ? undefined : micros(event.end),
    time_quality: event.timeQuality,
    family: cut(event.family),
    class_uid: uint(what.classUid, MAX_UINT32),
    activity_id: uint(what.activityId, MAX_UINT32),
    action: cut(what.action),
    outcome: what.outcome,
    severity: uint(what.severity, 255),
    object: cut(what.object),
    code: cut(what.code),
    user: cut(who.user),
    user_id: cut(who.userId),
    domain: cut(who.domain),
    user_kind: who.kind,
    session: cut(who.session),
    target_user: cut(who.target?.user),
    target_user_id: cut(who.target?.userId),
    target_domain: cut(who.target?.domain),
    src_ip: cut(where.srcIp)?.toLowerCase(),
    dst_ip: cut(where.dstIp)?.toLowerCase(),
    src_port: where.srcPort === undefined ? undefined : uint(where.srcPort, 65_535),
    dst_port: where.dstPort === undefined ? undefined : uint(where.dstPort, 65_535),
    host: cut(where.host),
    region: cut(where.region),
    account: cut(where.account),
    country: cut(where.country),
    url: cut(where.url),
    message: cut(event.message),
    fields,
    size: event.raw.length,
    raw: raw.text,
    raw_encoding: raw.exact === undefined ? undefined : 'base64',
    raw_bytes: raw.exact,
  })
}

/** One dead letter as a line of a segment file. As eventRow, never refused by the table. */
export function deadRow(dead: DeadLetter): string {
  const raw = rawOf(dead.raw, undefined)
  return rowText({
    id: cut(dead.id),
    partition: uint(dead.partition, MAX_UINT32),
    seq: uint(dead.seq, Number.MAX_SAFE_INTEGER),
    received: uint(dead.received, MAX_RECEIVED),
    source: cut(dead.source),
    reason: cut(dead.reason),
    detail: cut(dead.detail),
    size: dead.raw.length,
    raw: raw.text,
    raw_encoding: raw.exact === undefined ? undefined : 'base64',
    raw_bytes: raw.exact,
  })
}

/** JSON of a row. A lone surrogate shows as `\ud8…` in it (as an honest backslash may): only then texts are repaired. */
function rowText(row: object): string {
  const text = JSON.stringify(row)
  return text.includes('\\ud') ? JSON.stringify(row, repair) : text
}

function repair(_key: string, value: unknown): unknown {
  if (typeof value === 'string') return value.toWellFormed()
  if (typeof value !== 'object' || value === null) return value
  // Names of fields need the same repair; two names that become one would be refused as a duplicate nowhere.
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [name.toWellFormed(), item]),
  )
}

function rawOf(
  raw: Uint8Array,
  fields: Readonly<Record<string, string>> | undefined,
): { text: string; exact: string | undefined } {
  const bytes = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength)
  if (isUtf8(bytes)) return { text: bytes.toString('utf8'), exact: undefined }
  const exact = bytes.toString('base64')
  if (fields === undefined || !isBinary(bytes)) return { text: bytes.toString('utf8'), exact }
  return { text: rendering(fields), exact }
}

/** Bytes that are no text in any encoding with ASCII in it: more than one in ten is a control character. */
function isBinary(bytes: Uint8Array): boolean {
  const sample = bytes.subarray(0, 4096)
  let controls = 0
  for (const byte of sample) {
    if (byte < 32 && byte !== 9 && byte !== 10 && byte !== 13) controls += 1
  }
  return controls * 10 > sample.length
}

/** What a person and a text search see of a binary record: its fields. */
function rendering(fields: Readonly<Record<string, string>>): string {
  return Object.entries(fields)
    .map(([key, value]) => `${key}=${value}`)
    .join('\n')
}

function cut(text: string | undefined): string | undefined {
  if (text === undefined || text.length <= MAX_VALUE_CHARS) return text
  return text.slice(0, MAX_VALUE_CHARS)
}

function uint(value: number, max: number): number {
  if (!(value > 0)) return 0
  return value > max ? max : Math.floor(value)
}

function micros(value: number): number {
  if (Number.isNaN(value)) return 0
  if (value < MIN_MICROS) return MIN_MICROS
  return value > MAX_MICROS ? MAX_MICROS : Math.round(value)
}
