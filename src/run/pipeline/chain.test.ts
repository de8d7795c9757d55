import assert from 'node:assert/strict'
import { test } from 'node:test'
import { systemClock } from '#base/clock.ts'
import { type Log, silentLog } from '#base/log.ts'
import { createFakeClock } from '#base/testing/fake-clock.ts'
import { createChain } from './chain.ts'

function open() {
  const clock = createFakeClock()
  const complaints: unknown[] = []
  const log: Log = {
    ...silentLog,
    error: (message, fields) => void complaints.push([message, fields]),
  }
  return { clock, complaints, chain: createChain({ clock, log }, 'it was not kept') }
}

test('a job that fails is tried again with growing pauses, and those behind it wait for it', async () => {
  const { clock, complaints, chain } = open()
  const done: string[] = []
  let failures = 3
  chain.run(async () => {
    failures -= 1
    if (failures >= 0) throw new Error('disk is full')
    done.push('first')
  })
  chain.run(async () => void done.push('second'))
  await systemClock.sleep(1)
  await clock.advance(299)
  assert.deepEqual(done, [])
  await clock.advance(1_000)
  assert.deepEqual(done, ['first', 'second'])
  assert.deepEqual(complaints, [
    ['it was not kept', { reason: 'disk is full', retryMs: 100 }],
    ['it was not kept', { reason: 'disk is full', retryMs: 200 }],
    ['it was not kept', { reason: 'disk is full', retryMs: 400 }],
  ])
})

test('a stop waits for what was handed in, but not for ever', async () => {
  const { clock, chain } = open()
  await chain.drained()
  chain.run(async () => {
    throw new Error('never')
  })
  await systemClock.sleep(1)
  let isOver = false
  void chain.drained().then(() => {
    isOver = true
  })
  await clock.advance(9_000)
  assert.equal(isOver, false)
  await clock.advance(1_500)
  assert.equal(isOver, true)
})
