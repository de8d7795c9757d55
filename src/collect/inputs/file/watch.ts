import { type FileHandle, open } from 'node:fs/promises'
import { reasonOf } from '#base/failure.ts'
import type { RawRecord } from '#base/journal.ts'
import { appendUntilDone } from '../../batcher.ts'
import type { InputContext } from '../../input.ts'
import { type FoundFile, isSameFile, listFiles } from '../list-files.ts'
import type { Checkpoint } from './checkpoint.ts'
import type { FileEntry } from './identity.ts'
import { Origins } from './origin.ts'
import { openTail, readArchive, readAt, type Tail, type TailOptions } from './tail.ts'

/** What the watch is told. */
export interface WatchOptions {
  readonly paths: readonly string[]
  readonly maxLineBytes: number
  readonly startAt: 'beginning' | 'end'
  readonly checkpoint: Checkpoint
  readonly context: InputContext
  readonly stop: AbortSignal
}

interface Watched {
  readonly tail: Tail
  seen: FoundFile
  goneSinceMs: number | undefined
}

/** A file that left the patterns is read on for so long: its writer may not have let go yet. */
const GRACE_MS = 5_000
const SAVE_EVERY_MS = 5_000
const READ_AT_ONCE_BYTES = 8 * 1024 * 1024
const MAX_WARNINGS = 1_000

/** Follows the files of one input by looking at them again and again. */
export class FileWatch {
  readonly #options: WatchOptions
  readonly #origins: Origins
  readonly #tailOptions: TailOptions
  readonly #watched = new Map<string, Watched>()
  readonly #settling = new Map<string, FoundFile>()
  readonly #archived = new Map<string, FoundFile>()
  readonly #warned = new Set<string>()
  #nextSeq: number
  #savedAtMs: number
  #isFirst = true

