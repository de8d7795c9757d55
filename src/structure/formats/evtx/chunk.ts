import type { Micros } from '#base/clock.ts'
import { tidyEvent } from '../winlog/fold.ts'
import type { WinEvent } from '../winlog/keys.ts'
import { crc32 } from './crc32.ts'
import { DOCUMENT } from './program.ts'
import { ChunkReader } from './reader.ts'
import { type ChunkState, runBinXml } from './run-program.ts'
import { fileTimeMicros } from './values.ts'

/** One event record of a chunk. `offset` and `size` say where its bytes lie in the chunk. */
export interface EvtxRecord {
  readonly recordId: number
  /** When the record was written to the log. */
  readonly time: Micros
  readonly offset: number
  readonly size: number
  readonly event: WinEvent
}

/** A stretch of a chunk that gave no event, or a doubt about the whole chunk (`evtx.checksum`, offset 0). */
interface EvtxDamage {
  readonly offset: number
  readonly reason: string
}

interface EvtxChunk {
  readonly records: EvtxRecord[]
  readonly damaged: EvtxDamage[]
}

/** Size of a chunk and of the header in front of its records. */
export const CHUNK_BYTES = 65_536
const HEADER_BYTES = 512
const RECORD_HEADER = 24
const MIN_RECORD = RECORD_HEADER + 4
const RECORD_MAGIC = 0x0000_2a2a
const NO_CHECKSUM_FLAGS = 0x3
/** Steps that one chunk may cost: over ten times what the densest real chunk needs. */
const CHUNK_STEPS = 1_500_000

/**
 * The events of one EVTX chunk, each folded to one level, and what could not be read. A chunk stands for
 * itself: names and templates lie inside it. Damaged records are skipped and listed; a chunk whose checksum
 * does not fit is still read and listed as `evtx.checksum`. Never throws; the work is bounded.
 * Source: MS-EVEN6 §2.2.12 and the libevtx format description.
 */
export function decodeEvtxChunk(chunk: Uint8Array): EvtxChunk {
  const result: EvtxChunk = { records: [], damaged: [] }
  if (!isChunk(chunk)) {
    result.damaged.push({ offset: 0, reason: 'evtx.no-chunk' })
    return result
  }
  const reader = new ChunkReader(chunk)
  if (!checksumFits(reader)) result.damaged.push({ offset: 0, reason: 'evtx.checksum' })
  const state: ChunkState = { reader, names: new Map(), programs: new Map(), steps: CHUNK_STEPS }
  readRecords(state, result)
  return result
}

/** True when the bytes begin as an EVTX chunk and are long enough to hold its header. */
export function isChunk(bytes: Uint8Array): boolean {
  return bytes.length >= HEADER_BYTES && startsWith(bytes, 'ElfChnk\0')
}

/** True when the bytes begin with the ASCII text. */
export function startsWith(bytes: Uint8Array, text: string): boolean {
  for (let at = 0; at < text.length; at += 1) {
    if (bytes[at] !== text.charCodeAt(at)) return false
  }
  return true
}

function checksumFits({ bytes, view }: ChunkReader): boolean {
  const free = view.getUint32(48, true)
  if ((view.getUint32(120, true) & NO_CHECKSUM_FLAGS) !== 0) return true
  if (free < HEADER_BYTES || free > bytes.length) return false
  return crc32(bytes, HEADER_BYTES, free) === view.getUint32(52, true)
}

/** Walks the records; past the header's end mark only while their ids go on, as in a log copied while open. */
function readRecords(state: ChunkState, result: EvtxChunk): void {
  const { view } = state.reader
  const free = Math.min(view.getUint32(48, true), view.byteLength)
  let at = HEADER_BYTES
  let lastId = -1
  while (at + MIN_RECORD <= view.byteLength) {
    const size = recordSize(view, at)
    const isPast = at >= free
    if (size === 0) {
      if (isPast) return
      const next = findRecord(view, at + 8, free)
      result.damaged.push({ offset: at, reason: 'evtx.bad-record' })
      at = next
      continue
    }
    const recordId = readId(view, at + 8)
    if (isPast && recordId !== lastId + 1) return
    readRecord(state, result, { at, size, recordId })
    lastId = recordId
    at += size
  }
  if (at < free) result.damaged.push({ offset: at, reason: 'evtx.truncated' })
}

/** Size of the record at a place, 0 when none stands there. */
function recordSize(view: DataView, at: number): number {
  if (at + MIN_RECORD > view.byteLength || view.getUint32(at, true) !== RECORD_MAGIC) return 0
  const size = view.getUint32(at + 4, true)
  if (size < MIN_RECORD || at + size > view.byteLength) return 0
  return view.getUint32(at + size - 4, true) === size ? size : 0
}

function findRecord(view: DataView, from: number, end: number): number {
  for (let at = from; at < end; at += 8) {
    if (recordSize(view, at) !== 0) return at
  }
  return end
}

function readId(view: DataView, at: number): number {
  return view.getUint32(at + 4, true) * 0x1_0000_0000 + view.getUint32(at, true)
}

/** Most records are tidy as decoded; fixed text in a template (a GUID in braces) is not. */
function isTidy(event: WinEvent): boolean {
  const guid = event['Provider_Guid']
  const isBraced = typeof guid === 'string' && guid.startsWith('{')
  if (typeof event['EventID'] === 'number' && !isBraced) return true
  return tidyEvent(event) !== undefined
}

interface RecordPlace {
  readonly at: number
  readonly size: number
  readonly recordId: number
}

function readRecord(state: ChunkState, result: EvtxChunk, place: RecordPlace): void {
  const { reader } = state
  const { at, size, recordId } = place
  const event: WinEvent = {}
  reader.open(at + RECORD_HEADER, at + size - 4)
  runBinXml(state, event, DOCUMENT)
  if (reader.fault === '' && !isTidy(event)) reader.fail('evtx.no-event')
  if (reader.fault !== '') {
    result.damaged.push({ offset: at, reason: reader.fault })
    return
  }
  const time = fileTimeMicros(reader.view, at + 16)
  result.records.push({ recordId, time, offset: at, size, event })
}
