import { createReadStream } from 'node:fs'
import type { FileHandle } from 'node:fs/promises'
import type { RawRecord } from '#base/journal.ts'
import { unpackStream } from '#base/unpack.ts'
import { createLineSplitter, type Line, type LineSplitter } from '../../framing/lines.ts'
import {
  BEFORE_BYTES,
  FINGERPRINT_BYTES,
  type FileEntry,
  fileIdOf,
  headOf,
  tailOf,
} from './identity.ts'

/** Takes records of one file with the state after them; false when reading must stop. */
type Deliver = (records: readonly RawRecord[], after: FileEntry) => Promise<boolean>

/** What reading a file needs. */
export interface TailOptions {
  readonly maxLineBytes: number
  micros(): number
  readonly deliver: Deliver
}

/** A file that is read while it grows. */
export interface Tail {
  readonly file: FileHandle
  readonly entry: FileEntry
  /** Offset behind the last byte read. */
  readonly position: number
  /** Reads what is new, at most `maxBytes`; gives how much was read, or `changed` when the content is not the one it was. */
  read(maxBytes: number): Promise<number | 'changed'>
  /** Hands on the last line even without a line end. */
  finish(): Promise<void>
  close(): Promise<void>
}

const PIECE_BYTES = 256 * 1024

/** Opens a file for reading on at the entry's end. The entry must have been compared with the content. */
export async function openTail(
  file: FileHandle,
  start: FileEntry,
  options: TailOptions,
): Promise<Tail> {
  const piece = Buffer.allocUnsafe(PIECE_BYTES + BEFORE_BYTES)
  const splitter = createLineSplitter({ maxLineBytes: options.maxLineBytes }, start.end)
  let entry = start
  let position = start.end
  let before = await readAt(
    file,
    Math.max(0, position - BEFORE_BYTES),
    Math.min(position, BEFORE_BYTES),
  )

  const deliver = async (lines: readonly Line[]): Promise<boolean> => {
    if (lines.length === 0) return true
    const after = entryAfter(entry, lines)
    if (!(await options.deliver(recordsOf(lines, after, options), after))) return false
    entry = after
    return true
  }
  /** The head of a short file grows with it. */
  const growHead = async () => {
    if (entry.headBytes === FINGERPRINT_BYTES || entry.headBytes >= position) return
    const head = headOf(await readAt(file, 0, Math.min(position, FINGERPRINT_BYTES)))
    entry = { ...entry, ...head }
  }
  return {
    file,
    get entry() {
      return entry
    },
    get position() {
      return position
    },
    async read(maxBytes) {
      let total = 0
      while (total < maxBytes) {
        const from = position - before.length
        const { bytesRead } = await file.read(piece, 0, PIECE_BYTES + before.length, from)
        if (!before.equals(piece.subarray(0, Math.min(bytesRead, before.length)))) return 'changed'
        const fresh = piece.subarray(before.length, bytesRead)
        if (fresh.length === 0) return total
        position += fresh.length
        total += fresh.length
        before = Buffer.from(piece.subarray(Math.max(0, bytesRead - BEFORE_BYTES), bytesRead))
        await growHead()
        if (!(await deliver(splitter.push(fresh)))) return total
      }
      return total
    },
    finish: async () => void (await deliver(splitter.finish())),
    close: () => file.close(),
  }
}

/** Reads up to `length` bytes at a place, less at the end of the file. */
export async function readAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length)
  const { bytesRead } = await file.read(buffer, 0, length, position)
  return buffer.subarray(0, bytesRead)
}

function entryAfter(entry: FileEntry, lines: readonly Line[]): FileEntry {
  const last = lines.at(-1)
  if (!last) return entry
  return { ...entry, end: last.end, tail: last.tooLong ? '' : tailOf(last.bytes) }
}

function recordsOf(lines: readonly Line[], entry: FileEntry, options: TailOptions): RawRecord[] {
  const fileId = fileIdOf(entry)
  const received = options.micros()
  return lines.map((line) => ({
    feed: `file:${entry.path}`,
    received,
    bytes: line.bytes,
    meta: { fileId, end: String(line.end) },
    ...(line.tooLong ? { dead: 'file.line-too-long' } : {}),
  }))
}

/** The unpacked beginning of a gzip file, for its fingerprint; what there is of it when it is damaged. */
export async function unpackedHead(path: string): Promise<Buffer> {
  let head: Buffer = Buffer.alloc(0)
  try {
    for await (const part of unpackStream(createReadStream(path, { end: 65_535 }))) {
      head = Buffer.concat([head, part.subarray(0, FINGERPRINT_BYTES)])
      if (head.length >= FINGERPRINT_BYTES) break
    }
  } catch {
    // Reading the whole tells of the damage.
  }
  return head.subarray(0, FINGERPRINT_BYTES)
}

/** The unpacked bytes before an offset; none when the archive does not go that far or is damaged before it. */
export async function unpackedBefore(path: string, end: number): Promise<Buffer> {
  let before: Buffer = Buffer.alloc(0)
  let position = 0
  try {
    for await (const part of unpackStream(createReadStream(path))) {
      const used = part.subarray(0, end - position)
      before = Buffer.concat([before, used]).subarray(-BEFORE_BYTES)
      position += used.length
      if (position === end) return before
    }
  } catch {
    // As for the head.
  }
  return Buffer.alloc(0)
}

/** Reads a gzip file from the entry's end to its own. Rejects with what zlib says of damage, after the good lines. */
export async function readArchive(
  path: string,
  start: FileEntry,
  options: TailOptions,
): Promise<FileEntry> {
  const splitter: LineSplitter = createLineSplitter(
    { maxLineBytes: options.maxLineBytes },
    start.end,
  )
  let entry = start
  let position = 0
  const deliver = async (lines: readonly Line[]): Promise<boolean> => {
    if (lines.length === 0) return true
    const after = entryAfter(entry, lines)
    if (!(await options.deliver(recordsOf(lines, after, options), after))) return false
    entry = after
    return true
  }
  for await (const part of unpackStream(createReadStream(path))) {
    const fresh = part.subarray(Math.max(0, start.end - position))
    position += part.length
    if (!(await deliver(splitter.push(fresh)))) return entry
  }
  await deliver(splitter.finish())
  return entry
}
