import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { systemClock } from '#base/clock.ts'
import { Failure } from '#base/failure.ts'
import { silentLog } from '#base/log.ts'
import { createFakeClock, type FakeClock } from '#base/testing/fake-clock.ts'
import { superviseEngine } from './supervisor.ts'
import type { Supervisor } from './supervisor-port.ts'

const SEGMENT = { path: '/x', token: 't', table: 'events', rows: 1 } as const
const READY = "process.send({ kind: 'ready', version: '1' })"
const ANSWER = "process.send({ kind: 'done', id: m.id, text: 'from ' + process.pid })"

interface Started {
  readonly supervisor: Supervisor
  readonly clock: FakeClock
}

/** Starts a stand-in for the engine process that speaks the protocol as its script says. */
function start(t: TestContext, script: string): Promise<Started> {
  const folder = mkdtempSync(join(tmpdir(), 'vedette-engine-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const modulePath = join(folder, 'engine.mjs')
  writeFileSync(
    modulePath,
    `import fs from 'node:fs'
const first = !fs.existsSync(${JSON.stringify(join(folder, 'ran'))})
fs.writeFileSync(${JSON.stringify(join(folder, 'ran'))}, '')
process.on('disconnect', () => process.exit(0))
process.on('message', (m) => { if (m.kind === 'close') process.exit(0); ${script} })
`,
  )
  return open(t, modulePath)
}

async function open(t: TestContext, modulePath: string): Promise<Started> {
  const clock = createFakeClock()
  const engine = {
    folder: '/nowhere',
    retentionDays: 1,
    readers: 1,
    queryTimeoutMs: 1_000,
    queryMemoryBytes: 1,
    queryThreads: 1,
  }
  const supervisor = await superviseEngine({ engine, modulePath, log: silentLog, clock })
  t.after(() => supervisor.close())
  return { supervisor, clock }
}

/** Lets the fake time pass, in steps, until something has happened in the real one. */
async function advanceUntil(started: Started, isDone: () => boolean): Promise<void> {
  const deadline = systemClock.now() + 10_000
  while (!isDone()) {
    assert.ok(systemClock.now() < deadline, 'it did not happen in time')
    await started.clock.advance(1_000)
    await systemClock.sleep(5)
  }
}

test('an append whose engine dies under it is sent again to the next one', async (t) => {
  const started = await start(
    t,
    `if (first) process.exit(7); else ${ANSWER} } ); ${READY}; void (() => {`,
  )
  let answer: unknown
  const { pid } = started.supervisor.status()
  void started.supervisor.append(SEGMENT).then((each) => {
    answer = each
  })
  await advanceUntil(started, () => answer !== undefined)
  const after = started.supervisor.status()
  assert.deepEqual(answer, { ok: true, text: `from ${after.pid}` })
  assert.notEqual(after.pid, pid)
  assert.equal(after.restarts, 1)
  assert.equal(after.pendingAppends, 0)
})

test('a query that its engine dies under fails, one that comes later waits for the next engine', async (t) => {
  const started = await start(
    t,
    `if (first) process.exit(7); else ${ANSWER} } ); ${READY}; void (() => {`,
  )
  const failed = await started.supervisor.query('SELECT 1', {})
  assert.deepEqual(failed, { ok: false, code: 0, message: 'the store engine ended while this ran' })
  let later: unknown
  void started.supervisor.query('SELECT 1', {}).then((each) => {
    later = each
  })
  await advanceUntil(started, () => later !== undefined)
  assert.deepEqual(later, { ok: true, text: `from ${started.supervisor.status().pid}` })
})

test('an engine that hangs is ended, and its append goes to the next one', async (t) => {
  const started = await start(t, `if (!first) ${ANSWER} } ); ${READY}; void (() => {`)
  let answer: unknown
  void started.supervisor.append(SEGMENT).then((each) => {
    answer = each
  })
  await started.clock.advance(590_000)
  assert.equal(answer, undefined)
  await advanceUntil(started, () => answer !== undefined)
  assert.equal(started.supervisor.status().restarts, 1)
})

test('a query is given up at once when its signal says so, before and after it was sent', async (t) => {
  const started = await start(t, `} ); ${READY}; void (() => {`)
  const stop = new AbortController()
  const running = started.supervisor.query('SELECT 1', {}, stop.signal)
  stop.abort()
  assert.equal((await running).ok, false)
  assert.equal((await started.supervisor.query('SELECT 1', {}, stop.signal)).ok, false)
  assert.equal(started.supervisor.status().pendingQueries, 0)
})

test('after close every request is refused, also one that was waiting', async (t) => {
  const started = await start(t, `} ); ${READY}; void (() => {`)
  const waiting = started.supervisor.query('SELECT 1', {})
  await started.supervisor.close()
  assert.equal((await waiting).ok, false)
  assert.equal((await started.supervisor.append(SEGMENT)).ok, false)
  assert.equal(started.supervisor.status().state, 'closed')
})

test('an engine without its library is a failure of its own, without another try', async (t) => {
  const unfit = "process.send({ kind: 'unfit', reason: 'missing', message: 'no chdb\\nstack' })"
  await assert.rejects(start(t, `} ); ${unfit}; void (() => {`), (error: unknown) => {
    assert.ok(error instanceof Failure)
    assert.equal(error.code, 'store.engine-missing')
    assert.ok(!error.message.includes('stack'))
    return true
  })
})
