import {
  closeSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  renameSync,
  writeSync,
} from 'node:fs'
import { crc32 } from 'node:zlib'
import { systemIds } from '#base/ids.ts'
import type { Log } from '#base/log.ts'
import {
  decodeSegmentHeader,
  encodeSegmentHeader,
  findSalt,
  frameAt,
  MIN_FRAME_BYTES,
  SEGMENT_HEADER_BYTES,
} from './frame.ts'
import { type Segment, segmentPath, segmentSize } from './segments.ts'

/** Where writing goes on in a segment after a stop of any kind. */
interface Recovered {
  readonly salt: number
  /** Everything from here on was never acknowledged and is cut; 0 when not even the header is whole. */
  readonly endOffset: number
  readonly nextSeq: number
}

/** How far into a segment with a damaged header a frame is looked for, and how great it may be. */
const SEARCH_BYTES = 1024 * 1024
const SEARCH_BODY_BYTES = 256 * 1024

/** The salt of a segment out of its header or, when that is damaged, out of the first whole frame. */
export function saltOf(start: Buffer): number | undefined {
  const salt = decodeSegmentHeader(start)
  if (salt !== undefined) return salt
  const end = Math.min(start.length - SEGMENT_HEADER_BYTES, SEARCH_BYTES)
  for (let at = SEGMENT_HEADER_BYTES; at < end; at += 1) {
    if (start.readUInt32LE(at + 4) > SEARCH_BODY_BYTES) continue
    const candidate = start.readUInt32LE(at)
    if (frameAt(start, at, candidate).kind === 'frame') return candidate
  }
  return undefined
}

function newSalt(): number {
  return crc32(systemIds.secret(32))
}

/**
 * Finds the last whole frame of the last segment. Damage with whole frames behind it is kept: those were acknowledged.
 */
function recoverSegment(segment: Segment): Recovered | undefined {
  const content = readFileSync(segment.path)
  const salt = saltOf(content)
  if (salt === undefined) return undefined
  let endOffset = SEGMENT_HEADER_BYTES
  let nextSeq = segment.firstSeq
  let at = SEGMENT_HEADER_BYTES
  while (at !== -1 && at < content.length) {
    const found = frameAt(content, at, salt)
    if (found.kind === 'frame' && found.seq >= nextSeq) {
      at += found.sizeBytes
      endOffset = at
      nextSeq = found.seq + 1
    } else {
      at = findSalt(content, at + 1, salt)
    }
  }
  return { salt, endOffset, nextSeq }
}

/** Where writing starts. */
export interface Start {
  readonly path: string
  readonly offset: number
  readonly nextSeq: number
  readonly salt: number
}

/** Makes the last segment whole (or the first one new) and says where writing goes on. */
export function prepareTail(folder: string, segments: Segment[], log: Log): Start {
  const last = segments.at(-1)
  const recovered = last && recoverSegment(last)
  const salt = recovered?.salt ?? saltOfOthers(segments) ?? newSalt()
  if (last && recovered) return cutTail(last, recovered, log)
  const isGarbage = last !== undefined && holdsSomething(last)
  const nextSeq = isGarbage ? setAside(segments, last, log) : (last?.firstSeq ?? 0)
  return startSegment(segmentPath(folder, nextSeq), nextSeq, salt)
}

function cutTail(last: Segment, recovered: Recovered, log: Log): Start {
  const { endOffset: offset, nextSeq, salt } = recovered
  const { path } = last
  const tornBytes = segmentSize(last) - offset
  if (tornBytes > 0) log.warn('journal cut a torn tail', { path, tornBytes, nextSeq })
  const file = openSync(path, 'r+')
  try {
    ftruncateSync(file, offset)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  return { path, offset, nextSeq, salt }
}

function startSegment(path: string, nextSeq: number, salt: number): Start {
  const file = openSync(path, 'w', 0o600)
  try {
    writeSync(file, encodeSegmentHeader(salt))
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  return { path, offset: SEGMENT_HEADER_BYTES, nextSeq, salt }
}

/** A stop while a segment is made leaves nothing or zeros behind its header; anything else was once records. */
function holdsSomething(segment: Segment): boolean {
  const content = readFileSync(segment.path)
  return content.subarray(SEGMENT_HEADER_BYTES).some((byte) => byte !== 0)
}

/** Keeps a segment of which nothing can be read beside the journal, and gives a seq above all that it can have held. */
function setAside(segments: Segment[], segment: Segment, log: Log): number {
  const path = `${segment.path}.damaged`
  const nextSeq = segment.firstSeq + Math.ceil(segmentSize(segment) / MIN_FRAME_BYTES)
  renameSync(segment.path, path)
  segments.pop()
  log.error('journal segment is damaged beyond reading and was set aside', { path, nextSeq })
  return nextSeq
}

function saltOfOthers(segments: readonly Segment[]): number | undefined {
  for (const segment of segments.toReversed()) {
    const salt = recoverSegment(segment)?.salt
    if (salt !== undefined) return salt
  }
  return undefined
}
