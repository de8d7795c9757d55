import assert from 'node:assert/strict'
import { test } from 'node:test'
import { epoch, parseTime } from './time.ts'
import { findZone, UTC } from './zone.ts'

const RECEIVED = Date.UTC(2026, 2, 1, 12) * 1000
const context = { received: RECEIVED, zone: UTC }

function read(text: unknown, zone = UTC): string {
  const found = parseTime(text, { received: RECEIVED, zone })
  return found ? `${new Date(found.micros / 1000).toISOString()} ${found.quality}` : 'none'
}

const CASES: readonly (readonly [unknown, string])[] = [
  ['2026-02-28T10:11:12.345678Z', '2026-02-28T10:11:12.345Z native'],
  ['2026-02-28T10:11:12,345+02:00', '2026-02-28T08:11:12.345Z native'],
  ['2026-02-28 10:11:12', '2026-02-28T10:11:12.000Z zone-assumed'],
  ['2026-02-28T10:11:12.123456789-0730', '2026-02-28T17:41:12.123Z native'],
  ['2026/02/28 10:11:12', '2026-02-28T10:11:12.000Z zone-assumed'],
  ['20260228T101112Z', '2026-02-28T10:11:12.000Z native'],
  ['28/Feb/2026:10:11:12 +0100', '2026-02-28T09:11:12.000Z native'],
  ['Feb 28 10:11:12', '2026-02-28T10:11:12.000Z year-inferred'],
  ['Feb  1 10:11:12', '2026-02-01T10:11:12.000Z year-inferred'],
  ['Mar  2 11:59:59', '2026-03-02T11:59:59.000Z year-inferred'],
  ['Mar  2 12:00:01', '2025-03-02T12:00:01.000Z year-inferred'],
  ['Feb 29 10:00:00', '2024-02-29T10:00:00.000Z year-inferred'],
  ['Feb 28 2025 10:11:12', '2025-02-28T10:11:12.000Z zone-assumed'],
  ['Feb 28 10:11:12 2025', '2025-02-28T10:11:12.000Z zone-assumed'],
  ['Feb 28 2025 10:11:12.500 UTC', '2025-02-28T10:11:12.500Z native'],
  ['Sat, 28 Feb 2026 10:11:12 +0100', '2026-02-28T09:11:12.000Z native'],
  ['2/28/2026, 10:11:12.500 PM', '2026-02-28T22:11:12.500Z zone-assumed'],
  ['12/1/2025 12:05:00 AM', '2025-12-01T00:05:00.000Z zone-assumed'],
  ['1772273472', '2026-02-28T10:11:12.000Z native'],
  ['1772273472.25', '2026-02-28T10:11:12.250Z native'],
  [1772273472, '2026-02-28T10:11:12.000Z native'],
  [1772273472123, '2026-02-28T10:11:12.123Z native'],
  [1772273472123456, '2026-02-28T10:11:12.123Z native'],
  ['1772273472123456789', '2026-02-28T10:11:12.123Z native'],
  ['2126-02-28T10:11:12Z', '2126-02-28T10:11:12.000Z native'],
  ['1975-01-01T00:00:00Z', '1975-01-01T00:00:00.000Z native'],
  ['0001-01-01T00:00:00Z', 'none'],
  ['1601-01-01T00:00:00Z', 'none'],
  ['9999-12-31T23:59:59Z', 'none'],
  ['2026-02-30T00:00:00Z', 'none'],
  ['2026-02-28T25:00:00Z', 'none'],
  ['Foo 28 10:11:12', 'none'],
  ['yesterday', 'none'],
  ['', 'none'],
  [Number.NaN, 'none'],
  [1e300, 'none'],
  [-5, 'none'],
  [{}, 'none'],
  [null, 'none'],
]

for (const [value, expected] of CASES)
  test(`the time ${JSON.stringify(value)} reads as ${expected}`, () => {
    assert.equal(read(value), expected)
  })

test('microseconds survive where the text holds them', () => {
  const found = parseTime('2026-02-28T10:11:12.345678Z', context)
  assert.equal((found?.micros ?? 0) % 1_000_000, 345_678)
})

test('a line of 31 December received on 1 January belongs to the old year, and the reverse', () => {
  const newYear = Date.UTC(2026, 0, 1, 0, 0, 5) * 1000
  const old = parseTime('Dec 31 23:59:59', { received: newYear, zone: UTC })
  assert.equal(old?.micros, Date.UTC(2025, 11, 31, 23, 59, 59) * 1000)
  const eve = Date.UTC(2025, 11, 31, 23, 0, 0) * 1000
  const ahead = parseTime('Jan  1 00:30:00', { received: eve, zone: UTC })
  assert.equal(ahead?.micros, Date.UTC(2026, 0, 1, 0, 30) * 1000)
})

test('a zone is applied to times that name none, over clock changes', () => {
  const berlin = findZone('Europe/Berlin')
  assert.ok(berlin)
  assert.equal(read('2026-01-15 12:00:00', berlin), '2026-01-15T11:00:00.000Z zone-assumed')
  assert.equal(read('2026-07-15 12:00:00', berlin), '2026-07-15T10:00:00.000Z zone-assumed')
  assert.equal(read('2026-03-29 03:30:00', berlin), '2026-03-29T01:30:00.000Z zone-assumed')
  assert.equal(read('2026-07-15T12:00:00Z', berlin), '2026-07-15T12:00:00.000Z native')
})

test('zones are IANA names or offsets; anything else is no zone', () => {
  assert.equal(findZone('-07:30')?.toUtc(0), 27_000_000)
  assert.equal(findZone('GMT-0200')?.toUtc(0), 7_200_000)
  assert.equal(findZone('UTC'), UTC)
  assert.equal(findZone('Mars/Olympus'), undefined)
})

test('an epoch of zero is no time', () => {
  assert.equal(epoch(0), undefined)
})
