import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { systemClock } from '#base/clock.ts'
import { silentLog } from '#base/log.ts'
import type { Event } from '#shape/event.ts'
import type { SearchResult } from '#shape/search.ts'
import { type EventStore, eventRow, openEventStore } from '#store/index.ts'

const NEEDS = 'needs the chdb package'
/** Why tests that need the engine are left out; false when they run. */
export const skip = hasEngine() ? false : NEEDS
/** When the made events were received. */
export const BASE = Date.UTC(2026, 0, 10) * 1000
/** Microseconds of a day. */
export const DAY = 86_400_000_000
/** A span of time around everything. */
export const FOREVER = { from: -1e18, to: 1e18 }

function hasEngine(): boolean {
  try {
    return createRequire(import.meta.url).resolve('chdb') !== ''
  } catch {
    return false
  }
}

/** A folder that goes with the test. */
export function tempFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'vedette-store-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** A store in a folder that goes with the test. */
export async function openStore(t: TestContext): Promise<{ store: EventStore; folder: string }> {
  const folder = tempFolder(t)
  const store = await openEventStore({
    folder: join(folder, 'events'),
    log: silentLog,
    // The test data have fixed dates.
    retentionDays: 36_500_000,
  })
  t.after(() => store.close())
  return { store, folder }
}

/** The event with this seq. */
export function makeEvent(seq: number, more: Partial<Event> = {}): Event {
  return {
    id: `0-${seq}`,
    partition: 0,
    seq,
    source: 'dc1',
    family: 'windows.security',
    received: BASE + seq,
    time: BASE + seq,
    timeQuality: 'native',
    who: {},
    what: { classUid: 3002, activityId: 1, action: 'logon', outcome: 'success', severity: 1 },
    where: {},
    message: `message ${seq}`,
    fields: { EventID: 4624, seq },
    raw: Buffer.from(`raw ${seq}`),
    ...more,
  }
}

/** Stores events as one segment. */
export async function appendEvents(
  store: EventStore,
  folder: string,
  segment: { token: string; events: readonly Event[] },
): Promise<void> {
  const path = join(folder, `${segment.token}.ndjson`)
  writeFileSync(path, `${segment.events.map(eventRow).join('\n')}\n`)
  await store.append({ path, token: segment.token, table: 'events', rows: segment.events.length })
}

/** Everything that this search finds. */
export function searchAll(store: EventStore, text: string): Promise<SearchResult> {
  return store.search({ text, ...FOREVER, limit: 10_000, bars: 0 })
}

/** Polls until the condition holds. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  timeoutMs = 15_000,
): Promise<void> {
  const deadline = systemClock.now() + timeoutMs
  while (!(await condition())) {
    assert.ok(systemClock.now() < deadline, 'it did not happen in time')
    await systemClock.sleep(10)
  }
}

/** True while the process lives. */
export function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
