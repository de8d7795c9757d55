/**
 * EVTX, the Windows event log file: bytes in, folded events out. A file is a header and chunks of 64 KiB; a
 * chunk stands for itself and is what the journal keeps as one record. Pure; never throws on bad input.
 */
import { bad, good } from '#base/outcome.ts'
import type { BytesFormat, Native, Part, ReadContext } from '../../native.ts'
import { nativeOf } from '../winlog/index.ts'
import { CHUNK_BYTES, decodeEvtxChunk, type EvtxRecord, isChunk, startsWith } from './chunk.ts'

export { decodeEvtxChunk } from './chunk.ts'

/** A chunk and where it begins in its file. */
interface EvtxChunkPlace {
  readonly offset: number
  readonly chunk: Uint8Array
}

const SECTOR = 4096

/** True when the bytes begin as an EVTX file or as one of its chunks. */
export function isEvtx(bytes: Uint8Array): boolean {
  return startsWith(bytes, 'ElfFile\0') || isChunk(bytes)
}

/**
 * The chunks of an EVTX file, in order, without copying. They are found by their mark, so a file with a broken
 * header or cut at its end still gives what it has; the last chunk may be shorter than 64 KiB.
 */
export function* evtxChunks(file: Uint8Array): Generator<EvtxChunkPlace> {
  let offset = 0
  while (offset < file.length) {
    const rest = file.subarray(offset)
    if (isChunk(rest)) {
      yield { offset, chunk: rest.subarray(0, CHUNK_BYTES) }
      offset += CHUNK_BYTES
    } else offset += SECTOR
  }
}

/** Windows event log files, as whole files or in chunks. */
export const evtx: BytesFormat = {
  kind: 'bytes',
  name: 'evtx',
  summary: 'EVTX, the binary event log of Windows: whole files or their 64 KiB chunks.',
  recognises: isEvtx,
  read(bytes, context) {
    const parts = [...evtxChunks(bytes)].flatMap((place) => partsOfChunk(place, context))
    if (parts.length > 0) return good(parts)
    return isEvtx(bytes) ? good([]) : bad('evtx.no-chunk')
  },
}

/** The records of a chunk as native records of format `winlog`, and each stretch that could not be read. */
function partsOfChunk({ offset, chunk }: EvtxChunkPlace, context: ReadContext): Part[] {
  const { records, damaged } = decodeEvtxChunk(chunk)
  const natives = records.map((record): Part => nativeOfRecord(record, chunk, context))
  const damages = damaged.map(({ offset: at, reason }): Part => {
    // A damaged record has no known end: its beginning is kept.
    const raw = chunk.subarray(at, Math.min(chunk.length, at + SECTOR))
    return { damage: reason, detail: `at byte ${offset + at}`, raw }
  })
  return [...natives, ...damages]
}

function nativeOfRecord(record: EvtxRecord, chunk: Uint8Array, context: ReadContext): Native {
  const native = nativeOf(record.event, context)
  const raw = chunk.subarray(record.offset, record.offset + record.size)
  if (native.time) return { ...native, raw }
  return { ...native, raw, time: { micros: record.time, quality: 'native' } }
}
