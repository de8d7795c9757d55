import type { Micros } from '#base/clock.ts'
import { trimValue } from '../winlog/keys.ts'
import type { ChunkReader } from './reader.ts'

/** BinXML value types that other files need by name. Source: MS-EVEN6 §2.2.12. */
export const NULL_TYPE = 0x00
export const STRING_TYPE = 0x01
export const BINXML_TYPE = 0x21

const ARRAY_FLAG = 0x80

/** Where a value lies in the chunk and how it is to be read. */
export interface ValuePlace {
  readonly start: number
  readonly size: number
  readonly type: number
}

type Render = (reader: ChunkReader, start: number, size: number) => unknown

const HEX_UPPER = Array.from({ length: 256 }, (_, byte) =>
  byte.toString(16).toUpperCase().padStart(2, '0'),
)

/** Renderers by type; `width` is the exact size in bytes, 0 = any. */
const SCALARS: readonly ({ width: number; render: Render } | undefined)[] = buildScalars()

function buildScalars(): ({ width: number; render: Render } | undefined)[] {
  const table: ({ width: number; render: Render } | undefined)[] = new Array(0x24).fill(undefined)
  const set = (type: number, width: number, render: Render): void => {
    table[type] = { width, render }
  }
  set(STRING_TYPE, 0, renderText)
  set(0x02, 0, renderAnsi)
  set(0x03, 1, ({ view }, at) => view.getInt8(at))
  set(0x04, 1, ({ view }, at) => view.getUint8(at))
  set(0x05, 2, ({ view }, at) => view.getInt16(at, true))
  set(0x06, 2, ({ view }, at) => view.getUint16(at, true))
  set(0x07, 4, ({ view }, at) => view.getInt32(at, true))
  set(0x08, 4, ({ view }, at) => view.getUint32(at, true))
  set(0x09, 8, ({ view }, at) => exactInteger(view.getBigInt64(at, true)))
  set(0x0a, 8, renderU64)
  set(0x0b, 4, ({ view }, at) => real(view.getFloat32(at, true)))
  set(0x0c, 8, ({ view }, at) => real(view.getFloat64(at, true)))
  set(0x0d, 0, renderBool)
  set(0x0e, 0, renderBinary)
  set(0x0f, 16, renderGuid)
  set(0x10, 0, renderSizeT)
  set(0x11, 8, ({ view }, at) => isoFromMicros(fileTimeMicros(view, at)))
  set(0x12, 16, renderSystemTime)
  set(0x13, 0, renderSid)
  set(0x14, 4, renderHex32)
  set(0x15, 8, renderHex64)
  set(0x20, 0, renderSizeT)
  set(0x23, 0, renderText)
  return table
}

/**
 * The value as it appears in a folded event: numbers and booleans as such, HexInt `0x…` in lower case, GUID
 * in upper case without braces, times as ISO 8601 with six digits, binary in upper case hex, a 64-bit integer
 * that a double cannot hold as decimal text, an array as a list. `undefined` for the null type.
 * An unknown type or a wrong size sets the reader's fault. Source: MS-EVEN6 §2.2.12.
 */
export function renderValue(reader: ChunkReader, place: ValuePlace): unknown {
  const { type, start, size } = place
  if (type === STRING_TYPE) return renderText(reader, start, size)
  if (type === NULL_TYPE) return undefined
  if ((type & ARRAY_FLAG) !== 0) return renderArray(reader, place)
  const scalar = SCALARS[type]
  if (!scalar || (scalar.width !== 0 && scalar.width !== size)) {
    reader.fail('evtx.bad-value')
    return undefined
  }
  return scalar.render(reader, start, size)
}

function renderArray(reader: ChunkReader, place: ValuePlace): unknown {
  const type = place.type & ~ARRAY_FLAG
  if (type === STRING_TYPE) {
    return splitStrings(reader.bytes.toString('utf16le', place.start, place.start + place.size))
  }
  if (type === 0x02) {
    return splitStrings(reader.bytes.toString('latin1', place.start, place.start + place.size))
  }
  const scalar = SCALARS[type]
  const width = arrayWidth(type, scalar?.width ?? 0)
  if (!scalar || width === 0 || place.size % width !== 0) {
    reader.fail('evtx.bad-value')
    return undefined
  }
  const list: unknown[] = []
  for (let at = 0; at < place.size; at += width)
    list.push(scalar.render(reader, place.start + at, width))
  return list
}

function arrayWidth(type: number, width: number): number {
  if (type === 0x0d) return 4
  return type === 0x10 ? 8 : width
}

function splitStrings(text: string): string[] {
  const body = text.endsWith('\0') ? text.slice(0, -1) : text
  return body === '' ? [] : body.split('\0').map(trimValue)
}

/** Windows shows a string up to its first NUL. */
function cutText(text: string): string {
  if (text.length === 0) return text
  const nul = text.indexOf('\0')
  return trimValue(nul < 0 ? text : text.slice(0, nul))
}

