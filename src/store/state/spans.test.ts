import assert from 'node:assert/strict'
import { test } from 'node:test'
import { finding, ledgerRow, open } from '../testing/state.ts'

test('a span is counted once, however often it is committed', async (t) => {
  const { store } = await open(t)
  assert.equal(await store.spans.position(), 0)
  assert.equal(await store.spans.commitSpan({ position: 10, ledger: [ledgerRow('a', 7)] }), true)
  assert.equal(await store.spans.commitSpan({ position: 10, ledger: [ledgerRow('a', 7)] }), false)
  assert.equal(await store.spans.commitSpan({ position: 9, ledger: [ledgerRow('a', 7)] }), false)
  assert.equal(await store.spans.position(), 10)
  assert.deepEqual(await store.ledger.rows({ from: 0, to: 100 }), [ledgerRow('a', 7)])
})

test('counters of one source and minute add up over spans, the greatest delay stays', async (t) => {
  const { store } = await open(t)
  await store.spans.commitSpan({ position: 1, ledger: [ledgerRow('a', 7), ledgerRow('b', 7)] })
  const second = ledgerRow('a', 7, { delayMaxMs: 5, reasons: { quiet: 2 } })
  await store.spans.commitSpan({ position: 2, ledger: [second, ledgerRow('a', 8)] })
  const [first] = await store.ledger.rows({ from: 7, to: 8, source: 'a' })
  assert.equal(first?.received, 20)
  assert.equal(first?.delayMaxMs, 20)
  assert.equal(first?.delaySumMs, 100)
  assert.deepEqual(first?.reasons, { 'json.invalid': 1, quiet: 3 })
  const totals = await store.ledger.totals({ from: 0, to: 100 })
  assert.deepEqual(
    totals.map((each) => [each.source, each.received, each.firstMinute, each.lastMinute]),
    [
      ['a', 30, 7, 8],
      ['b', 10, 7, 7],
    ],
  )
  assert.deepEqual(totals[0]?.reasons, { 'json.invalid': 2, quiet: 4 })
})

test('a span that fails in the middle leaves neither counters nor position', async (t) => {
  const { store } = await open(t)
  const broken = { ...ledgerRow('b', 1), delaySumMs: Number.NaN }
  await assert.rejects(store.spans.commitSpan({ position: 5, ledger: [ledgerRow('a', 1), broken] }))
  assert.equal(await store.spans.position(), 0)
  assert.deepEqual(await store.ledger.rows({ from: 0, to: 100 }), [])
})

test('facts chart the last sixty minutes and name wanted sources that sent nothing', async (t) => {
  const { store } = await open(t)
  await store.spans.commitSpan({
    position: 1,
    ledger: [ledgerRow('a', 100), ledgerRow('a', 199, { received: 4 })],
  })
  const facts = await store.ledger.facts({ from: 90, to: 200, sources: ['silent'] })
  assert.deepEqual(
    facts.map((each) => [each.source, each.received, each.perMinute.length]),
    [
      ['a', 14, 60],
      ['silent', 0, 60],
    ],
  )
  assert.equal(facts[0]?.perMinute.at(-1), 4)
  assert.equal(await store.ledger.dropBefore(150), 1)
  assert.equal((await store.ledger.rows({ from: 0, to: 1000 })).length, 1)
})

test('times with fractions do not stop the pipeline', async (t) => {
  const { store } = await open(t)
  await store.findings.addNew([finding('f1', { time: 10.5, detected: Number.NaN })])
  assert.equal((await store.findings.list({ from: 11, to: 12 })).length, 1)
})
