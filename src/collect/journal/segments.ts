import { mkdirSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileFailure } from '#base/files.ts'

/** One file of the journal. */
export interface Segment {
  readonly path: string
  /** Seq of its first record; the next segment's tells where it ends. */
  readonly firstSeq: number
}

/** The folder of one partition. */
export function partitionFolder(folder: string, partition: number): string {
  return join(folder, 'journal', String(partition))
}

/** The path of the segment that starts with this seq. */
export function segmentPath(folder: string, firstSeq: number): string {
  return join(folder, `${String(firstSeq).padStart(16, '0')}.seg`)
}

/** Segments of a partition's folder, oldest first; none when there is no folder. */
export function listSegments(folder: string): Segment[] {
  let names: string[]
  try {
    names = readdirSync(folder)
  } catch {
    return []
  }
  return names
    .filter((name) => /^\d{16}\.seg$/.test(name))
    .sort()
    .map((name) => ({ path: join(folder, name), firstSeq: Number(name.slice(0, 16)) }))
}

/** Makes the folder of a partition. */
export function makePartitionFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
  } catch (error) {
    throw fileFailure(error, folder)
  }
}

/** Size of a segment in bytes, 0 when it is gone. */
export function segmentSize(segment: Segment): number {
  return statSync(segment.path, { throwIfNoEntry: false })?.size ?? 0
}