function renderText(reader: ChunkReader, start: number, size: number): string {
  if ((size & 1) !== 0) reader.fail('evtx.bad-value')
  return cutText(reader.bytes.toString('utf16le', start, start + size))
}

function renderAnsi(reader: ChunkReader, start: number, size: number): string {
  return cutText(reader.bytes.toString('latin1', start, start + size))
}

function real(value: number): number | string {
  return Number.isFinite(value) ? value : String(value)
}

function exactInteger(value: bigint): number | string {
  const near = Number(value)
  return Number.isSafeInteger(near) ? near : value.toString()
}

function renderU64({ view }: ChunkReader, at: number): number | string {
  const high = view.getUint32(at + 4, true)
  return high < 0x20_0000
    ? high * 0x1_0000_0000 + view.getUint32(at, true)
    : view.getBigUint64(at, true).toString()
}

function renderBool(reader: ChunkReader, at: number, size: number): boolean | undefined {
  if (size === 4) return reader.view.getUint32(at, true) !== 0
  if (size === 1) return reader.view.getUint8(at) !== 0
  reader.fail('evtx.bad-value')
  return undefined
}

function renderBinary({ bytes }: ChunkReader, start: number, size: number): string {
  return bytes.toString('hex', start, start + size).toUpperCase()
}

function hexBytes(bytes: Uint8Array, from: number, to: number): string {
  let text = ''
  for (let at = from; at < to; at += 1) text += HEX_UPPER[bytes[at] ?? 0] ?? ''
  return text
}

function renderGuid({ bytes, view }: ChunkReader, at: number): string {
  const first = hexBytes(bytes, at + 3, at + 4) + hexBytes(bytes, at + 2, at + 3)
  const rest = hexBytes(bytes, at + 1, at + 2) + hexBytes(bytes, at, at + 1)
  const second = view.getUint16(at + 4, true)
  const third = view.getUint16(at + 6, true)
  const tail = `${hexBytes(bytes, at + 8, at + 10)}-${hexBytes(bytes, at + 10, at + 16)}`
  return `${first}${rest}-${hex16(second)}-${hex16(third)}-${tail}`
}

function hex16(value: number): string {
  return (HEX_UPPER[value >> 8] ?? '') + (HEX_UPPER[value & 255] ?? '')
}

function renderHex32({ view }: ChunkReader, at: number): string {
  return `0x${view.getUint32(at, true).toString(16)}`
}

function renderHex64({ view }: ChunkReader, at: number): string {
  const high = view.getUint32(at + 4, true)
  const low = view.getUint32(at, true).toString(16)
  return high === 0 ? `0x${low}` : `0x${high.toString(16)}${low.padStart(8, '0')}`
}

function renderSizeT(reader: ChunkReader, at: number, size: number): string | undefined {
  if (size === 8) return renderHex64(reader, at)
  if (size === 4) return renderHex32(reader, at)
  reader.fail('evtx.bad-value')
  return undefined
}

function renderSid(reader: ChunkReader, at: number, size: number): string | undefined {
  const { view } = reader
  const count = size >= 8 ? view.getUint8(at + 1) : 0
  if (size < 8 || count > 15 || size < 8 + count * 4) {
    reader.fail('evtx.bad-value')
    return undefined
  }
  const authority = view.getUint16(at + 2, false) * 0x1_0000_0000 + view.getUint32(at + 4, false)
  let text = `S-${view.getUint8(at)}-${authority}`
  for (let index = 0; index < count; index += 1)
    text += `-${view.getUint32(at + 8 + index * 4, true)}`
  return text
}

const EPOCH_HIGH = 27_111_902
const EPOCH_LOW = 3_577_643_008
/** 2^32 = 429,496,729 x 10 + 6: keeps the division by ten inside a double. */
const TENTH_OF_HIGH = 429_496_729

/** Epoch microseconds of a FILETIME, the seventh digit cut off. */
export function fileTimeMicros(view: DataView, at: number): Micros {
  const high = view.getUint32(at + 4, true) - EPOCH_HIGH
  const low = view.getUint32(at, true) - EPOCH_LOW
  return high * TENTH_OF_HIGH + Math.floor((high * 6 + low) / 10)
}

const MAX_SECONDS = 8.64e12

let lastSecond = Number.NaN
let lastPrefix = ''

/** ISO 8601 with six digits and `Z`; empty for a time that no calendar has. */
function isoFromMicros(micros: Micros): string {
  const second = Math.floor(micros / 1e6)
  if (!(Math.abs(second) <= MAX_SECONDS)) return ''
  if (second !== lastSecond) {
    lastPrefix = new Date(second * 1000).toISOString().slice(0, -5)
    lastSecond = second
  }
  return `${lastPrefix}.${String(micros - second * 1e6).padStart(6, '0')}Z`
}

function renderSystemTime(reader: ChunkReader, at: number): string {
  const field = (index: number): number => reader.view.getUint16(at + index * 2, true)
  const date = Date.UTC(field(0), field(1) - 1, field(3), field(4), field(5), field(6))
  return Number.isNaN(date) ? '' : isoFromMicros(date * 1000 + field(7) * 1000)
}
