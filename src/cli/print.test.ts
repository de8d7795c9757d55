import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Column, jsonText, shortTime, tableLines, tame } from './print.ts'

interface Row {
  readonly name: string
  readonly note: string
}

const COLUMNS: readonly Column<Row>[] = [
  { title: 'name', text: (row) => row.name, max: 8 },
  { title: 'note', text: (row) => row.note },
]
// biome-ignore lint/suspicious/noControlCharactersInRegex: what must not get through
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/

test('columns of a table begin at the same place in every line, and long texts are cut', () => {
  const rows = [
    { name: 'a', note: 'one' },
    { name: 'a name that is too long', note: 'two' },
  ]
  assert.deepEqual(tableLines(rows, COLUMNS), ['name      note', 'a         one', 'a name …  two'])
  assert.deepEqual(tableLines([], COLUMNS), [])
})

test('no text of a record drives the terminal: a table stays one line a row', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (name, note) => {
      const lines = tableLines([{ name, note }], COLUMNS)
      assert.equal(lines.length, 2)
      for (const line of lines) assert.doesNotMatch(line, CONTROL)
    }),
  )
  assert.equal(tame('a\u001b[31mred\u202e\u009b2J\n'), 'a·[31mred··2J·')
})

test('JSON keeps every character and none of them drives the terminal', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const line = jsonText({ text })
      assert.doesNotMatch(line, CONTROL)
      assert.deepEqual(JSON.parse(line), { text })
    }),
  )
  assert.equal(jsonText({ a: '\u009b' }, 2), '{\n  "a": "\\u009b"\n}')
})

test('a time is short and in UTC, and none is a dash', () => {
  assert.equal(shortTime(Date.UTC(2026, 10, 23, 15, 4, 5, 999) * 1000), '2026-11-23 15:04:05')
  assert.equal(shortTime(0), '–')
  assert.equal(shortTime(Number.NaN), '–')
})
