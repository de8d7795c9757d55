import {
  closeSync,
  fdatasyncSync,
  ftruncateSync,
  openSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { Failure } from '#base/failure.ts'
import { fileFailure, syncFolderNow, writeDurableNow } from '#base/files.ts'
import type { JournalRecord } from '#base/journal.ts'
import type { LedgerRow } from '#shape/health.ts'
import { deadRow, eventRow } from '#store/index.ts'
import type { Structured } from '#structure/index.ts'
import { type Span, spanFiles } from './protocol.ts'

/** Collects the rows of consecutive records into files for the store. */
export interface SpanWriter {
  /** Records taken since the last close. */
  readonly records: number
  /** Characters of their rows, written or not: what the store gets at once. */
  readonly size: number
  /** Characters of rows that are not in a file yet: what the disk does not take stays in memory. */
  readonly unwritten: number
  add(record: JournalRecord, structured: Structured): void
  /**
   * Makes the span durable: both row files, then the manifest that vouches for them. Undefined when nothing was added.
   * Throws `files.full` and can be called again later: nothing is lost, the rows are kept.
   */
  close(ledger: readonly LedgerRow[]): Span | undefined
}

interface RowFile {
  readonly temp: string
  sizeBytes: number
  pending: string[]
  rows: number
  descriptor: number | undefined
}

const FLUSH_ROWS = 512
const FLUSH_CHARS = 4 * 1024 * 1024

/** Writes spans into `folder`. Files without a manifest are left-overs and may be deleted at start. */
export function createSpanWriter(folder: string): SpanWriter {
  const events = rowFile(join(folder, 'open.events.tmp'))
  const dead = rowFile(join(folder, 'open.dead.tmp'))
  const manifest = join(folder, 'open.span.tmp')
  let from = -1
  let to = -1
  let received = 0
  let records = 0
  let size = 0
  let unwritten = 0
  /** A write failed: the next try is at close, not with each record. */
  let isStuck = false
  const flush = () => {
    flushFile(events)
    flushFile(dead)
    unwritten = 0
    isStuck = false
  }
  const push = (file: RowFile, row: string) => {
    file.pending.push(row)
    size += row.length
    unwritten += row.length
  }
  /** A full disk is met again at close, where the caller can wait. */
  const tryFlush = () => {
    try {
      flush()
    } catch (error) {
      if (!(error instanceof Failure)) throw error
      isStuck = true
    }
  }
  return {
    get records() {
      return records
    },
    get size() {
      return size
    },
    get unwritten() {
      return unwritten
    },
    add(record, structured) {
      if (from === -1) from = record.seq
      to = record.seq
      received = record.received
      records += 1
      for (const event of structured.events) push(events, eventRow(event))
      for (const letter of structured.dead) push(dead, deadRow(letter))
      const isMuch =
        unwritten >= FLUSH_CHARS || events.pending.length + dead.pending.length >= FLUSH_ROWS
      if (isMuch && !isStuck) tryFlush()
    },
    close(ledger) {
      if (from === -1) return undefined
      flush()
      const span = { from, to, received, events: events.rows, dead: dead.rows, ledger }
      const names = spanFiles(span)
      // What can meet a full disk comes first; the renames that follow need no space, the manifest's is last.
      syncFile(events)
      syncFile(dead)
      writeDurableNow(manifest, JSON.stringify(span))
      seal(events, join(folder, names.events))
      seal(dead, join(folder, names.dead))
      renameSync(manifest, join(folder, names.manifest))
      // A manifest that a power cut takes back after the rows were stored would store them again under other names.
      syncFolderNow(folder)
      from = -1
      records = 0
      size = 0
      return span
    },
  }
}

function rowFile(temp: string): RowFile {
  rmSync(temp, { force: true })
  return { temp, sizeBytes: 0, pending: [], rows: 0, descriptor: undefined }
}

function flushFile(file: RowFile): void {
  if (file.pending.length === 0) return
  const bytes = Buffer.from(`${file.pending.join('\n')}\n`)
  try {
    file.descriptor ??= openSync(file.temp, 'w', 0o600)
    writeWhole(file.descriptor, bytes, file.sizeBytes)
  } catch (error) {
    // Half a write must not stay: the same rows are written again later.
    if (file.descriptor !== undefined) ftruncateSync(file.descriptor, file.sizeBytes)
    throw fileFailure(error, file.temp)
  }
  file.sizeBytes += bytes.length
  file.rows += file.pending.length
  file.pending = []
}

function writeWhole(descriptor: number, bytes: Uint8Array, position: number): void {
  let at = 0
  while (at < bytes.length) at += writeSync(descriptor, bytes, at, bytes.length - at, position + at)
}

function syncFile(file: RowFile): void {
  if (file.descriptor === undefined) return
  try {
    fdatasyncSync(file.descriptor)
  } catch (error) {
    throw fileFailure(error, file.temp)
  }
}

function seal(file: RowFile, path: string): void {
  if (file.descriptor === undefined) return
  closeSync(file.descriptor)
  renameSync(file.temp, path)
  file.descriptor = undefined
  file.sizeBytes = 0
  file.rows = 0
}
