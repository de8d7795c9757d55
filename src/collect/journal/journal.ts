import { rmSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { Failure } from '#base/failure.ts'
import { fileFailure, syncFolder } from '#base/files.ts'
import type { JournalReader, JournalWriter } from '#base/journal.ts'
import type { Log } from '#base/log.ts'
import { lockFolder } from './lock.ts'
import { createJournalReader } from './reader.ts'
import { prepareTail } from './recover.ts'
import { listSegments, makePartitionFolder, partitionFolder, segmentSize } from './segments.ts'
import { type SegmentFile, SegmentWriter } from './writer.ts'

/** The durable order in which records arrived. */
export interface Journal extends JournalWriter, JournalReader {
  /** Calls `listener` after each group commit with the new `durable`; the result ends that. */
  onDurable(listener: (durable: number) => void): () => void
  /** Removes whole segments in which every record is below `beforeSeq`; never the last one. */
  trim(beforeSeq: number): void
  /**
   * Goes on at this seq when the journal ends before it: seqs that were given out once are never given out again. For the
   * start, before the first append.
   */
  startAt(seq: number): Promise<void>
  /** Seq of the oldest record kept; equals `durable` when there is none. */
  readonly oldest: number
  /** Bytes of all segments on disk. */
  readonly sizeBytes: number
  /** Writes what was appended, then leaves the folder to others. */
  close(): Promise<void>
}

/** How a journal is opened. */
export interface JournalOptions {
  /** The data folder; segments are in `journal/<partition>` below it. */
  readonly folder: string
  readonly partition?: number
  /** A segment is closed before it grows over this; 64 MiB by default. */
  readonly segmentBytes?: number
  readonly log: Log
  readonly openFile?: (path: string, flags: string) => Promise<SegmentFile>
}

const DEFAULT_SEGMENT_BYTES = 64 * 1024 * 1024

/**
 * Opens or makes the journal of a data folder: cuts a torn tail that was never acknowledged and goes on behind it.
 * Fails with `run.data-in-use` when another process has it, `files.full` or `files.unwritable` when it cannot be written.
 */
export async function openJournal(options: JournalOptions): Promise<Journal> {
  const folder = partitionFolder(options.folder, options.partition ?? 0)
  makePartitionFolder(folder)
  const unlock = lockFolder(folder)
  try {
    return await openLocked(options, folder, unlock)
  } catch (error) {
    unlock()
    throw error instanceof Failure ? error : fileFailure(error, folder)
  }
}

async function openLocked(
  options: JournalOptions,
  folder: string,
  unlock: () => void,
): Promise<Journal> {
  const openFile = options.openFile ?? ((path, flags) => open(path, flags, 0o600))
  const segments = listSegments(folder)
  const start = prepareTail(folder, segments, options.log)
  if (segments.at(-1)?.path !== start.path)
    segments.push({ path: start.path, firstSeq: start.nextSeq })
  const writer = new SegmentWriter({
    folder,
    openFile,
    segments,
    salt: start.salt,
    segmentBytes: options.segmentBytes ?? DEFAULT_SEGMENT_BYTES,
    tail: { file: await openFile(start.path, 'r+'), path: start.path, offset: start.offset },
    durable: start.nextSeq,
    log: options.log,
  })
  await syncFolder(folder)
  const reader = createJournalReader(options)
  return {
    append: (records) => writer.append(records),
    onDurable: (listener) => writer.onDurable(listener),
    startAt: (seq) => writer.startAt(seq),
    get durable() {
      return writer.durable
    },
    get oldest() {
      return segments[0]?.firstSeq ?? writer.durable
    },
    get sizeBytes() {
      return segments.reduce((sum, segment) => sum + segmentSize(segment), 0)
    },
    trim(beforeSeq) {
      while ((segments[1]?.firstSeq ?? Number.POSITIVE_INFINITY) <= beforeSeq)
        rmSync(segments.shift()?.path ?? '', { force: true })
    },
    read: (seq, limits) =>
      reader.read(seq, { ...limits, below: Math.min(limits.below, writer.durable) }),
    async close() {
      await writer.close()
      await reader.close()
      unlock()
    },
  }
}
