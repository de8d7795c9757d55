import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Clock } from '#base/clock.ts'
import { Failure, reasonOf } from '#base/failure.ts'
import { isObject, parseJsonObject } from '#base/json.ts'
import type { Log } from '#base/log.ts'
import type { Journal } from '#collect/index.ts'
import type { EventStore, StateStore } from '#store/index.ts'
import type { DataPlaces } from '../places.ts'
import { type Span, spanFiles } from './protocol.ts'

/** Spans and snapshots go by this name in the state store. */
export const PIPELINE = 'pipeline'

/** Where spans come from and where they go. */
export interface SpoolParts {
  readonly places: DataPlaces
  readonly journal: Journal
  readonly events: EventStore
  readonly state: StateStore
  readonly clock: Clock
  readonly log: Log
}

/** Exactly once: the store knows the span's token, the state store its position; files go last. */
export async function storeSpan(
  parts: Pick<SpoolParts, 'places' | 'events' | 'state'>,
  span: Span,
): Promise<void> {
  const folder = parts.places.spool
  const names = spanFiles(span)
  const { token } = names
  if (span.events > 0)
    await parts.events.append({
      path: join(folder, names.events),
      token,
      table: 'events',
      rows: span.events,
    })
  if (span.dead > 0)
    await parts.events.append({
      path: join(folder, names.dead),
      token,
      table: 'dead_letters',
      rows: span.dead,
    })
  await parts.state.spans.commitSpan({
    name: PIPELINE,
    position: span.to + 1,
    ledger: span.ledger,
  })
  for (const file of [names.manifest, names.events, names.dead])
    rmSync(join(folder, file), { force: true })
}

/**
 * Stores what an earlier process made durable and did not store, then empties the spool. Only spans that go on from the
 * position without leaving a record out are stored: behind a gap the journal is read again.
 */
export async function recoverSpool(parts: SpoolParts): Promise<void> {
  const folder = parts.places.spool
  let position = await parts.state.spans.position(PIPELINE)
  const spans = readdirSync(folder)
    .filter((entry) => entry.endsWith('.span.json'))
    .flatMap((entry) => readManifest(join(folder, entry)) ?? [])
    .sort((a, b) => a.from - b.from || b.to - a.to)
  for (const span of spans) {
    if (!isWhole(folder, span) || !(await goesOn(parts.journal, position, span))) continue
    if (!(await recovered(parts, span))) break
    position = span.to + 1
    parts.log.info('spool was recovered', { from: span.from, to: span.to })
  }
  for (const name of readdirSync(folder))
    rmSync(join(folder, name), { force: true, recursive: true })
}

/** False when the store refuses the rows: the journal still has the records, the span is made again. */
async function recovered(parts: SpoolParts, span: Span): Promise<boolean> {
  try {
    await storeSpan(parts, span)
    return true
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== 'store.failed') throw error
    const { from, to } = span
    parts.log.warn('span of the spool was refused', { from, to, reason: reasonOf(error) })
    return false
  }
}

/**
 * Where storing goes on. A journal that ends before what was stored or judged already (a disk that lied, an older copy
 * put back) goes on behind it: a seq that was given out once never names another record. `lost` is how many are missing.
 */
export async function resumeJournal(
  parts: Pick<SpoolParts, 'journal' | 'state' | 'log'>,
  judged: number,
): Promise<{ storeFrom: number; lost: number }> {
  const storeFrom = await parts.state.spans.position(PIPELINE)
  const known = Math.max(storeFrom, judged)
  const lost = Math.max(0, known - parts.journal.durable)
  if (lost > 0) {
    parts.log.error('journal ended too early', { durable: parts.journal.durable, known })
    await parts.journal.startAt(known)
  }
  return { storeFrom, lost }
}

/** True when the span begins at the position, or the journal holds nothing in between. */
async function goesOn(journal: Journal, position: number, span: Span): Promise<boolean> {
  if (span.from <= position) return span.from === position
  const limits = { maxRecords: 1, maxBytes: 1, below: span.from }
  return (await journal.read(position, limits)).length === 0
}

/** A power loss can keep the rename of a manifest and lose that of its rows. */
function isWhole(folder: string, span: Span): boolean {
  const names = spanFiles(span)
  const has = (file: string) => isFile(join(folder, file))
  return (span.events === 0 || has(names.events)) && (span.dead === 0 || has(names.dead))
}

/** Manifests are our own files, written whole; one that does not read is a left-over of a power loss. */
function readManifest(path: string): Span | undefined {
  if (!isFile(path)) return undefined
  const parsed = parseJsonObject(readFileSync(path, 'utf8'))
  if (!parsed.ok) return undefined
  const { from, to, received, events, dead, ledger } = parsed.value
  if (!isCount(from) || !isCount(to) || !isCount(events) || !isCount(dead)) return undefined
  if (to < from || typeof received !== 'number') return undefined
  if (!Array.isArray(ledger) || !ledger.every(isLedgerRow)) return undefined
  return { from, to, received, events, dead, ledger }
}

const COUNTS =
  'minute received bytes stored dropped dead events findings delaySumMs delayMaxMs'.split(' ')

function isLedgerRow(row: unknown): boolean {
  if (!isObject(row) || typeof row['source'] !== 'string' || !isObject(row['reasons'])) return false
  return (
    COUNTS.every((name) => Number.isFinite(row[name])) &&
    Object.values(row['reasons']).every(Number.isFinite)
  )
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0
}
