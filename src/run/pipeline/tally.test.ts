import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { START } from '../testing/findings.ts'
import { makeRecord, makeStructured } from '../testing/structured.ts'
import { createTally } from './tally.ts'

const RECORDS = fc.array(
  fc.record({
    source: fc.constantFrom('a', 'b', '__proto__', 'a b'),
    events: fc.nat({ max: 3 }),
    dead: fc.nat({ max: 2 }),
    minute: fc.nat({ max: 2 }),
    isPutBack: fc.boolean(),
  }),
  { maxLength: 60 },
)

test('received is stored plus dropped plus dead in every row, also when rows come back from a full disk', () => {
  fc.assert(
    fc.property(RECORDS, (all) => {
      const tally = createTally()
      for (const [seq, one] of all.entries()) {
        const record = makeRecord(seq, 'x', START + one.minute * 60_000_000)
        tally.record(record, makeStructured(record, one))
        if (one.isPutBack) tally.putBack(tally.take())
      }
      const rows = tally.take()
      for (const row of rows) assert.equal(row.received, row.stored + row.dropped + row.dead)
      const sum = (key: 'received' | 'bytes' | 'events' | 'dead') =>
        rows.reduce((total, row) => total + row[key], 0)
      assert.equal(sum('received'), all.length)
      assert.equal(sum('bytes'), all.length)
      assert.equal(
        sum('events'),
        all.reduce((total, one) => total + one.events, 0),
      )
      assert.equal(sum('dead'), all.filter((one) => one.events === 0).length)
      assert.deepEqual(tally.take(), [])
    }),
  )
})

test('a record that gave nothing at all is dead and has a reason', () => {
  const tally = createTally()
  const record = makeRecord(0)
  tally.record(record, makeStructured(record, { events: 0 }))
  const [row] = tally.take()
  assert.equal(row?.dead, 1)
  assert.deepEqual(row?.reasons, { 'structure.nothing': 1 })
})

test('a damaged part of a stored record is a reason and not a dead record', () => {
  const tally = createTally()
  const record = makeRecord(0)
  tally.record(record, makeStructured(record, { events: 2, dead: 1 }))
  const [row] = tally.take()
  assert.deepEqual(
    { stored: row?.stored, dead: row?.dead, events: row?.events, reasons: row?.reasons },
    { stored: 1, dead: 0, events: 2, reasons: { 'json.invalid': 1 } },
  )
})

test('the delay is receipt less event time, and never negative for a clock that is ahead', () => {
  const tally = createTally()
  for (const [seq, delayMs] of [500, -60_000, 100].entries()) {
    const record = makeRecord(seq)
    tally.record(record, makeStructured(record, { events: 1, delayMs }))
  }
  tally.finding('test', START)
  const [row] = tally.take()
  assert.deepEqual([row?.delaySumMs, row?.delayMaxMs, row?.findings], [600, 500, 1])
})
