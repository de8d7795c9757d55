import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createLatency } from './latency.ts'
import { createLive } from './live.ts'
import { createRecentSignals } from './recent-signals.ts'
import { createRefusals } from './refusals.ts'
import { makeFinding, START, user } from './testing/findings.ts'
import { createTurns } from './turns.ts'

test('a quantile of latencies is one of them, and that share lies at or below it', () => {
  assert.equal(createLatency().quantile(0.99), 0)
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 100_000 }), { minLength: 1, maxLength: 200 }), (all) => {
      const latency = createLatency()
      for (const one of all) latency.add(one)
      for (const share of [0, 0.5, 0.99, 1]) {
        const value = latency.quantile(share)
        assert.ok(all.includes(value))
        assert.ok(all.filter((one) => one <= value).length >= share * all.length)
      }
    }),
  )
})

test('latencies are those of the last ten thousand findings, however many there were', () => {
  const latency = createLatency()
  for (let at = 0; at < 10_000; at += 1) latency.add(9_000)
  for (let at = 0; at < 10_000; at += 1) latency.add(1)
  assert.equal(latency.quantile(1), 1)
  assert.equal(latency.count, 20_000)
})

test('refusals add up by feed and reason, and a sender of a thousand names cannot grow the table', () => {
  const refusals = createRefusals()
  refusals.add('syslog-udp', 'files.full', 2)
  refusals.add('syslog-udp', 'files.full', 3)
  assert.deepEqual(refusals.list(), [{ feed: 'syslog-udp', reason: 'files.full', count: 5 }])
  for (let at = 0; at < 5_000; at += 1) refusals.add(`feed-${at}`, 'http.bomb', 1)
  assert.ok(refusals.list().length <= 1_002)
  assert.equal(refusals.total, 5_005)
  assert.equal(
    refusals.list().reduce((sum, row) => sum + row.count, 0),
    5_005,
  )
})

test('signals are found by entity and time, each once', () => {
  const signals = createRecentSignals()
  const both = makeFinding('both', { kind: 'signal', entities: [user('a'), user('b')] })
  signals.add(both)
  signals.add(makeFinding('alert', { entities: [user('a')] }))
  assert.deepEqual(signals.about(['user:a', 'user:b', 'user:nobody'], START), [both])
  assert.deepEqual(signals.about(['user:a'], START + 1), [])
})

test('signals of one entity and entities are bounded, and the newest stay', () => {
  const signals = createRecentSignals()
  for (let at = 0; at < 80; at += 1)
    signals.add(makeFinding(`s${at}`, { kind: 'signal', entities: [user('busy')] }))
  const kept = signals.about(['user:busy'], 0)
  assert.deepEqual([kept.length, kept[0]?.id, kept.at(-1)?.id], [50, 's30', 's79'])
  for (let at = 0; at < 20_000; at += 1)
    signals.add(makeFinding(`x${at}`, { kind: 'signal', entities: [user(`u${at}`)] }))
  assert.deepEqual(signals.about(['user:busy'], 0), [])
  assert.equal(signals.about(['user:u19999'], 0).length, 1)
})

test('turns never interleave, and one that fails holds up nobody', async () => {
  const alone = createTurns()
  const seen: string[] = []
  const slow = (name: string) => async () => {
    seen.push(`${name} begins`)
    await new Promise((resolve) => setImmediate(resolve))
    seen.push(`${name} ends`)
    if (name === 'b') throw new Error('b broke')
    return name
  }
  const [a, b, c] = await Promise.allSettled([alone(slow('a')), alone(slow('b')), alone(slow('c'))])
  assert.deepEqual(seen, ['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends'])
  assert.deepEqual([a?.status, b?.status, c?.status], ['fulfilled', 'rejected', 'fulfilled'])
})

test('a listener hears until it says that it heard enough', () => {
  const live = createLive()
  const heard: string[] = []
  const stop = live.subscribe((event) => heard.push(event.id))
  live.tell({ kind: 'finding', id: 'one' })
  stop()
  live.tell({ kind: 'finding', id: 'two' })
  assert.deepEqual(heard, ['one'])
})
