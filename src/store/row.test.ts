import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseJsonObject } from '#base/json.ts'
import type { Event } from '#shape/event.ts'
import { flattenFields } from './flatten.ts'
import { deadRow, eventRow } from './row.ts'

function event(more: Partial<Event> = {}): Event {
  return {
    id: '0-1',
    partition: 0,
    seq: 1,
    source: 'dc1',
    family: 'windows.security',
    received: 1_700_000_000_000_000,
    time: 1_700_000_000_000_000,
    timeQuality: 'native',
    who: {},
    what: { classUid: 3002, activityId: 1, action: 'logon', outcome: 'success', severity: 1 },
    where: {},
    message: 'm',
    fields: {},
    raw: Buffer.from('raw'),
    ...more,
  }
}

function rowOf(line: string): Record<string, unknown> {
  assert.ok(!line.includes('\n'), 'a row is one line')
  const parsed = parseJsonObject(line)
  assert.ok(parsed.ok)
  return parsed.value
}

test('an event becomes a row with its columns and without empty ones', () => {
  const row = rowOf(
    eventRow(
      event({
        who: { user: 'alice', target: { user: 'bob' } },
        where: { srcIp: 'FE80::1', srcPort: 22 },
      }),
    ),
  )
  assert.equal(row['user'], 'alice')
  assert.equal(row['target_user'], 'bob')
  assert.equal(row['src_ip'], 'fe80::1')
  assert.equal(row['src_port'], 22)
  assert.equal(row['raw'], 'raw')
  assert.equal(row['size'], 3)
  assert.ok(!('host' in row) && !('raw_encoding' in row))
})

test('nested fields become dotted paths, plain lists JSON text, absent values nothing', () => {
  assert.deepEqual(
    flattenFields({
      a: 1,
      b: { c: true, d: { e: 'x' } },
      list: [1, 'two', null],
      objects: [{ n: 1 }, { n: 2 }, 'plain'],
      nothing: null,
      missing: undefined,
      empty: '',
      none: [],
      big: 12n,
      bytes: Uint8Array.of(1, 255),
      at: new Date(0),
      act: () => 1,
    }),
    {
      a: '1',
      'b.c': 'true',
      'b.d.e': 'x',
      list: '[1,"two",null]',
      'objects.0.n': '1',
      'objects.1.n': '2',
      'objects.2': 'plain',
      empty: '',
      big: '12',
      bytes: '01ff',
      at: '1970-01-01T00:00:00.000Z',
    },
  )
})

test('of two equal paths the first wins, and a field named __proto__ is only a field', () => {
  const fields = JSON.parse(
    '{"a.b":"first","a":{"b":"second"},"__proto__":{"x":"1"},"c":{"__proto__":"2"}}',
  )
  const flat = flattenFields(fields)
  assert.equal(flat['a.b'], 'first')
  assert.equal(flat['__proto__.x'], '1')
  assert.equal(flat['c.__proto__'], '2')
  assert.deepEqual(Object.entries(flattenFields(JSON.parse('{"__proto__":"v"}'))), [
    ['__proto__', 'v'],
  ])
  assert.equal(Object.getPrototypeOf(flat), Object.prototype)
})

test('too many, too long and too deep fields are cut, and the cut is counted', () => {
  const many = Object.fromEntries(Array.from({ length: 600 }, (_, at) => [`k${at}`, at]))
  const flat = flattenFields(many)
  assert.equal(flat['vedette.fields_cut'], '88')
  assert.equal(Object.keys(flat).length, 513)
  const long = flattenFields({ a: 'x'.repeat(100_000) })
  assert.equal(long['a']?.length, 32_768)
  assert.equal(long['vedette.values_cut'], '1')
  let deep: Record<string, unknown> = { end: 1 }
  for (let depth = 0; depth < 5_000; depth += 1) deep = { d: deep }
  assert.equal(Object.keys(flattenFields(deep)).length, 1)
  const cycle: Record<string, unknown> = {}
  cycle['self'] = cycle
  assert.ok(Object.keys(flattenFields(cycle)).length <= 1)
})

test('wrong clocks and numbers are moved into range', () => {
  const row = rowOf(
    eventRow(
      event({
        time: -1e300,
        received: Number.NaN,
        end: Number.POSITIVE_INFINITY,
        where: { srcPort: 70_000, dstPort: -1 },
        what: {
          classUid: 1e12,
          activityId: Number.NaN,
          action: '',
          outcome: 'unknown',
          severity: 999,
        },
      }),
    ),
  )
  assert.equal(row['time'], -2_208_988_800_000_000)
  assert.equal(row['received'], 0)
  assert.equal(row['end_time'], 8_993_894_400_000_000)
  assert.equal(row['src_port'], 65_535)
  assert.equal(row['dst_port'], 0)
  assert.equal(row['class_uid'], 4_294_967_295)
  assert.equal(row['activity_id'], 0)
  assert.equal(row['severity'], 255)
})

test('lone surrogates are repaired in values, names and text, honest backslashes stay', () => {
  const line = eventRow(
    event({ message: 'a\ud800b', fields: { 'k\udc00': 'v\ud83d', ok: '\\ud800' } }),
  )
  const row = rowOf(line)
  assert.equal(row['message'], 'a\ufffdb')
  assert.deepEqual(row['fields'], { 'k\ufffd': 'v\ufffd', ok: '\\ud800' })
})

test('a cut in the middle of a pair leaves no half of it', () => {
  const row = rowOf(eventRow(event({ message: `${'x'.repeat(32_767)}😀` })))
  assert.equal(row['message'], `${'x'.repeat(32_767)}\ufffd`)
})

test('bytes that are not UTF-8 are kept exactly, beside a text to search', () => {
  const latin = Buffer.from([0x68, 0xe9, 0x6c, 0x6c, 0x6f])
  const row = rowOf(eventRow(event({ raw: latin })))
  assert.equal(row['raw'], 'h\ufffdllo')
  assert.equal(row['raw_encoding'], 'base64')
  assert.equal(row['raw_bytes'], latin.toString('base64'))
  const binary = Buffer.from([0x2a, 0, 0, 0xff, 1, 2, 3, 0x80, 0, 0])
  const record = rowOf(eventRow(event({ raw: binary, fields: { CommandLine: 'evil.exe' } })))
  assert.equal(record['raw'], 'CommandLine=evil.exe')
  assert.equal(record['raw_bytes'], binary.toString('base64'))
  const dead = rowOf(deadRow({ ...event(), reason: 'x', detail: 'd', raw: binary }))
  assert.equal(dead['raw_bytes'], binary.toString('base64'))
  assert.equal(dead['reason'], 'x')
})

test('whatever an event holds, its row is one line of JSON that a strict parser takes', () => {
  fc.assert(
    fc.property(
      fc.record({
        message: fc.string({ unit: 'binary' }),
        fields: fc.dictionary(
          fc.string({ unit: 'binary' }),
          fc.anything({ withBigInt: true, withDate: true, withTypedArray: true }),
          { maxKeys: 5 },
        ),
        time: fc.double(),
        raw: fc.uint8Array({ maxLength: 60 }),
      }),
      (more) => {
        const row = rowOf(eventRow(event(more)))
        const flat: unknown = row['fields']
        assert.ok(typeof flat === 'object' && flat !== null)
        for (const value of Object.values(flat)) assert.equal(typeof value, 'string')
        for (const text of Object.values(row)) {
          if (typeof text === 'string') assert.ok(text.isWellFormed())
        }
        assert.ok(Number.isSafeInteger(row['time']))
      },
    ),
    { numRuns: 500 },
  )
})
