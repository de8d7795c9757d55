import { mkdirSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { systemCodeOf } from '#base/failure.ts'
import { writeDurable } from '#base/files.ts'
import type { JournalReader, JournalRecord, JournalWriter } from '#base/journal.ts'
import { isObject, parseJson } from '#base/json.ts'

/**
 * A small state that is saved now and then, with the journal seq it reflects. What came into the journal since is read
 * from there, so the state is exact after any kind of stop.
 */
export interface CursorFile {
  /** Values by name, brought up to date when it was opened. */
  readonly values: Map<string, string>
  /** Writes it down; everything below `seq` must be in `values`. */
  save(seq: number): Promise<void>
}

/** Opens the state; `see` is called for each record that came since it was saved, to bring `values` up to date. */
export async function openCursorFile(
  path: string,
  journal: JournalReader & JournalWriter,
  see: (record: JournalRecord, values: Map<string, string>) => void,
): Promise<CursorFile> {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  const values = new Map<string, string>()
  const save = (seq: number) =>
    writeDurable(path, JSON.stringify({ seq, values: Object.fromEntries(values) }))
  const saved = readSaved(path)
  // No state means that no record of this input can be in the journal: it is saved before the first one.
  if (!saved) await save(journal.durable)
  else {
    for (const [key, value] of Object.entries(saved.values))
      if (typeof value === 'string') values.set(key, value)
    await replay(journal, saved.seq, (record) => see(record, values))
  }
  return { values, save }
}

function readSaved(path: string): { seq: number; values: Record<string, unknown> } | undefined {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') return undefined
    throw error
  }
  const parsed = parseJson(text)
  if (!parsed.ok || !isObject(parsed.value)) return undefined
  const { seq, values } = parsed.value
  return typeof seq === 'number' && isObject(values) ? { seq, values } : undefined
}

/** Calls `see` for each durable record from `from` on. */
export async function replay(
  journal: JournalReader & JournalWriter,
  from: number,
  see: (record: JournalRecord) => void,
): Promise<void> {
  const below = journal.durable
  for (let seq = from; seq < below; ) {
    const records = await journal.read(seq, { maxRecords: 5_000, maxBytes: 8 * 1024 * 1024, below })
    const last = records.at(-1)
    if (!last) return
    for (const record of records) see(record)
    seq = last.seq + 1
  }
}