  constructor(options: WatchOptions) {
    const { checkpoint, context } = options
    this.#options = options
    this.#nextSeq = context.journal.durable
    this.#savedAtMs = context.clock.now()
    this.#origins = new Origins({
      checkpoint,
      clock: context.clock,
      isLive: (key) => this.#watched.has(key),
    })
    this.#tailOptions = {
      maxLineBytes: options.maxLineBytes,
      micros: () => context.clock.micros(),
      deliver: (records, after) => this.#deliver(records, after),
    }
  }

  /** Looks once and brings all that is new into the journal. */
  async poll(): Promise<void> {
    const list = await listFiles(this.#options.paths)
    const present = new Set(list.map((found) => found.key))
    for (const found of list) {
      if (this.#options.stop.aborted) return
      await this.#guard(found, () => this.#visit(found))
      await this.#saveIfDue()
    }
    for (const [key, one] of this.#watched)
      if (!present.has(key)) await this.#guard(one.seen, () => this.#seeOff(key, one))
    this.#isFirst = false
    await this.#saveIfDue()
  }

  feeds(): string[] {
    return [...new Set([...this.#watched.values()].map((one) => `file:${one.tail.entry.path}`))]
  }

  /** Saves the checkpoint. Unfinished last lines stay in their files for the next start. */
  async close(): Promise<void> {
    for (const [key, one] of this.#watched) await this.#drop(key, one)
    await this.#save()
  }

  async #deliver(records: readonly RawRecord[], after: FileEntry): Promise<boolean> {
    const { context, checkpoint, stop } = this.#options
    const to = { journal: context.journal, clock: context.clock, signal: stop }
    const first = await appendUntilDone(to, records)
    if (first === undefined) return false
    this.#nextSeq = first + records.length
    checkpoint.set(after)
    return true
  }

  async #saveIfDue(): Promise<void> {
    if (this.#options.context.clock.now() - this.#savedAtMs >= SAVE_EVERY_MS) await this.#save()
  }

  async #save(): Promise<void> {
    this.#savedAtMs = this.#options.context.clock.now()
    try {
      await this.#options.checkpoint.save(this.#nextSeq)
    } catch (error) {
      this.#warnOnce('', 'file checkpoint was not saved', error)
    }
  }

  #warnOnce(path: string, message: string, error: unknown): void {
    if (this.#warned.has(path) || this.#warned.size > MAX_WARNINGS) return
    this.#warned.add(path)
    this.#options.context.log.warn(message, { path, reason: reasonOf(error) })
  }

  async #visit(found: FoundFile): Promise<void> {
    if (!(await this.#visitOpen(found))) await this.#adopt(found)
  }

  /** Reads when the file changed; `seen` stays old while there is more to read. False when it is not the one it was. */
  async #visitOpen(found: FoundFile): Promise<boolean> {
    const one = this.#watched.get(found.key)
    if (!one) return false
    one.goneSinceMs = undefined
    if (isSameFile(one.seen, found)) return true
    const readBytes = await this.#readOn(found.key, one)
    if (readBytes < READ_AT_ONCE_BYTES) one.seen = found
    return this.#watched.get(found.key) === one
  }

  async #readOn(key: string, one: Watched): Promise<number> {
    const isCut = (await one.tail.file.stat()).size < one.tail.position
    const read = isCut ? 'changed' : await one.tail.read(READ_AT_ONCE_BYTES)
    if (read !== 'changed') return read
    this.#options.context.log.info('file was truncated and is read anew', { path: one.seen.path })
    await one.tail.finish()
    await this.#drop(key, one)
    this.#options.checkpoint.retire(key)
    return 0
  }

  async #drop(key: string, one: Watched): Promise<void> {
    this.#watched.delete(key)
    await one.tail.close()
  }

  async #adopt(found: FoundFile): Promise<void> {
    let file: FileHandle
    try {
      file = await open(found.path, 'r')
    } catch (error) {
      this.#warnOnce(found.path, 'file cannot be read', error)
      return
    }
    if (await this.#adoptOpen(found, file)) await this.#visitOpen(found)
    else await file.close()
  }

  /** False when the file is not kept open. */
  async #adoptOpen(found: FoundFile, file: FileHandle): Promise<boolean> {
    const { checkpoint, startAt } = this.#options
    if (isGzip(await readAt(file, 0, 2))) {
      await this.#adoptArchive(found)
      return false
    }
    const start = await this.#origins.ofFile(found, file)
    if (!start) return false
    const isSkipped = this.#isFirst && startAt === 'end' && !checkpoint.entries.has(found.key)
    const entry = isSkipped && start.end === 0 ? { ...start, end: found.sizeBytes } : start
    checkpoint.set(entry)
    const tail = await openTail(file, entry, this.#tailOptions)
    const seen = { ...found, modifiedMs: -1 }
    this.#watched.set(found.key, { tail, seen, goneSinceMs: undefined })
    return true
  }

  /** Archives are read once, when their size has stopped to change. */
  async #adoptArchive(found: FoundFile): Promise<void> {
    if (isSameFile(this.#archived.get(found.key), found)) return
    if (!isSameFile(this.#settling.get(found.key), found)) {
      this.#settling.set(found.key, found)
      return
    }
    this.#settling.delete(found.key)
    const start = await this.#origins.ofArchive(found)
    this.#options.checkpoint.set(start)
    try {
      await readArchive(found.path, start, this.#tailOptions)
    } catch (error) {
      this.#options.context.refused(`file:${found.path}`, 'unpack.damaged', 1)
      this.#warnOnce(found.path, 'archive is damaged', error)
    }
    if (!this.#options.stop.aborted) this.#archived.set(found.key, found)
  }

  /** A file that is no longer in the list: read on until its writer is quiet. */
  async #seeOff(key: string, one: Watched): Promise<void> {
    const readBytes = await this.#readOn(key, one)
    if (this.#watched.get(key) !== one) return
    const now = this.#options.context.clock.now()
    if (readBytes > 0) one.goneSinceMs = now
    one.goneSinceMs ??= now
    if (now - one.goneSinceMs < GRACE_MS) return
    const isDeleted = (await one.tail.file.stat()).nlink === 0
    await one.tail.finish()
    await this.#drop(key, one)
    if (isDeleted) this.#options.checkpoint.retire(key)
  }

  /** After trouble the file is opened anew where the journal ends, so that nothing read is lost. */
  async #guard(found: FoundFile, work: () => Promise<unknown>): Promise<void> {
    try {
      await work()
    } catch (error) {
      this.#warnOnce(found.path, 'file was not read', error)
      const one = this.#watched.get(found.key)
      if (one) await this.#drop(found.key, one).catch(() => undefined)
    }
  }
}

function isGzip(start: Uint8Array): boolean {
  return start[0] === 0x1f && start[1] === 0x8b
}
