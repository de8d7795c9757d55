import { rmSync } from 'node:fs'
import type { FileHandle } from 'node:fs/promises'
import { fileFailure, syncFolder } from '#base/files.ts'
import type { RawRecord } from '#base/journal.ts'
import type { Log } from '#base/log.ts'
import {
  type EncodedRecords,
  encodeRecords,
  encodeSegmentHeader,
  SEGMENT_HEADER_BYTES,
} from './frame.ts'
import { type Segment, segmentPath } from './segments.ts'

/** What writing needs of a file; tests hand in one that runs full. */
export type SegmentFile = Pick<FileHandle, 'write' | 'datasync' | 'truncate' | 'close'>

/** Most bytes joined into one write; a single greater append is written alone. */
const MAX_BATCH_BYTES = 32 * 1024 * 1024

/** The segment being written. */
interface Tail {
  readonly file: SegmentFile
  readonly path: string
  readonly offset: number
}

interface Pending {
  readonly encoded: EncodedRecords
  resolve(firstSeq: number): void
  reject(error: unknown): void
}

/** Where and how to write. `segments` is shared with the owner and grows with each roll. */
export interface WriterOptions {
  readonly folder: string
  readonly segments: Segment[]
  readonly salt: number
  readonly segmentBytes: number
  readonly tail: Tail
  readonly durable: number
  readonly log: Log
  openFile(path: string, flags: string): Promise<SegmentFile>
}

/**
 * The one writer of a partition. What is appended while a write is on its way to disk goes with the next one, so the rate of
 * `fdatasync` follows the disk and not the senders.
 */
export class SegmentWriter {
  readonly #options: WriterOptions
  readonly #listeners = new Set<(durable: number) => void>()
  #tail: Tail
  #durable: number
  #waiting: Pending[] = []
  #flushing: Promise<void> | undefined
  #isClosed = false
  #isFailing = false
  /** Where a write failed: what may stand behind it was never acknowledged and must go before the next write. */
  #tornAt: number | undefined

  constructor(options: WriterOptions) {
    this.#options = options
    this.#tail = options.tail
    this.#durable = options.durable
  }

  get durable(): number {
    return this.#durable
  }

  async append(records: readonly RawRecord[]): Promise<number> {
    if (this.#isClosed) throw new Error('append to a closed journal')
    if (records.length === 0) return this.#durable
    const encoded = encodeRecords(records, this.#options.salt)
    return await new Promise<number>((resolve, reject) => {
      this.#waiting.push({ encoded, resolve, reject })
      this.#flushing ??= this.#flush()
    })
  }

  /** Leaves out the seqs up to this one; a segment of its own begins there. */
  async startAt(seq: number): Promise<void> {
    const { segments } = this.#options
    const before = this.#durable
    if (seq <= before) return
    const unused = this.#tail.offset === SEGMENT_HEADER_BYTES ? segments.at(-1) : undefined
    this.#durable = seq
    try {
      await this.#roll()
    } catch (error) {
      this.#durable = before
      throw fileFailure(error, this.#options.folder)
    }
    if (!unused) return
    segments.splice(segments.indexOf(unused), 1)
    rmSync(unused.path, { force: true })
  }

  onDurable(listener: (durable: number) => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  async close(): Promise<void> {
    this.#isClosed = true
    await this.#flushing
    await this.#tail.file.close()
  }

  async #flush(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = takeBatch(this.#waiting)
      this.#waiting = this.#waiting.slice(batch.length)
      const first = this.#durable
      const failure = await this.#write(batch)
      if (failure) for (const pending of batch) pending.reject(failure)
      else this.#acknowledge(batch, first)
    }
    this.#flushing = undefined
  }

  #acknowledge(batch: readonly Pending[], first: number): void {
    let seq = first
    for (const { resolve, encoded } of batch) {
      resolve(seq)
      seq += encoded.count
    }
    for (const listener of this.#listeners) listener(this.#durable)
  }

  async #write(batch: readonly Pending[]): Promise<unknown> {
    try {
      await this.#writeBatch(batch)
      if (this.#isFailing) this.#options.log.info('journal is written again')
      this.#isFailing = false
      return undefined
    } catch (error) {
      await this.#repair().catch(() => undefined)
      const failure = fileFailure(error, this.#tail.path)
      const fields = { failure: failure.code, reason: failure.message }
      if (!this.#isFailing) this.#options.log.error('journal could not be written', fields)
      this.#isFailing = true
      return failure
    }
  }

  async #writeBatch(batch: readonly Pending[]): Promise<void> {
    const sizeBytes = batch.reduce((sum, pending) => sum + pending.encoded.sizeBytes, 0)
    await this.#repair()
    const isUsed = this.#tail.offset > SEGMENT_HEADER_BYTES
    if (isUsed && this.#tail.offset + sizeBytes > this.#options.segmentBytes) await this.#roll()
    const buffer = Buffer.allocUnsafe(sizeBytes)
    let at = 0
    let seq = this.#durable
    for (const { encoded } of batch) {
      at = encoded.writeTo(buffer, at, seq)
      seq += encoded.count
    }
    const { file, offset } = this.#tail
    this.#tornAt = offset
    await writeAll(file, buffer, offset)
    await file.datasync()
    this.#tornAt = undefined
    this.#tail = { ...this.#tail, offset: offset + sizeBytes }
    this.#durable = seq
  }

  async #repair(): Promise<void> {
    if (this.#tornAt === undefined) return
    await this.#tail.file.truncate(this.#tornAt)
    this.#tornAt = undefined
  }

  async #roll(): Promise<void> {
    const { folder, salt, segments, openFile } = this.#options
    const path = segmentPath(folder, this.#durable)
    const file = await openFile(path, 'w')
    try {
      await writeAll(file, encodeSegmentHeader(salt), 0)
      await file.datasync()
      await syncFolder(folder)
    } catch (error) {
      await file.close().catch(() => undefined)
      rmSync(path, { force: true })
      throw error
    }
    const old = this.#tail.file
    this.#tail = { file, path, offset: SEGMENT_HEADER_BYTES }
    segments.push({ path, firstSeq: this.#durable })
    await old.close().catch(() => undefined)
  }
}

/** As many of the waiting as fit one write, at least one. */
function takeBatch(waiting: readonly Pending[]): Pending[] {
  let sizeBytes = 0
  let count = 0
  for (const { encoded } of waiting) {
    if (count > 0 && sizeBytes + encoded.sizeBytes > MAX_BATCH_BYTES) break
    sizeBytes += encoded.sizeBytes
    count += 1
  }
  return waiting.slice(0, count)
}

/** A write may take only a part, for instance just before the disk is full. */
async function writeAll(file: SegmentFile, bytes: Buffer, position: number): Promise<void> {
  let done = 0
  while (done < bytes.length) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, position + done)
    done += bytesWritten
  }
}
