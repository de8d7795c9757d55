import { isObject, parseJson } from '#base/json.ts'
import { cutAll } from '../../framing/cut-all.ts'
import { objectMembers } from '../../framing/json-scan.ts'
import { createJsonSplitter } from '../../framing/json-values.ts'

/** One event of a body. */
interface HecPiece {
  readonly bytes: Uint8Array
  readonly meta: Readonly<Record<string, string>>
  readonly dead?: string
}

/** The events of a body and the first thing that was wrong, in the codes of the protocol. */
export interface HecEvents {
  readonly pieces: HecPiece[]
  readonly fault?: { readonly code: number; readonly text: string; readonly number: number }
}

const MAX_EVENT_BYTES = 16 * 1024 * 1024
const FAULTS = {
  'json.invalid': { code: 6, text: 'Invalid data format' },
  'hec.no-event': { code: 12, text: 'Event field is required' },
  'hec.blank-event': { code: 13, text: 'Event field cannot be blank' },
} as const

/**
 * Reads objects one behind the other. The record is the event alone: the text of a string, the JSON of all else; host, source,
 * sourcetype, index, time and fields of its envelope become meta. A wrong one is a dead letter and
 * the others are taken. Undefined for more than MAX_RECORDS.
 */
export function readHecEvents(body: Uint8Array): HecEvents | undefined {
  const splitter = createJsonSplitter({ maxValueBytes: MAX_EVENT_BYTES })
  const values = cutAll(splitter, body)
  if (!values) return undefined
  const pieces: HecPiece[] = []
  let fault: HecEvents['fault']
  for (const { bytes, tooLong } of values) {
    const piece: HecPiece = tooLong ? { bytes, meta: {}, dead: 'json.too-long' } : readEvent(bytes)
    if (piece.dead !== undefined) fault ??= { ...faultOf(piece.dead), number: pieces.length }
    pieces.push(piece)
  }
  return fault ? { pieces, fault } : { pieces }
}

function faultOf(dead: string): { code: number; text: string } {
  return dead === 'hec.no-event' || dead === 'hec.blank-event'
    ? FAULTS[dead]
    : FAULTS['json.invalid']
}

function readEvent(bytes: Uint8Array): HecPiece {
  const parsed = parseJson(Buffer.from(bytes).toString())
  if (!parsed.ok) return { bytes, meta: {}, dead: parsed.code }
  if (!isObject(parsed.value)) return { bytes, meta: {}, dead: 'json.not-object' }
  const envelope = parsed.value
  const { event } = envelope
  if (event === undefined || event === null) return { bytes, meta: {}, dead: 'hec.no-event' }
  if (event === '' || (isObject(event) && Object.keys(event).length === 0))
    return { bytes, meta: {}, dead: 'hec.blank-event' }
  return { bytes: eventBytes(bytes, event), meta: metaOf(envelope) }
}

function eventBytes(bytes: Uint8Array, event: unknown): Uint8Array {
  if (typeof event === 'string') return Buffer.from(event)
  // The last of two equal keys counts, as for every JSON parser.
  const member = [...objectMembers(bytes)].findLast((one) => one.key === 'event')
  return member ? bytes.slice(member.start, member.end) : Buffer.from(JSON.stringify(event))
}

function metaOf(envelope: Record<string, unknown>): Record<string, string> {
  const meta: Record<string, string> = {}
  for (const name of ['host', 'source', 'sourcetype', 'index', 'time']) {
    const value = envelope[name]
    if (typeof value === 'string' || typeof value === 'number') meta[name] = String(value)
  }
  if (isObject(envelope['fields'])) meta['fields'] = JSON.stringify(envelope['fields'])
  return meta
}
