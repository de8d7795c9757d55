import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import fc from 'fast-check'
import type { JournalRecord } from '#base/journal.ts'
import type { SourceRoute } from '#shape/route.ts'
import { goldenCases } from './golden.ts'
import { createStructurer } from './index.ts'
import { glob } from './routes.ts'

const FEEDS = [
  'syslog',
  'hec',
  'bulk',
  'otlp',
  'journald',
  'http:x',
  'file:/x',
  'stdin:x',
  'evtx:/x',
]
const fixtures = goldenCases().map(({ expectedUrl }) =>
  readFileSync(new URL(expectedUrl.href.replace(/json$/, 'raw'))),
)
const routes: SourceRoute[] = [
  { id: 'a', host: 'h*', family: 'aws.cloudtrail' },
  { id: 'b', feed: 'http:x', family: 'okta.system' },
]
const structurer = createStructurer({ routes, zone: 'Europe/Berlin' })

/** Everything that must hold of whatever comes in. */
function holds(bytes: Uint8Array, feed: string, meta: Record<string, string> = {}): void {
  const record: JournalRecord = {
    partition: 1,
    seq: 2,
    feed,
    received: 1_782_864_000_000_000,
    bytes,
    meta,
  }
  const { events, dead, source } = structurer.structure(record)
  assert.ok(events.length + dead.length > 0, 'a record must not vanish')
  assert.ok(source.length > 0)
  assert.deepEqual(
    dead.filter(({ reason }) => reason === 'structure.failed').map(({ detail }) => detail),
    [],
  )
  assert.equal(new Set(events.map(({ id }) => id)).size, events.length)
  for (const event of events) {
    assert.ok(Number.isInteger(event.time) && event.time >= 0)
    assert.ok(event.message.length <= 1_001)
    assert.ok(event.raw.length > 0)
    for (const port of [event.where.srcPort, event.where.dstPort])
      assert.ok(port === undefined || (Number.isInteger(port) && port >= 0 && port <= 65_535))
  }
}

const feed = fc.constantFrom(...FEEDS)

test('random bytes never throw and never vanish', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 0, maxLength: 300 }), feed, (bytes, from) =>
      holds(bytes, from),
    ),
    { numRuns: 400 },
  )
})

test('random JSON never throws and never vanishes', () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 6 }), feed, (text, from) =>
      holds(new TextEncoder().encode(text), from),
    ),
    { numRuns: 400 },
  )
})

test('objects with hostile names never throw', () => {
  const key = fc.constantFrom(
    '__proto__',
    'constructor',
    'toString',
    'event',
    'message',
    'Records',
    'record',
    'detail',
    'MESSAGE',
    '@timestamp',
    'host',
    'winlog',
    'action',
    'eventType',
    'published',
    'log',
  )
  const value = fc.oneof(
    fc.string(),
    fc.double(),
    fc.constant(null),
    fc.boolean(),
    fc.array(fc.dictionary(key, fc.string())),
    fc.dictionary(key, fc.oneof(fc.string(), fc.integer())),
  )
  fc.assert(
    fc.property(fc.dictionary(key, value), feed, (object, from) =>
      holds(new TextEncoder().encode(JSON.stringify(object)), from),
    ),
    { numRuns: 600 },
  )
})

test('mutated fixtures never throw and never vanish', () => {
  const mutation = fc.record({ at: fc.nat(), byte: fc.nat(255), cut: fc.nat(), fixture: fc.nat() })
  fc.assert(
    fc.property(fc.array(mutation, { minLength: 1, maxLength: 8 }), feed, (changes, from) => {
      const [first] = changes
      const original = fixtures[(first?.fixture ?? 0) % fixtures.length] ?? Buffer.from('x')
      const bytes = Uint8Array.from(original)
      for (const { at, byte } of changes) bytes[at % bytes.length] = byte
      const end = (first?.cut ?? 0) % 3 === 0 ? (first?.at ?? 0) % bytes.length : bytes.length
      holds(bytes.subarray(0, end), from)
    }),
    { numRuns: 800 },
  )
})

test('bytes that claim to be an EVTX chunk never throw', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 0, maxLength: 600 }), (bytes) => {
      const chunk = Uint8Array.from([...new TextEncoder().encode('ElfChnk\0'), ...bytes])
      structurer.structure({
        partition: 0,
        seq: 0,
        feed: 'evtx:/x',
        received: 1,
        bytes: chunk,
        meta: { format: 'evtx-chunk' },
      })
    }),
    { numRuns: 200 },
  )
})

test('a glob matches as its plain definition says', () => {
  const piece = fc.stringMatching(/^[ab*]{0,6}$/)
  const naive = (pattern: string, text: string): boolean => {
    if (pattern === '') return text === ''
    if (pattern[0] === '*')
      return naive(pattern.slice(1), text) || (text !== '' && naive(pattern, text.slice(1)))
    return text !== '' && pattern[0] === text[0] && naive(pattern.slice(1), text.slice(1))
  }
  fc.assert(
    fc.property(
      piece,
      fc.stringMatching(/^[ab]{0,8}$/),
      (pattern, text) => glob(pattern)(text) === naive(pattern, text),
    ),
    { numRuns: 1000 },
  )
})
