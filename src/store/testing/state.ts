import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import type { Ids } from '#base/ids.ts'
import { createFakeClock, type FakeClock } from '#base/testing/fake-clock.ts'
import type { Finding } from '#shape/finding.ts'
import type { LedgerRow } from '#shape/health.ts'
import type { Incident } from '#shape/incident.ts'
import type { StateStore } from '../state/contract.ts'
import { openStateStore } from '../state/state-store.ts'

/** A state store of its own, and what it was opened with. */
export interface Opened {
  readonly store: StateStore
  readonly path: string
  readonly clock: FakeClock
  readonly ids: Ids
}

function countingIds(): Ids {
  let count = 0
  const next = () => {
    count += 1
    return count
  }
  return { next: (prefix) => `${prefix}-${next()}`, secret: () => `secret-${next()}` }
}

/** Opens a state store in a folder that goes with the test. */
export async function open(t: TestContext): Promise<Opened> {
  const folder = mkdtempSync(join(tmpdir(), 'vedette-state-'))
  const path = join(folder, 'sub', 'state.db')
  const clock = createFakeClock()
  const ids = countingIds()
  const store = await openStateStore({ path, clock, ids })
  t.after(async () => {
    await store.close()
    rmSync(folder, { recursive: true, force: true })
  })
  return { store, path, clock, ids }
}

/** Opens the same file a second time, as another process would. */
export async function openAgain(t: TestContext, opened: Opened): Promise<StateStore> {
  const { path, clock, ids } = opened
  const store = await openStateStore({ path, clock, ids })
  t.after(() => store.close())
  return store
}

/** A finding with this id. */
export function finding(id: string, more: Partial<Finding> = {}): Finding {
  return {
    id,
    kind: 'alert',
    ruleId: 'rule-1',
    ruleTitle: 'A rule',
    ruleKind: 'sigma',
    ruleVersion: 'v1',
    level: 'high',
    techniques: ['T1110'],
    tactics: ['credential-access'],
    time: 1_000,
    start: 900,
    received: 1_100,
    detected: 1_200,
    source: 'dc1',
    family: 'windows.security',
    positions: ['0-1'],
    count: 1,
    why: 'because "it" did',
    matched: [],
    entities: [],
    action: 'logon',
    outcome: 'failure',
    object: '',
    message: 'ü😀\u0000',
    ...more,
  }
}

/** An open incident with this id. */
export function incident(id: string, more: Partial<Incident> = {}): Incident {
  return {
    id,
    title: 'Somebody guessed a password',
    story: 'alice from 10.0.0.1',
    status: 'open',
    level: 'high',
    levelWhy: '',
    opened: 1,
    start: 1,
    end: 1_000,
    updated: 5,
    findingIds: [],
    findingCount: 0,
    entities: [{ kind: 'user', id: 'alice', name: 'CORP\\Alice', role: 'actor', findings: 1 }],
    timeline: [],
    techniques: ['T1110'],
    tactics: [],
    targets: [],
    owner: 'ops',
    advice: [],
    risk: 60,
    merged: [],
    ...more,
  }
}

/** Counters of a source and minute. */
export function ledgerRow(
  source: string,
  minute: number,
  more: Partial<LedgerRow> = {},
): LedgerRow {
  return {
    source,
    minute,
    received: 10,
    bytes: 100,
    stored: 8,
    dropped: 1,
    dead: 1,
    events: 9,
    findings: 2,
    reasons: { 'json.invalid': 1, quiet: 1 },
    delaySumMs: 50,
    delayMaxMs: 20,
    ...more,
  }
}
