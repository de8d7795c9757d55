import { readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { z } from 'zod'
import { Failure, systemCodeOf } from '#base/failure.ts'
import { ensureFolder, writeDurable } from '#base/files.ts'
import type { JournalReader, JournalRecord, JournalWriter } from '#base/journal.ts'
import { parseJson } from '#base/json.ts'
import { replay } from '../cursor-file.ts'
import { FINGERPRINT_BYTES, type FileEntry, parseFileId, tailOf } from './identity.ts'

const Entry = z.object({
  key: z.string(),
  path: z.string(),
  headBytes: z.number(),
  head: z.string(),
  end: z.number(),
  tail: z.string(),
})
const Saved = z.object({ seq: z.number(), entries: z.array(Entry), past: z.array(Entry) })

const MAX_ENTRIES = 10_000
const MAX_PAST = 2_000
const FEED_PREFIX = 'file:'

/**
 * What came into the journal of which file. The journal itself is the truth: each record names its file and the offset
 * behind it, and what was written since the last save is read from there. So a line is in the journal exactly once, however the
 * process ended.
 */
export interface Checkpoint {
  /** By device and inode. */
  readonly entries: Map<string, FileEntry>
  /** Content that is no longer where it was: a copy or an archive of it is recognised. */
  readonly past: readonly FileEntry[]
  /** Takes the new state of a file; what it replaces becomes past when it was other content. */
  set(entry: FileEntry): void
  /** The file is gone for good. */
  retire(key: string): void
  /** Writes it down; everything of this input below `seq` must be in `entries`. */
  save(seq: number): Promise<void>
}

/** Loads and brings up to date from the journal. Fails with `config.invalid` when the file is not ours. */
export async function loadCheckpoint(
  path: string,
  journal: JournalReader & JournalWriter,
): Promise<Checkpoint> {
  const entries = new Map<string, FileEntry>()
  const past: FileEntry[] = []
  const retire = (key: string) => {
    const entry = entries.get(key)
    if (!entries.delete(key) || !entry || entry.headBytes < FINGERPRINT_BYTES) return
    past.push(entry)
    if (past.length > MAX_PAST) past.shift()
  }
  const set = (entry: FileEntry) => {
    const old = entries.get(entry.key)
    if (old && (old.head !== entry.head || old.headBytes !== entry.headBytes)) retire(entry.key)
    entries.set(entry.key, entry)
    if (entries.size > MAX_ENTRIES) retire(entries.keys().next().value ?? '')
  }
  const save = (seq: number) =>
    writeDurable(path, JSON.stringify({ seq, entries: [...entries.values()], past }))

  ensureFolder(dirname(path))
  const saved = readSaved(path)
  if (saved === undefined) await save(journal.durable)
  else {
    past.push(...saved.past)
    for (const entry of saved.entries) entries.set(entry.key, entry)
    await replay(journal, saved.seq, (record) => {
      const entry = entryOf(record)
      if (entry) set({ ...entry, path: entries.get(entry.key)?.path ?? entry.path })
    })
  }
  return { entries, past, set, retire, save }
}

/** Undefined when there is none: then no record of this input can be in the journal, because it is saved before the first. */
function readSaved(path: string): z.output<typeof Saved> | undefined {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') return undefined
    throw new Failure('collect.unreadable', `${path} cannot be read`, { cause: error })
  }
  const parsed = parseJson(text)
  const saved = parsed.ok ? Saved.safeParse(parsed.value) : undefined
  if (saved?.success) return saved.data
  throw new Failure(
    'config.invalid',
    `${path} is not a checkpoint; remove it to read all files anew`,
  )
}

function entryOf(record: JournalRecord): FileEntry | undefined {
  if (!record.feed.startsWith(FEED_PREFIX) || !record.meta) return undefined
  const id = parseFileId(record.meta['fileId'] ?? '')
  const end = Number(record.meta['end'])
  if (!id || !Number.isSafeInteger(end)) return undefined
  const tail = record.dead === undefined ? tailOf(record.bytes) : ''
  return { ...id, path: record.feed.slice(FEED_PREFIX.length), end, tail }
}
