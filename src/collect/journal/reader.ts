import type { JournalReader, JournalRecord } from '#base/journal.ts'
import { partitionFolder } from './segments.ts'
import { Track } from './track.ts'

/** A reader that holds a file open. */
export interface ClosableReader extends JournalReader {
  close(): Promise<void>
}

type Limits = Parameters<JournalReader['read']>[1]

/**
 * Reads the segments of a partition, also while another thread or process appends to them. One call at a time is served,
 * in order. Frames that fail their checksum are given as records without content and with dead `journal.damaged`.
 */
export function createJournalReader(options: {
  folder: string
  partition?: number
}): ClosableReader {
  const partition = options.partition ?? 0
  const track = new Track(partitionFolder(options.folder, partition), partition)
  let line: Promise<unknown> = Promise.resolve()
  return {
    read(seq, limits) {
      const result = line.then(() => readFrom(track, seq, limits))
      line = result.catch(() => undefined)
      return result
    },
    async close() {
      await line
      await track.leave()
    },
  }
}

async function readFrom(track: Track, seq: number, limits: Limits): Promise<JournalRecord[]> {
  const records: JournalRecord[] = []
  let sizeBytes = 0
  if (seq >= limits.below) return records
  await track.goTo(seq)
  while (records.length < limits.maxRecords && sizeBytes < limits.maxBytes) {
    const record = track.nextBuffered(limits.below) ?? (await track.nextFromDisk(limits.below))
    if (!record) break
    if (record.seq < seq) continue
    sizeBytes += record.bytes.length
    if (records.length > 0 && sizeBytes > limits.maxBytes) {
      track.putBack(record)
      break
    }
    records.push(record)
  }
  return records
}
