import { crc32 } from 'node:zlib'
import type { JournalRecord, RawRecord } from '#base/journal.ts'
import { parseJsonObject } from '#base/json.ts'

/*
 * A segment is a header and frames, little endian:
 *   header  'VEDJ' · u32 version · u32 salt · u32 crc32 of the twelve bytes before
 *   frame   u32 salt · u32 length · u32 crc32 (started with the salt) · body of `length` bytes
 *   body    u48 seq · f64 received · u16 feed length · u16 dead length · u32 meta length · feed · dead · meta · bytes
 * The salt is random for each journal, so that no record can hold bytes that pass for a frame of it.
 */

/** Size of a segment's header in bytes. */
export const SEGMENT_HEADER_BYTES = 16
/** Size of what comes before a frame's body. */
const FRAME_HEAD_BYTES = 12
/** Greatest body of a frame: a record may have just under this size. */
const MAX_BODY_BYTES = 256 * 1024 * 1024

const BODY_HEAD_BYTES = 22
/** Size of the smallest frame. */
export const MIN_FRAME_BYTES = FRAME_HEAD_BYTES + BODY_HEAD_BYTES
const VERSION = 1

/** The first bytes of a segment. */
export function encodeSegmentHeader(salt: number): Buffer {
  const header = Buffer.alloc(SEGMENT_HEADER_BYTES)
  header.write('VEDJ', 0, 'latin1')
  header.writeUInt32LE(VERSION, 4)
  header.writeUInt32LE(salt, 8)
  header.writeUInt32LE(crc32(header.subarray(0, 12)), 12)
  return header
}

/** The salt of a segment, or undefined when its header is cut or damaged. */
export function decodeSegmentHeader(header: Buffer): number | undefined {
  if (header.length < SEGMENT_HEADER_BYTES) return undefined
  if (header.toString('latin1', 0, 4) !== 'VEDJ' || header.readUInt32LE(4) !== VERSION)
    return undefined
  if (crc32(header.subarray(0, 12)) !== header.readUInt32LE(12)) return undefined
  return header.readUInt32LE(8)
}

/** Records ready to be written: their sizes are known, their seqs not yet. */
export interface EncodedRecords {
  readonly count: number
  readonly sizeBytes: number
  /** Writes the frames at `at`, the first with `firstSeq`; gives the offset behind them. */
  writeTo(target: Buffer, at: number, firstSeq: number): number
}

/** Prepares records for one write. Throws a plain Error for a record above MAX_BODY_BYTES. */
export function encodeRecords(records: readonly RawRecord[], salt: number): EncodedRecords {
  const parts = records.map(partsOf)
  let sizeBytes = 0
  for (const part of parts) sizeBytes += FRAME_HEAD_BYTES + part.bodyBytes
  return {
    count: parts.length,
    sizeBytes,
    writeTo(target, at, firstSeq) {
      let offset = at
      let seq = firstSeq
      for (const part of parts) {
        offset = writeFrame(target.subarray(offset), part, { salt, seq }) + offset
        seq += 1
      }
      return offset
    },
  }
}

interface Parts {
  readonly record: RawRecord
  readonly feedBytes: number
  readonly deadBytes: number
  readonly meta: string
  readonly metaBytes: number
  readonly bodyBytes: number
}

function partsOf(record: RawRecord): Parts {
  const meta = record.meta === undefined ? '' : JSON.stringify(record.meta)
  const feedBytes = Buffer.byteLength(record.feed)
  const deadBytes = record.dead === undefined ? 0 : Buffer.byteLength(record.dead)
  const metaBytes = Buffer.byteLength(meta)
  const bodyBytes = BODY_HEAD_BYTES + feedBytes + deadBytes + metaBytes + record.bytes.length
  if (bodyBytes > MAX_BODY_BYTES || feedBytes > 0xffff || deadBytes > 0xffff)
    throw new Error(`record of ${bodyBytes} bytes does not fit a journal frame`)
  return { record, feedBytes, deadBytes, meta, metaBytes, bodyBytes }
}

