import assert from 'node:assert/strict'
import { mkdirSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { systemClock } from '#base/clock.ts'
import { silentLog } from '#base/log.ts'
import { testFolder } from '../testing/folder.ts'
import { openDisk } from '../testing/lives.ts'
import { makeRecord, makeStructured } from '../testing/structured.ts'
import { type Span, spanFiles } from './protocol.ts'
import { createSpanWriter } from './span-writer.ts'
import { recoverSpool, resumeJournal, storeSpan } from './spool.ts'
import { createTally } from './tally.ts'

async function open(t: TestContext) {
  const disk = await openDisk(testFolder(t))
  t.after(() => disk.close())
  mkdirSync(disk.places.spool)
  await disk.journal.append(Array.from({ length: 12 }, (_, seq) => makeRecord(seq)))
  const parts = { ...disk, clock: systemClock, log: silentLog }
  const writer = createSpanWriter(disk.places.spool)
  /** Makes a span of these records durable in the spool. */
  const spool = (from: number, to: number): Span => {
    const tally = createTally()
    for (let seq = from; seq <= to; seq += 1) {
      const record = makeRecord(seq)
      const structured = makeStructured(
        record,
        seq % 3 === 2 ? { events: 0, dead: 1 } : { events: 1 },
      )
      writer.add(record, structured)
      tally.record(record, structured)
    }
    const span = writer.close(tally.take())
    assert.ok(span)
    return span
  }
  const left = () => readdirSync(disk.places.spool)
  const position = () => disk.state.spans.position()
  return { disk, parts, spool, left, position }
}

test('spans of an earlier process are stored in order, counted, and leave nothing behind', async (t) => {
  const { disk, parts, spool, left, position } = await open(t)
  spool(0, 2)
  spool(3, 5)
  writeFileSync(join(disk.places.spool, 'open.events.tmp'), 'half a r')
  await recoverSpool(parts)
  assert.equal(await position(), 6)
  assert.deepEqual(disk.events.ids('events'), ['0-0.1', '0-1.1', '0-3.1', '0-4.1'])
  assert.deepEqual(disk.events.ids('dead_letters'), ['0-2.1', '0-5.1'])
  assert.deepEqual(left(), [])
  const [total] = await disk.state.ledger.totals({ from: 0, to: Number.MAX_SAFE_INTEGER })
  assert.deepEqual([total?.received, total?.stored, total?.dead], [6, 4, 2])
})

test('a span that was stored but not counted is stored once and counted once', async (t) => {
  const { disk, parts, spool, position } = await open(t)
  const span = spool(0, 2)
  const { token, events } = spanFiles(span)
  await disk.events.append({
    path: join(disk.places.spool, events),
    token,
    table: 'events',
    rows: span.events,
  })
  await recoverSpool(parts)
  assert.deepEqual(disk.events.ids('events'), ['0-0.1', '0-1.1'])
  assert.equal(await position(), 3)
})

test('a span that was counted but whose files were left is not counted again', async (t) => {
  const { disk, parts, spool, left } = await open(t)
  const span = spool(0, 2)
  await storeSpan(parts, span)
  spool(0, 2)
  await recoverSpool(parts)
  const [total] = await disk.state.ledger.totals({ from: 0, to: Number.MAX_SAFE_INTEGER })
  assert.equal(total?.received, 3)
  assert.deepEqual(left(), [])
})

const DAMAGE: readonly (readonly [string, (folder: string, span: Span) => void])[] = [
  ['without its manifest', (folder, span) => rmSync(join(folder, spanFiles(span).manifest))],
  [
    'with half a manifest',
    (folder, span) => truncateSync(join(folder, spanFiles(span).manifest), 20),
  ],
  ['without its rows', (folder, span) => rmSync(join(folder, spanFiles(span).events))],
]
for (const [name, damage] of DAMAGE) {
  test(`a span ${name} is read from the journal again, and those behind it too`, async (t) => {
    const { disk, parts, spool, left, position } = await open(t)
    spool(0, 2)
    damage(disk.places.spool, spool(3, 5))
    spool(6, 8)
    await recoverSpool(parts)
    assert.equal(await position(), 3, 'the position never jumps over records that are not stored')
    assert.deepEqual(disk.events.ids('events'), ['0-0.1', '0-1.1'])
    assert.deepEqual(left(), [])
  })
}

test('a journal that ends before what was stored goes on behind it and says how much is missing', async (t) => {
  const { disk, parts } = await open(t)
  await disk.state.spans.commitSpan({ position: 10, ledger: [] })
  assert.deepEqual(await resumeJournal(parts, 4), { storeFrom: 10, lost: 0 })
  const resumed = await resumeJournal(parts, 20)
  assert.equal(resumed.lost, 8)
  assert.equal(await disk.journal.append([makeRecord(0)]), 20)
})
