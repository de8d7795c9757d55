import type { JournalRecord } from '#base/journal.ts'
import { type FoundFrame, openCursor, type SegmentCursor } from './cursor.ts'
import { createRecordDecoder } from './frame.ts'
import { listSegments, type Segment } from './segments.ts'

/** What of a damaged place is kept in the record that tells of it. */
const DAMAGE_SAMPLE_BYTES = 64 * 1024
const INDEX_STEP_BYTES = 1024 * 1024
const MAX_INDEX_POINTS = 100_000

interface Place {
  readonly segment: Segment
  /** Where the segment ends; Infinity while it is the last one. */
  readonly endSeq: number
  /** Undefined when nothing of the file can be read: all its records are damaged. */
  readonly cursor: SegmentCursor | undefined
}

/** A place in the segments of a partition that moves from record to record, over segment ends and damage. */
export class Track {
  readonly #folder: string
  readonly #partition: number
  readonly #decode: (buffer: Buffer, at: number) => JournalRecord
  readonly #index = new Map<string, { seq: number; offset: number }[]>()
  #points = 0
  #place: Place | undefined
  #nextSeq = 0
  #lastReceived = 0
  #returned: JournalRecord | undefined
  /** Everything below was durable when the piece in memory was read. */
  #trusted = 0
  #damage: { readonly until: number; readonly sample: Buffer } | undefined

  constructor(folder: string, partition: number) {
    this.#folder = folder
    this.#partition = partition
    this.#decode = createRecordDecoder(partition)
  }

  /** Gives a record back: it is the next one again. */
  putBack(record: JournalRecord): void {
    this.#returned = record
  }

  /** Brings the place to the record or before it; when it was trimmed, to the oldest one. */
  async goTo(seq: number): Promise<void> {
    if (this.#place && seq === (this.#returned?.seq ?? this.#nextSeq)) return
    const segments = listSegments(this.#folder)
    const holding = segments.findLastIndex((segment) => segment.firstSeq <= seq)
    await this.#enter(segments, Math.max(0, holding), seq)
  }

  async leave(): Promise<void> {
    const cursor = this.#place?.cursor
    this.#place = undefined
    this.#damage = undefined
    this.#returned = undefined
    await cursor?.close()
  }

  /** The next record when it is in memory. */
  nextBuffered(below: number): JournalRecord | undefined {
    if (this.#returned) {
      const record = this.#returned
      this.#returned = undefined
      return record
    }
    const cursor = this.#place?.cursor
    if (!cursor || this.#damage || this.#nextSeq >= Math.min(below, this.#trusted, this.#endSeq()))
      return undefined
    const found = cursor.look()
    return typeof found === 'object' && found.seq === this.#nextSeq
      ? this.#take(cursor, found)
      : undefined
  }

  /** The next record from disk, moving over segment ends and damage; undefined when none is durable below `below`. */
  async nextFromDisk(below: number): Promise<JournalRecord | undefined> {
    while (this.#nextSeq < below) {
      const lost = this.#nextDamaged()
      if (lost) return lost
      if (!(await this.#stayOrMoveOn())) return undefined
      this.#trusted = below
      await this.#place?.cursor?.fill()
      const found = this.nextBuffered(below)
      if (found) return found
      const stop = Math.min(below, this.#endSeq())
      if (this.#nextSeq < stop) await this.#skipDamage(stop)
    }
    return undefined
  }

  #endSeq(): number {
    return this.#place?.endSeq ?? 0
  }

  #take(cursor: SegmentCursor, found: FoundFrame): JournalRecord {
    const record = this.#decode(found.buffer, found.at)
    if (this.#place) this.#remember(this.#place.segment.path, cursor.offset)
    cursor.move(found.sizeBytes)
    this.#nextSeq = found.seq + 1
    this.#lastReceived = record.received
    return record
  }

  #remember(path: string, offset: number): void {
    const list = this.#index.get(path) ?? []
    if (offset - (list.at(-1)?.offset ?? 0) < INDEX_STEP_BYTES) return
    if (this.#points >= MAX_INDEX_POINTS) {
      this.#index.clear()
      this.#points = 0
    }
    list.push({ seq: this.#nextSeq, offset })
    this.#index.set(path, list)
    this.#points += 1
  }

  async #enter(segments: readonly Segment[], at: number, seq: number): Promise<void> {
    const segment = segments[at]
    if (!segment) return
    const point = (this.#index.get(segment.path) ?? []).findLast((known) => known.seq <= seq)
    const endSeq = segments[at + 1]?.firstSeq ?? Number.POSITIVE_INFINITY
    await this.leave()
    const cursor = await openCursor(segment.path, point?.offset ?? 0)
    this.#place = { segment, endSeq, cursor }
    this.#nextSeq = point?.seq ?? segment.firstSeq
    this.#trusted = 0
  }

  /** Goes to the next segment when this one is at its end; false when there is none yet. */
  async #stayOrMoveOn(): Promise<boolean> {
    const segments = this.#refreshEnd()
    if (this.#place && this.#nextSeq < this.#place.endSeq) return true
    const at = segments.findIndex((segment) => segment.firstSeq >= this.#nextSeq)
    if (at === -1) return false
    await this.#enter(segments, at, segments[at]?.firstSeq ?? 0)
    return true
  }

  /** Looks whether the segment has been closed or trimmed by now, and how far it goes. */
  #refreshEnd(): Segment[] {
    const segments = listSegments(this.#folder)
    if (!this.#place) return segments
    const { segment, cursor } = this.#place
    const later = segments.find((other) => other.firstSeq > segment.firstSeq)
    this.#place = { segment, cursor, endSeq: later?.firstSeq ?? Number.POSITIVE_INFINITY }
    const isTrimmed = !segments.some((other) => other.path === segment.path)
    if (isTrimmed && !cursor && later) this.#nextSeq = later.firstSeq
    return segments
  }

  /** Nothing good stands here although a durable record should: notes how many are lost and goes behind them. */
  async #skipDamage(stop: number): Promise<void> {
    const cursor = this.#place?.cursor
    const sample = cursor ? Buffer.from(await cursor.peek(DAMAGE_SAMPLE_BYTES)) : Buffer.alloc(0)
    const found = await cursor?.findNext(this.#nextSeq, stop)
    if (cursor && found) cursor.move(found.offset - cursor.offset)
    cursor?.forget()
    if (found?.seq !== this.#nextSeq) this.#damage = { until: found?.seq ?? stop, sample }
  }

  #nextDamaged(): JournalRecord | undefined {
    if (!this.#damage) return undefined
    const { until, sample } = this.#damage
    const seq = this.#nextSeq
    this.#nextSeq += 1
    this.#damage = this.#nextSeq < until ? { until, sample: Buffer.alloc(0) } : undefined
    return {
      partition: this.#partition,
      seq,
      feed: 'journal',
      received: this.#lastReceived,
      bytes: sample,
      dead: 'journal.damaged',
    }
  }
}
