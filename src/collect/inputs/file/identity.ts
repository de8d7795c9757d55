import { sha256 } from '#base/hash.ts'

/** How much of a file's beginning tells it from others. */
export const FINGERPRINT_BYTES = 1024
/** How much of the last line is compared before reading goes on behind it. */
const TAIL_BYTES = 64
/** What is read before an offset to compare: the tail and CR LF. */
export const BEFORE_BYTES = TAIL_BYTES + 2

/** What is known of one file's content that came into the journal. */
export interface FileEntry {
  /** Device and inode: `2049-131`. */
  readonly key: string
  /** Where the file was when it was first seen; names the feed also after a rename. */
  readonly path: string
  /** Length and hash of the beginning, up to FINGERPRINT_BYTES. */
  readonly headBytes: number
  readonly head: string
  /** Offset behind the last line in the journal. */
  readonly end: number
  /** End of that line without its line end, base64; '' when not known. */
  readonly tail: string
}

/** The fingerprint of a file of which `start` is the beginning. */
export function headOf(start: Uint8Array): { headBytes: number; head: string } {
  const used = start.subarray(0, FINGERPRINT_BYTES)
  return { headBytes: used.length, head: sha256(used).slice(0, 16) }
}

/** The identity that goes with each record: `<device>-<inode>-<head length>-<head hash>`. */
export function fileIdOf(entry: Pick<FileEntry, 'key' | 'headBytes' | 'head'>): string {
  return `${entry.key}-${entry.headBytes}-${entry.head}`
}

/** Reads what `fileIdOf` wrote. */
export function parseFileId(
  text: string,
): Pick<FileEntry, 'key' | 'headBytes' | 'head'> | undefined {
  const match = /^(\d+-\d+)-(\d+)-([0-9a-f]{16})$/.exec(text)
  if (!match) return undefined
  return { key: match[1] ?? '', headBytes: Number(match[2]), head: match[3] ?? '' }
}

/** What is kept of a line to find its end again. */
export function tailOf(line: Uint8Array): string {
  return Buffer.from(line.subarray(-TAIL_BYTES)).toString('base64')
}

/** True when a file that begins with `start` may be the one of the entry. */
export function hasHead(entry: FileEntry, start: Uint8Array): boolean {
  return (
    start.length >= entry.headBytes &&
    headOf(start.subarray(0, entry.headBytes)).head === entry.head
  )
}

/** True when the bytes before the entry's end are the end of its last line. Not known counts as `ifUnknown`. */
export function hasTail(entry: FileEntry, before: Uint8Array, ifUnknown: boolean): boolean {
  if (entry.end === 0) return true
  if (entry.tail === '') return ifUnknown
  let end = before.length
  if (before[end - 1] === 10) end -= 1
  if (before[end - 1] === 13) end -= 1
  const tail = Buffer.from(entry.tail, 'base64')
  return tail.equals(before.subarray(Math.max(0, end - tail.length), end))
}
