import { MAX_RECORDS } from '../../framing/cut-all.ts'
import { arrayElements, objectMembers, type Span } from '../../framing/json-scan.ts'

/** A great resource is repeated in each of its records: they may come to this much. */
const MAX_OUT_BYTES = 256 * 1024 * 1024

/** One log record with what its resource and scope say, as JSON. */
export interface OtlpPiece {
  readonly bytes: Uint8Array
  readonly dead?: string
}

/**
 * Takes an export request (valid JSON) apart: each log record becomes `{"resource":…,"scope":…,"record":…}` with the bytes as
 * sent, so that 64-bit numbers keep all their digits. Members may be in lowerCamelCase or snake_case.
 * Undefined for more than MAX_RECORDS or 256 MiB.
 */
export function readLogRecords(body: Uint8Array): OtlpPiece[] | undefined {
  const pieces: OtlpPiece[] = []
  let sizeBytes = 0
  for (const piece of logRecords(body)) {
    sizeBytes += piece.bytes.length
    if (pieces.length === MAX_RECORDS || sizeBytes > MAX_OUT_BYTES) return undefined
    pieces.push(piece)
  }
  return pieces
}

function* logRecords(body: Uint8Array): Generator<OtlpPiece> {
  for (const group of elementsOf(body, memberOf(body, 0, ['resourceLogs', 'resource_logs']))) {
    const resource = memberOf(body, group.start, ['resource'])
    const scopes = memberOf(body, group.start, ['scopeLogs', 'scope_logs'])
    for (const scopeGroup of elementsOf(body, scopes)) {
      const scope = memberOf(body, scopeGroup.start, ['scope'])
      const records = memberOf(body, scopeGroup.start, ['logRecords', 'log_records'])
      for (const record of elementsOf(body, records))
        yield pieceOf(body, { resource, scope, record })
    }
  }
}

function pieceOf(
  body: Uint8Array,
  parts: { resource: Span | undefined; scope: Span | undefined; record: Span },
): OtlpPiece {
  if (body[parts.record.start] !== 123)
    return { bytes: body.slice(parts.record.start, parts.record.end), dead: 'json.not-object' }
  const texts = Object.entries(parts).flatMap(([name, span]) =>
    span ? [`"${name}":${Buffer.from(body.subarray(span.start, span.end)).toString()}`] : [],
  )
  return { bytes: Buffer.from(`{${texts.join(',')}}`) }
}

function memberOf(body: Uint8Array, at: number, names: readonly string[]): Span | undefined {
  for (const member of objectMembers(body, at)) if (names.includes(member.key)) return member
  return undefined
}

function* elementsOf(body: Uint8Array, span: Span | undefined): Generator<Span> {
  if (span) yield* arrayElements(body, span.start)
}
