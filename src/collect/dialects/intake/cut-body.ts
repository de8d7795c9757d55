import { cutAll } from '../../framing/cut-all.ts'
import { jsonFault } from '../../framing/json-check.ts'
import { envelopeElements } from '../../framing/json-scan.ts'
import { createJsonSplitter, textFormOf } from '../../framing/json-values.ts'
import { createLineSplitter, MAX_LINE_BYTES } from '../../framing/lines.ts'

/** One record of a body; `dead` says why it is none. */
export interface BodyPiece {
  readonly bytes: Uint8Array
  readonly dead?: string
}

const MAX_VALUE_BYTES = 16 * MAX_LINE_BYTES
const SAMPLE_BYTES = 64 * 1024

/**
 * Cuts a body into records: a JSON value, elements of an array, NDJSON, objects side by side, or lines of text. Undefined when there
 * are more than MAX_RECORDS.
 */
export function cutBody(
  body: Uint8Array,
  options: { isOneRecord: boolean; contentType: string },
): BodyPiece[] | undefined {
  const text = withoutMark(body)
  if (options.isOneRecord) return onePiece(text, options.contentType)
  const form = textFormOf(text.subarray(0, SAMPLE_BYTES), text.length <= SAMPLE_BYTES)
  return form === 'values' ? cutValues(text) : cutLines(text)
}

function withoutMark(body: Uint8Array): Uint8Array {
  const hasMark = body[0] === 0xef && body[1] === 0xbb && body[2] === 0xbf
  return hasMark ? body.subarray(3) : body
}

/** A webhook is one record; GitHub can also send it as a form with the JSON in `payload`. */
function onePiece(body: Uint8Array, contentType: string): BodyPiece[] {
  if (body.length === 0) return []
  const isForm = contentType.toLowerCase().startsWith('application/x-www-form-urlencoded')
  const payload = isForm
    ? new URLSearchParams(Buffer.from(body).toString()).get('payload')
    : undefined
  return [checked(payload ? Buffer.from(payload) : body)]
}

function checked(bytes: Uint8Array): BodyPiece {
  const dead = jsonFault(bytes)
  return dead === undefined ? { bytes } : { bytes, dead }
}

function cutValues(body: Uint8Array): BodyPiece[] | undefined {
  const splitter = createJsonSplitter({ maxValueBytes: MAX_VALUE_BYTES })
  return cutAll(splitter, body)?.flatMap(({ bytes, tooLong }) => {
    if (tooLong) return { bytes, dead: 'json.too-long' }
    const whole = checked(bytes)
    return whole.dead === undefined ? openEnvelope(bytes) : whole
  })
}

function openEnvelope(value: Uint8Array): BodyPiece[] {
  return (envelopeElements(value) ?? [value]).map((bytes) => ({ bytes }))
}

function cutLines(body: Uint8Array): BodyPiece[] | undefined {
  const splitter = createLineSplitter({ maxLineBytes: MAX_VALUE_BYTES })
  const lines = cutAll(splitter, body)
  if (!lines) return undefined
  const isJson = lines.some((line) => looksLikeObject(line.bytes))
  return lines.flatMap(({ bytes, tooLong }) => {
    if (tooLong) return { bytes, dead: 'file.line-too-long' }
    return isJson ? cutJsonLine(bytes) : { bytes }
  })
}

/** A line of NDJSON; some senders put several objects on one. */
function cutJsonLine(line: Uint8Array): BodyPiece[] {
  const whole = checked(line)
  if (whole.dead === undefined) return openEnvelope(line)
  if (whole.dead === 'json.too-deep' || !hasJoin(line)) return [whole]
  const splitter = createJsonSplitter({ maxValueBytes: MAX_VALUE_BYTES })
  const pieces = cutAll(splitter, line)?.map((piece) => checked(piece.bytes))
  return pieces?.every((piece) => piece.dead === undefined) ? pieces : [whole]
}

function hasJoin(line: Uint8Array): boolean {
  return /\}\s*\{/.test(Buffer.from(line).toString('latin1'))
}

function looksLikeObject(line: Uint8Array): boolean {
  const text = Buffer.from(line.subarray(0, 32)).toString('latin1')
  return (
    /^\s*\{\s*["}]/.test(text) &&
    Buffer.from(line.subarray(-8)).toString('latin1').trimEnd().endsWith('}')
  )
}