function writeFrame(target: Buffer, part: Parts, place: { salt: number; seq: number }): number {
  const { record } = part
  const end = FRAME_HEAD_BYTES + part.bodyBytes
  let at = FRAME_HEAD_BYTES
  at = target.writeUIntLE(place.seq, at, 6)
  at = target.writeDoubleLE(record.received, at)
  at = target.writeUInt16LE(part.feedBytes, at)
  at = target.writeUInt16LE(part.deadBytes, at)
  at = target.writeUInt32LE(part.metaBytes, at)
  at += target.write(record.feed, at)
  if (record.dead !== undefined) at += target.write(record.dead, at)
  if (part.metaBytes > 0) at += target.write(part.meta, at)
  target.set(record.bytes, at)
  target.writeUInt32LE(place.salt, 0)
  target.writeUInt32LE(part.bodyBytes, 4)
  target.writeUInt32LE(crc32(target.subarray(FRAME_HEAD_BYTES, end), place.salt), 8)
  return end
}

/** What stands at an offset: a frame, the start of one that goes on behind the buffer, or something else. */
export type FrameAt =
  | { readonly kind: 'frame'; readonly seq: number; readonly sizeBytes: number }
  | { readonly kind: 'short'; readonly neededBytes: number }
  | { readonly kind: 'invalid' }

/** Looks at `buffer[at…]` and checks a whole frame's checksum. Never throws. */
export function frameAt(buffer: Buffer, at: number, salt: number): FrameAt {
  if (buffer.length - at < FRAME_HEAD_BYTES) return { kind: 'short', neededBytes: FRAME_HEAD_BYTES }
  if (buffer.readUInt32LE(at) !== salt) return { kind: 'invalid' }
  const bodyBytes = buffer.readUInt32LE(at + 4)
  if (bodyBytes < BODY_HEAD_BYTES || bodyBytes > MAX_BODY_BYTES) return { kind: 'invalid' }
  const sizeBytes = FRAME_HEAD_BYTES + bodyBytes
  if (buffer.length - at < sizeBytes) return { kind: 'short', neededBytes: sizeBytes }
  const body = buffer.subarray(at + FRAME_HEAD_BYTES, at + sizeBytes)
  if (crc32(body, salt) !== buffer.readUInt32LE(at + 8)) return { kind: 'invalid' }
  return { kind: 'frame', seq: body.readUIntLE(0, 6), sizeBytes }
}

/** Makes a function that reads the record of a frame that `frameAt` has found good. It keeps the last feed and meta. */
export function createRecordDecoder(
  partition: number,
): (buffer: Buffer, at: number) => JournalRecord {
  let lastMeta = ''
  let lastMetaValue: Readonly<Record<string, string>> = {}
  const metaOf = (text: string): Readonly<Record<string, string>> => {
    if (text === lastMeta) return lastMetaValue
    const parsed = parseJsonObject(text)
    lastMetaValue = parsed.ok ? textsOf(parsed.value) : {}
    lastMeta = text
    return lastMetaValue
  }
  return (buffer, at) => {
    const end = at + FRAME_HEAD_BYTES + buffer.readUInt32LE(at + 4)
    const body = at + FRAME_HEAD_BYTES
    const feedEnd = body + BODY_HEAD_BYTES + buffer.readUInt16LE(body + 14)
    const deadEnd = feedEnd + buffer.readUInt16LE(body + 16)
    const metaEnd = deadEnd + buffer.readUInt32LE(body + 18)
    return {
      partition,
      seq: buffer.readUIntLE(body, 6),
      feed: buffer.toString('utf8', body + BODY_HEAD_BYTES, feedEnd),
      received: buffer.readDoubleLE(body + 6),
      bytes: buffer.subarray(metaEnd, end),
      ...(deadEnd > feedEnd ? { dead: buffer.toString('utf8', feedEnd, deadEnd) } : {}),
      ...(metaEnd > deadEnd ? { meta: metaOf(buffer.toString('utf8', deadEnd, metaEnd)) } : {}),
    }
  }
}

function textsOf(value: Record<string, unknown>): Record<string, string> {
  const texts: Record<string, string> = {}
  for (const [key, text] of Object.entries(value)) if (typeof text === 'string') texts[key] = text
  return texts
}

/** Offset of the next place at or behind `from` where a frame may begin, or -1. */
export function findSalt(buffer: Buffer, from: number, salt: number): number {
  const mark = Buffer.alloc(4)
  mark.writeUInt32LE(salt, 0)
  return buffer.indexOf(mark, from)
}
