import type { FileHandle } from 'node:fs/promises'
import type { Clock } from '#base/clock.ts'
import type { FoundFile } from '../list-files.ts'
import type { Checkpoint } from './checkpoint.ts'
import {
  BEFORE_BYTES,
  FINGERPRINT_BYTES,
  type FileEntry,
  hasHead,
  hasTail,
  headOf,
} from './identity.ts'
import { readAt, unpackedBefore, unpackedHead } from './tail.ts'

/** A file that begins as another one is perhaps a copy made by rotation: it gets so long to become clear. */
const COPY_MS = 5_000

/** What the decision where to begin needs. */
export interface OriginOptions {
  readonly checkpoint: Checkpoint
  readonly clock: Clock
  /** True while the file with this key is followed. */
  isLive(key: string): boolean
}

type ReadBefore = (end: number) => Promise<Uint8Array>

/** Decides where reading of a file begins: behind what is in the journal, under whatever name it came there. */
export class Origins {
  readonly #options: OriginOptions
  readonly #doubtful = new Map<string, number>()

  constructor(options: OriginOptions) {
    this.#options = options
  }

  /** The entry to begin with; undefined while it is in doubt whether the file is a copy: ask again. */
  async ofFile(found: FoundFile, file: FileHandle): Promise<FileEntry | undefined> {
    const head = await readAt(file, 0, FINGERPRINT_BYTES)
    const readBefore: ReadBefore = async (end) =>
      end > found.sizeBytes
        ? Buffer.alloc(0)
        : await readAt(file, Math.max(0, end - BEFORE_BYTES), Math.min(end, BEFORE_BYTES))
    const known = this.#options.checkpoint.entries.get(found.key)
    const isKnown = known && hasHead(known, head) && found.sizeBytes >= known.end
    if (isKnown && hasTail(known, await readBefore(known.end), true)) return known
    const fresh = freshEntry(found, head)
    const origin = await this.#find(found.key, head, readBefore)
    const verdict = origin ? this.#judgeCopy(found, origin) : 'other'
    if (verdict === 'doubt') return undefined
    this.#doubtful.delete(found.key)
    return origin && verdict === 'copy' ? continued(fresh, origin) : fresh
  }

  /** As ofFile, of a gzip archive; the content decides, so there is no doubt. */
  async ofArchive(found: FoundFile): Promise<FileEntry> {
    const head = await unpackedHead(found.path)
    const known = this.#options.checkpoint.entries.get(found.key)
    const fresh = freshEntry(found, head)
    if (known && hasHead(known, head)) return continued(fresh, known)
    const origin = await this.#find(found.key, head, (end) => unpackedBefore(found.path, end))
    return origin ? continued(fresh, origin) : fresh
  }

  /** The entry of the same content under another name, when that can be told for sure. */
  async #find(
    key: string,
    head: Uint8Array,
    readBefore: ReadBefore,
  ): Promise<FileEntry | undefined> {
    if (head.length < FINGERPRINT_BYTES) return undefined
    const { past, entries } = this.#options.checkpoint
    const others = [...past, ...[...entries.values()].filter((other) => other.key !== key)]
      .filter((other) => other.end > 0 && other.headBytes === FINGERPRINT_BYTES)
      .filter((other) => hasHead(other, head))
      .sort((a, b) => b.end - a.end)
    for (const other of others) if (hasTail(other, await readBefore(other.end), false)) return other
    return undefined
  }

  /**
   * A copy whose original is gone or cut is read on where the original was left. While the original is still there it may
   * be another file that begins alike: after a little while it counts as that, because twice is better than not at all.
   */
  #judgeCopy(found: FoundFile, origin: FileEntry): 'copy' | 'doubt' | 'other' {
    const { checkpoint, clock, isLive } = this.#options
    if (checkpoint.past.includes(origin) || !isLive(origin.key)) return 'copy'
    const since = this.#doubtful.get(found.key) ?? clock.now()
    this.#doubtful.set(found.key, since)
    return clock.now() - since < COPY_MS ? 'doubt' : 'other'
  }
}

function freshEntry(found: FoundFile, head: Uint8Array): FileEntry {
  return { key: found.key, path: found.path, ...headOf(head), end: 0, tail: '' }
}

function continued(fresh: FileEntry, origin: FileEntry): FileEntry {
  return { ...fresh, path: origin.path, end: origin.end, tail: origin.tail }
}
