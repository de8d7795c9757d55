import assert from 'node:assert/strict'
import { statSync, writeFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { Failure } from '#base/failure.ts'
import type { Run } from '#shape/run.ts'
import { incident, open, openAgain } from '../testing/state.ts'
import { openStateStore } from './state-store.ts'

test('a snapshot comes back byte for byte with its position', async (t) => {
  const opened = await open(t)
  const bytes = Uint8Array.from({ length: 300 }, (_, at) => at % 256)
  await opened.store.snapshots.put('detector', {
    position: 1,
    version: 'v1',
    bytes: bytes.slice(5),
  })
  await opened.store.snapshots.put('detector', { position: 42, version: 'v2', bytes })
  const other = await openAgain(t, opened)
  const found = await other.snapshots.get('detector')
  assert.equal(found?.position, 42)
  assert.equal(found?.version, 'v2')
  assert.deepEqual(Buffer.from(found?.bytes ?? []), Buffer.from(bytes))
  assert.equal(await other.snapshots.get('nothing'), undefined)
})

test('a run changes only for the one who saw its last state', async (t) => {
  const { store } = await open(t)
  const run: Run = {
    id: 'run-1',
    playbookId: 'p',
    playbookTitle: 'P',
    incidentId: 'i1',
    status: 'waiting',
    created: 1,
    updated: 1,
    steps: [],
  }
  await store.runs.put(run)
  const approved: Run = { ...run, status: 'approved', updated: 2 }
  assert.equal(await store.runs.putIf(approved, 1), true)
  assert.equal(await store.runs.putIf({ ...run, status: 'rejected', updated: 3 }, 1), false)
  assert.deepEqual(await store.runs.get('run-1'), approved)
  assert.deepEqual(await store.runs.list({ status: 'waiting' }), [])
  assert.deepEqual(await store.runs.list({ incidentId: 'i1', status: 'approved' }), [approved])
})

test('the audit trail is whole, and every kind of tampering is found at its line', async (t) => {
  const { store, path } = await open(t)
  for (let count = 1; count <= 5; count += 1) {
    await store.audit.append({
      actor: 'alice',
      action: 'incident.close',
      subject: `i${count}`,
      detail: { z: 1, a: { c: [1, 'ü'], b: undefined } },
    })
  }
  assert.deepEqual(await store.audit.verify(), { ok: true, rows: 5 })
  const [newest] = await store.audit.list({ limit: 2 })
  assert.equal(newest?.seq, 5)
  assert.deepEqual(newest?.detail, { a: { c: [1, 'ü'] }, z: 1 })
  const hand = new DatabaseSync(path)
  t.after(() => hand.close())
  const tamper = async (sql: string, undo: string) => {
    hand.exec(sql)
    const verdict = await store.audit.verify()
    hand.exec(undo)
    return verdict.ok ? 0 : verdict.brokenAt
  }
  assert.equal(
    await tamper(
      "UPDATE audit SET actor = 'bob' WHERE seq = 3",
      "UPDATE audit SET actor = 'alice' WHERE seq = 3",
    ),
    3,
  )
  assert.equal(
    await tamper(
      'UPDATE audit SET seq = 99 WHERE seq = 2',
      'UPDATE audit SET seq = 2 WHERE seq = 99',
    ),
    2,
  )
  assert.deepEqual(await store.audit.verify(), { ok: true, rows: 5 })
  hand.exec('UPDATE audit SET previous = hash WHERE seq = 4')
  assert.deepEqual(await store.audit.verify(), {
    ok: false,
    brokenAt: 4,
    reason: 'the line does not follow the one before',
  })
})

test('settings keep any JSON and never meet the values of the room itself', async (t) => {
  const { store } = await open(t)
  const token = await store.access.intakeToken()
  await store.settings.put('intake-token', { nested: [1, null, 'x'] })
  assert.deepEqual(await store.settings.get('intake-token'), { nested: [1, null, 'x'] })
  assert.equal(await store.settings.get('nothing'), undefined)
  assert.equal(await store.access.intakeToken(), token)
})

test('two processes append to one audit chain without breaking it', async (t) => {
  const opened = await open(t)
  const other = await openAgain(t, opened)
  const entry = { actor: 'a', action: 'b', subject: 'c' }
  const work = Array.from({ length: 20 }, (_, at) =>
    (at % 2 === 0 ? opened.store : other).audit.append(entry),
  )
  await Promise.all(work)
  assert.deepEqual(await other.audit.verify(), { ok: true, rows: 20 })
})

test('the file is for its owner only and survives closing without any use', async (t) => {
  const opened = await open(t)
  assert.equal(statSync(opened.path).mode & 0o777, 0o600)
  const other = await openAgain(t, opened)
  await other.close()
  assert.equal(await opened.store.spans.position(), 0)
})

test('a file of a newer version is refused with the reason', async (t) => {
  const opened = await open(t)
  const hand = new DatabaseSync(opened.path)
  hand.exec('PRAGMA user_version = 99')
  hand.close()
  await assert.rejects(openStateStore(opened), (error: unknown) => {
    assert.ok(error instanceof Failure)
    assert.equal(error.code, 'store.failed')
    assert.match(error.message, /newer Vedette/)
    return true
  })
})

test('a file that is no database is refused with its path', async (t) => {
  const opened = await open(t)
  const path = `${opened.path}.txt`
  writeFileSync(path, 'this is not a database, it is a sentence that goes on for a while')
  await assert.rejects(openStateStore({ ...opened, path }), (error: unknown) => {
    assert.ok(error instanceof Failure && error.message.includes(path))
    return true
  })
})

test('a damaged row is named instead of being half used', async (t) => {
  const { store, path } = await open(t)
  await store.incidents.put(incident('i1'))
  const hand = new DatabaseSync(path)
  hand.exec(`UPDATE incidents SET body = '{"id":"other"}'`)
  hand.close()
  await assert.rejects(store.incidents.get('i1'), /i1 of the state file is damaged/)
})
