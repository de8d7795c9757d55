import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { closeSync, openSync, readdirSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { systemClock } from '#base/clock.ts'
import { Failure } from '#base/failure.ts'
import { systemIds } from '#base/ids.ts'
import { openStateStore } from '#store/index.ts'
import {
  allStored,
  floodUdp,
  goesOn,
  guessing,
  ledgerBalances,
  post,
  refusedOf,
  sendNumbers,
  sendTcp,
  untilFound,
} from './sending.ts'
import {
  countOf,
  flowFolder,
  hasEngine,
  pipelineOf,
  removeFolder,
  settled,
  startServer,
  until,
} from './server.ts'

const timeout = 90_000
const skip = hasEngine ? false : 'the store engine (chdb) is not installed'
const isRoot = process.getuid?.() === 0
const noDisk = isRoot ? false : 'mounting a small disk needs root'

/** A disk of its own; the test is skipped where none can be mounted. */
function smallDisk(t: TestContext, size: string): string {
  const disk = flowFolder()
  const mounted = spawnSync('/bin/mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', disk])
  t.after(() => {
    // Lazily: the engine of a killed server may need a moment to end.
    if (mounted.status === 0) spawnSync('/bin/umount', ['-l', disk])
    removeFolder(disk)
  })
  return mounted.status === 0 ? disk : ''
}

test('a state that meets a full disk says so, counts nothing twice, and goes on', {
  skip: noDisk,
}, async (t) => {
  const disk = smallDisk(t, '4m')
  if (disk === '') return t.skip('a small disk cannot be mounted here')
  const state = await openStateStore({
    path: join(disk, 'state.sqlite'),
    clock: systemClock,
    ids: systemIds,
  })
  t.after(() => state.close())
  const session = await state.access.createSession(
    (await state.access.putUser({ name: 'ada', roles: ['admin'] })).id,
    60_000,
  )
  const zeros = { bytes: 0, dropped: 0, dead: 0, findings: 0, delaySumMs: 0, delayMaxMs: 0 }
  const ledger = Array.from({ length: 2_000 }, (_, minute) => {
    return {
      ...zeros,
      source: 'x'.repeat(200),
      minute,
      received: 1,
      stored: 1,
      events: 1,
      reasons: {},
    }
  })
  const commit = () => state.spans.commitSpan({ position: 2_000, ledger })
  fillDisk(join(disk, 'filler'))
  for (let round = 0; round < 3; round += 1)
    await assert.rejects(commit(), (error: unknown) => {
      assert.ok(error instanceof Failure)
      assert.equal(error.code, 'files.full', error.message)
      return true
    })
  assert.equal(await state.spans.position(), 0)
  assert.equal((await state.access.findSession(session))?.name, 'ada')
  rmSync(join(disk, 'filler'))
  assert.equal(await commit(), true)
  const [sum] = await state.ledger.totals({ from: 0, to: 2_000 })
  assert.equal(sum?.received, 2_000)
})

/** More than what may be free in the last page of a file. */
const PROBE = JSON.stringify({ note: 'probe '.repeat(20_000) })

const BURST_RECORDS = 20_000
const BURST = `${JSON.stringify({ note: 'burst', pad: 'x'.repeat(300) })}\n`.repeat(BURST_RECORDS)

/** Writes a file until nothing more goes in. */
function fillDisk(path: string): void {
  const file = openSync(path, 'w')
  try {
    for (let size = 1024 * 1024; size >= 1; size = Math.floor(size / 4))
      for (;;) if (writeSync(file, Buffer.alloc(size)) < size) break
  } catch {
    // Full: that is what was wanted.
  } finally {
    closeSync(file)
  }
}

test('a full disk stops intake with 503, loses nothing, and intake goes on when there is room', {
  skip: skip || noDisk,
  timeout,
}, async (t) => {
  const disk = smallDisk(t, '192m')
  if (disk === '') return t.skip('a small disk cannot be mounted here')
  const folder = flowFolder()
  t.after(() => removeFolder(folder))
  const data = join(disk, 'data')
  const filler = join(disk, 'filler')
  const server = await startServer(folder, { data })
  let isOver = false
  const sending = sendNumbers(server, 'full', () => isOver)
  try {
    await until('records to be stored', async () => (await pipelineOf(server)).stored > 1_000)
    for (let round = 0; round < 2; round += 1) {
      // The disk is full while the pipeline has work: spool, store and state meet it too.
      const burst = await post(server, '/intake/burst', { body: BURST })
      assert.equal(burst.status, 200, burst.text)
      fillDisk(`${filler}0`)
      // What is freed in between by the server itself is taken too.
      const began = performance.now()
      while (performance.now() - began < 3_000) {
        fillDisk(`${filler}${Math.round(performance.now())}`)
        await wait(100)
      }
      const refusedBefore = await refusedOf(server)
      await floodUdp(server, 50, '<13>1 - host app - - - while it is full')
      await until('refused datagrams', async () => (await refusedOf(server)) > refusedBefore)
      const answer = await post(server, '/intake/full-probe', { body: PROBE })
      assert.equal(answer.status, 503, answer.text)
      assert.ok(Number(answer.headers.get('retry-after')) > 0)
      // A sender over TCP needs no answer: the server itself holds on to what it read.
      await sendTcp(server, guessing(`203.0.113.${60 + round}`))
      for (const name of readdirSync(disk).filter((each) => each.startsWith('filler')))
        rmSync(join(disk, name))
      await until('intake to go on', async () => {
        const after = await post(server, '/intake/full-probe', { body: PROBE })
        return after.status === 200
      })
    }
    isOver = true
    const { acked, refusals } = await sending
    assert.ok(refusals.length > 0)
    for (const { status, retryAfter } of refusals) {
      assert.equal(status, 503)
      assert.ok(Number(retryAfter) > 0)
    }
    await settled(server, acked.length)
    await allStored(server, 'full', acked)
    assert.equal(await countOf(server, 'source:"http:burst"'), 2 * BURST_RECORDS)
    for (const address of ['203.0.113.60', '203.0.113.61']) await untilFound(server, address)
    await goesOn(server)
    assert.equal(await server.stop(), 0)
    await ledgerBalances(data)
  } catch (error) {
    throw new Error(`${error}\n${server.output()}`, { cause: error })
  } finally {
    isOver = true
    await sending.catch(() => undefined)
    await server.kill()
  }
})
