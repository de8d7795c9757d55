import { type FileHandle, open } from 'node:fs/promises'
import { findSalt, frameAt, SEGMENT_HEADER_BYTES } from './frame.ts'
import { saltOf } from './recover.ts'

/** A frame in memory: valid until the next call of `fill` or `findNext`. */
export interface FoundFrame {
  readonly buffer: Buffer
  readonly at: number
  readonly seq: number
  readonly sizeBytes: number
}

/** What stands at the cursor; `short`: not in memory or not in the file. */
type Look = FoundFrame | 'short' | 'invalid'

/** A place in one segment file that moves forward. Keeps the file open and a piece of it in memory. */
export interface SegmentCursor {
  readonly offset: number
  /** Looks at the place without touching the disk. */
  look(): Look
  /** Reads a fresh piece from the place on, at least the whole frame when the file has it. */
  fill(): Promise<void>
  move(sizeBytes: number): void
  /** Forgets what is in memory: it may hold bytes that were not durable when they were read. */
  forget(): void
  /** Searches from the place on for a frame whose seq is in [from, to): its offset and seq, or undefined. */
  findNext(from: number, to: number): Promise<{ offset: number; seq: number } | undefined>
  /** Up to `maxBytes` raw bytes from the place on. */
  peek(maxBytes: number): Promise<Buffer>
  close(): Promise<void>
}

const PIECE_BYTES = 1024 * 1024

/** Opens a segment at an offset; undefined when the file is gone or nothing in it tells its salt. */
export async function openCursor(path: string, offset: number): Promise<SegmentCursor | undefined> {
  const file = await open(path, 'r').catch(() => undefined)
  if (!file) return undefined
  const salt = saltOf(await readPiece(file, 0, PIECE_BYTES))
  if (salt === undefined) {
    await file.close()
    return undefined
  }
  return createCursor(file, salt, Math.max(offset, SEGMENT_HEADER_BYTES))
}

function createCursor(file: FileHandle, salt: number, start: number): SegmentCursor {
  let offset = start
  let piece: Buffer = Buffer.alloc(0)
  let pieceStart = start
  const frameIn = (buffer: Buffer, at: number): Look => {
    const found = frameAt(buffer, at, salt)
    if (found.kind !== 'frame') return found.kind
    return { buffer, at, seq: found.seq, sizeBytes: found.sizeBytes }
  }
  const fillAt = async (from: number): Promise<Look> => {
    piece = await readPiece(file, from, PIECE_BYTES)
    pieceStart = from
    const found = frameAt(piece, 0, salt)
    if (found.kind === 'short' && found.neededBytes > piece.length)
      piece = await readPiece(file, from, found.neededBytes)
    return frameIn(piece, 0)
  }
  return {
    get offset() {
      return offset
    },
    look: () => frameIn(piece, offset - pieceStart),
    fill: async () => void (await fillAt(offset)),
    move(sizeBytes) {
      offset += sizeBytes
    },
    forget() {
      piece = Buffer.alloc(0)
      pieceStart = offset
    },
    async findNext(from, to) {
      let at = offset
      for (;;) {
        const buffer = await readPiece(file, at, PIECE_BYTES)
        if (buffer.length < 4) return undefined
        const hit = findSalt(buffer, 0, salt)
        if (hit === -1) {
          at += buffer.length - 3
          continue
        }
        const found = await fillAt(at + hit)
        if (typeof found === 'object' && found.seq >= from && found.seq < to)
          return { offset: at + hit, seq: found.seq }
        at += hit + 1
      }
    },
    peek: (maxBytes) => readPiece(file, offset, maxBytes),
    close: () => file.close(),
  }
}

/** Reads up to `sizeBytes`, less at the end of the file; never asks memory for more than the file has. */
async function readPiece(file: FileHandle, position: number, sizeBytes: number): Promise<Buffer> {
  const { size } = await file.stat()
  const buffer = Buffer.allocUnsafe(Math.max(0, Math.min(sizeBytes, size - position)))
  let done = 0
  while (done < buffer.length) {
    const { bytesRead } = await file.read(buffer, done, buffer.length - done, position + done)
    if (bytesRead === 0) break
    done += bytesRead
  }
  return buffer.subarray(0, done)
}
