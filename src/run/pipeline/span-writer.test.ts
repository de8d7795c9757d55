import assert from 'node:assert/strict'
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { Failure } from '#base/failure.ts'
import { testFolder } from '../testing/folder.ts'
import { makeRecord, makeStructured } from '../testing/structured.ts'
import { spanFiles } from './protocol.ts'
import { createSpanWriter, type SpanWriter } from './span-writer.ts'

function add(writer: SpanWriter, seq: number, parts: { events: number; dead?: number }): void {
  const record = makeRecord(seq)
  writer.add(record, makeStructured(record, parts))
}

const idsIn = (path: string) =>
  readFileSync(path, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line).id)

test('a span has the rows of its records in order, and a manifest that says so', (t) => {
  const folder = testFolder(t)
  const writer = createSpanWriter(folder)
  assert.equal(writer.close([]), undefined)
  add(writer, 7, { events: 2 })
  add(writer, 8, { events: 0, dead: 1 })
  add(writer, 9, { events: 1 })
  const span = writer.close([])
  assert.deepEqual(
    { from: span?.from, to: span?.to, events: span?.events, dead: span?.dead },
    { from: 7, to: 9, events: 3, dead: 1 },
  )
  const names = spanFiles({ from: 7, to: 9 })
  assert.deepEqual(readdirSync(folder).sort(), [names.dead, names.events, names.manifest].sort())
  assert.deepEqual(idsIn(join(folder, names.events)), ['0-7.1', '0-7.2', '0-9.1'])
  assert.deepEqual(JSON.parse(readFileSync(join(folder, names.manifest), 'utf8')), span)
})

test('equal spans have equal names, and names sort as positions do', () => {
  const token = (from: number, to: number) => spanFiles({ from, to }).token
  assert.equal(token(1, 2), token(1, 2))
  assert.ok(token(9, 9) < token(10, 10) && token(999_999_999, 999_999_999) < token(1e12, 1e12))
  assert.notEqual(token(1, 23), token(12, 3))
})

test('spans follow each other without rows of the one before', (t) => {
  const folder = testFolder(t)
  const writer = createSpanWriter(folder)
  add(writer, 0, { events: 1, dead: 1 })
  writer.close([])
  add(writer, 1, { events: 1 })
  const second = writer.close([])
  assert.deepEqual([second?.events, second?.dead, second?.from], [1, 0, 1])
  assert.deepEqual(idsIn(join(folder, spanFiles({ from: 1, to: 1 }).events)), ['0-1.1'])
})

test('what the disk does not take is kept and written once when there is room again', (t) => {
  const folder = join(testFolder(t), 'spool')
  mkdirSync(folder)
  const writer = createSpanWriter(folder)
  rmSync(folder, { recursive: true })
  for (let seq = 0; seq < 600; seq += 1) add(writer, seq, { events: 1 })
  assert.throws(() => writer.close([]), Failure)
  assert.equal(writer.records, 600)
  add(writer, 600, { events: 1 })
  mkdirSync(folder)
  const span = writer.close([])
  assert.equal(span?.events, 601)
  const ids = idsIn(join(folder, spanFiles({ from: 0, to: 600 }).events))
  assert.equal(new Set(ids).size, 601)
  assert.equal(ids.length, 601)
})

test('a manifest that could not be written closes no span, and the next try vouches for all rows', (t) => {
  const folder = testFolder(t)
  const writer = createSpanWriter(folder)
  const inTheWay = join(folder, 'open.span.tmp')
  mkdirSync(join(inTheWay, 'x'), { recursive: true })
  add(writer, 0, { events: 1 })
  assert.throws(() => writer.close([]), Failure)
  assert.deepEqual(
    readdirSync(folder).filter((name) => name.endsWith('.json')),
    [],
  )
  rmSync(inTheWay, { recursive: true })
  add(writer, 1, { events: 1 })
  assert.deepEqual([writer.close([])?.events, writer.records], [2, 0])
})
