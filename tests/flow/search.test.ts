import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { systemClock } from '#base/clock.ts'
import { Failure } from '#base/failure.ts'
import { parseJsonObject } from '#base/json.ts'
import { silentLog } from '#base/log.ts'
import type { Event } from '#shape/event.ts'
import { eventRow } from '#store/index.ts'
import { parseSearch } from '#store/search/parse.ts'
import { superviseEngine } from '#store/supervisor.ts'
import { type ScanRow, scanMatches } from '#store/testing/scan.ts'
import {
  appendEvents,
  BASE,
  DAY,
  makeEvent,
  openStore,
  searchAll,
  skip,
  tempFolder,
} from './event-store.ts'

test('the search gives what a scan over the same events gives', { skip }, async (t) => {
  const { store, folder } = await openStore(t)
  const events = fc.sample(fc.tuple(...Array.from({ length: 150 }, (_, seq) => anyEvent(seq))), {
    numRuns: 1,
    seed: 42,
  })[0]
  assert.ok(events)
  await appendEvents(store, folder, { token: 'a', events: events.slice(0, 100) })
  await appendEvents(store, folder, { token: 'b', events: events.slice(100) })
  const rows = events.map((event): ScanRow => {
    const parsed = parseJsonObject(eventRow(event))
    assert.ok(parsed.ok)
    return parsed.value
  })
  let found = 0
  const check = async (text: string) => {
    const parsed = parseSearch(text)
    assert.ok(parsed.ok, `${text}: ${parsed.ok ? '' : parsed.detail}`)
    const tree = parsed.value
    const expected = rows
      .filter((row) => scanMatches(tree, row))
      .sort((a, b) => Number(b['time']) - Number(a['time']) || Number(b['seq']) - Number(a['seq']))
      .map((row) => row['id'])
    const result = await searchAll(store, text)
    assert.deepEqual(
      result.rows.map((row) => row.id),
      expected,
      text,
    )
    assert.equal(result.total, expected.length, text)
    if (expected.length > 0 && expected.length < rows.length) found += 1
  }
  for (const text of SEARCHES) await check(text)
  await fc.assert(fc.asyncProperty(anySearch(), check), { numRuns: 120, endOnFailure: true })
  assert.ok(found > 30, `only ${found} searches told events apart`)
})

test('bars add up to the exact total, and bounds are from inclusive to exclusive', {
  skip,
}, async (t) => {
  const { store, folder } = await openStore(t)
  const events = Array.from({ length: 100 }, (_, seq) =>
    makeEvent(seq, { time: BASE + seq * 1_000 }),
  )
  await appendEvents(store, folder, { token: 'a', events })
  const span = { from: BASE + 10_000, to: BASE + 20_000 }
  const result = await store.search({ text: '', ...span, limit: 3, bars: 5 })
  assert.equal(result.total, 10)
  assert.deepEqual(
    result.rows.map((row) => row.id),
    ['0-19', '0-18', '0-17'],
  )
  assert.deepEqual(
    result.histogram.map((bar) => bar.count),
    [2, 2, 2, 2, 2],
  )
  const none = await store.search({ text: '', from: BASE, to: BASE, limit: 3, bars: 5 })
  assert.equal(none.total, 0)
})

test('field presence and counts say what a source sends', { skip }, async (t) => {
  const { store, folder } = await openStore(t)
  const events = [
    makeEvent(0, { who: { user: 'alice' }, fields: { TargetUserName: 'a', Empty: '' } }),
    makeEvent(1, { fields: { targetusername: 'b' }, family: 'windows.sysmon' }),
    makeEvent(2, { source: 'fw', raw: Buffer.from('12345') }),
    makeEvent(3, { fields: {} }),
  ]
  await appendEvents(store, folder, { token: 'a', events })
  const fields = ['user', 'TargetUserName', 'Empty', 'fields.nothing']
  assert.deepEqual(await store.fieldPresence({ source: 'dc1', fields, from: 0 }), {
    user: 1 / 3,
    TargetUserName: 2 / 3,
    Empty: 0,
    'fields.nothing': 0,
  })
  assert.deepEqual(await store.fieldPresence({ source: 'none', fields: ['user'], from: 0 }), {
    user: 0,
  })
  const counts = await store.counts({ from: BASE, to: BASE + 100 })
  assert.deepEqual(
    counts.map((each) => [
      each.source,
      each.events,
      each.bytes,
      each.lastReceived,
      each.families.length,
    ]),
    [
      ['dc1', 3, 15, BASE + 3, 2],
      ['fw', 1, 5, BASE + 2, 1],
    ],
  )
})

test('mistakes and refusals are failures with their place, and the store goes on', {
  skip,
}, async (t) => {
  const { store, folder } = await openStore(t)
  const failureOf = async (work: Promise<unknown>) => {
    const error = await work.then(
      () => undefined,
      (reason: unknown) => reason,
    )
    assert.ok(error instanceof Failure)
    return error
  }
  const mistake = await failureOf(searchAll(store, 'user:alice "open'))
  assert.equal(mistake.code, 'store.query-failed')
  assert.match(mistake.message, /^position 12: /)
  const append = (path: string) => store.append({ path, token: path, table: 'events', rows: 1 })
  assert.equal((await failureOf(append(join(folder, 'missing.ndjson')))).code, 'store.failed')
  assert.equal((await failureOf(append(join(folder, '*.ndjson')))).code, 'store.failed')
  writeFileSync(join(folder, 'bad.ndjson'), '{"id": 5\n')
  assert.equal((await failureOf(append(join(folder, 'bad.ndjson')))).code, 'store.failed')
  await appendEvents(store, folder, { token: 'good', events: [makeEvent(1)] })
  assert.equal((await searchAll(store, '')).total, 1)
})

test('a query that nobody waits for any more is ended in the engine', { skip }, async (t) => {
  const folder = tempFolder(t)
  const engine = {
    folder,
    retentionDays: 1,
    readers: 2,
    queryTimeoutMs: 60_000,
    queryMemoryBytes: 600_000_000,
    queryThreads: 1,
  }
  const modulePath = fileURLToPath(import.meta.resolve('#store/engine/main.ts'))
  const supervisor = await superviseEngine({ engine, modulePath, log: silentLog })
  t.after(() => supervisor.close())
  const stop = new AbortController()
  const slow = 'SELECT sum(sipHash64(number)) FROM numbers(1000000000000)'
  // Two run, the third waits for a reader.
  const answers = [1, 2, 3].map(() => supervisor.query(slow, {}, stop.signal))
  await systemClock.sleep(100)
  stop.abort()
  for (const answer of answers) assert.equal((await answer).ok, false)
  const next = await Promise.all([1, 2].map(() => supervisor.query('SELECT 1', {})))
  assert.ok(next.every((each) => each.ok))
  const reached = [
    "file('/etc/hosts', 'LineAsString')",
    "url('http://127.0.0.1:1/', 'LineAsString')",
  ]
  for (const source of reached) {
    const refused = await supervisor.query(`SELECT * FROM ${source}`, {})
    assert.ok(!refused.ok && refused.code === 164, source)
  }
  const write = await supervisor.query('DROP TABLE events', {})
  assert.ok(!write.ok && write.code === 164)
})

const WORDS = [
  'alice',
  'Alice',
  'bob',
  'ALI',
  'ü',
  'Über',
  '😀',
  '50%',
  'a_b',
  'a\\b',
  "o'neil",
  'logon',
  'failure',
  'mimikatz',
  '4625',
  '',
  'x"y',
  'nul\u0000l',
  'new\nline',
  '-',
  '*',
]
const IPS = [
  '10.0.0.1',
  '10.0.0.20',
  '10.1.2.3',
  '192.168.1.1',
  '2001:db8::1',
  'fe80::1',
  'not-an-ip',
  '',
]
const NAMES = ['EventID', 'eventid', 'CommandLine', 'user', 'nested.a', 'x-y', 'Über']

function anyEvent(seq: number): fc.Arbitrary<Event> {
  const word = fc.constantFrom(...WORDS)
  const words = fc.array(word, { maxLength: 4 }).map((list) => list.join(' '))
  const value = fc.oneof(word, fc.constantFrom('5', '4624', '4625', '-3', '1.5'))
  return fc
    .record({
      who: fc.record({ user: word }),
      where: fc.record({
        srcIp: fc.constantFrom(...IPS),
        dstIp: fc.constantFrom(...IPS),
        srcPort: fc.constantFrom(0, 22, 443, 1024, 65_535),
        host: word,
      }),
      what: fc.record({
        classUid: fc.constantFrom(0, 3002, 4001, 99),
        activityId: fc.constantFrom(0, 1),
        action: word,
        outcome: fc.constantFrom('success', 'failure', 'unknown'),
        severity: fc.constantFrom(0, 1, 4),
      }),
      source: fc.constantFrom('dc1', 'fw'),
      time: fc.constantFrom(BASE, BASE + 1, BASE + 2 * DAY, BASE - DAY),
      message: words,
      fields: fc.dictionary(fc.constantFrom(...NAMES), value, { maxKeys: 4 }),
      raw: words.map((text) => Buffer.from(text)),
    })
    .map((more) => makeEvent(seq, more))
}

function quoted(text: string): string {
  return `"${text.replaceAll('*', '\\*').replaceAll('"', '\\"')}"`
}

function anySearch(): fc.Arbitrary<string> {
  // A text that ends in a backslash would escape its own quote.
  const word = fc.constantFrom(...WORDS.filter((each) => each !== '')).map(quoted)
  const wild = fc.constantFrom(
    'a*',
    '*b',
    '*i*',
    'A*e',
    '*0*',
    '*',
    '""',
    '"* l*"',
    '5*',
    '*%',
    '*\\**',
  )
  const value = fc.oneof(word, wild)
  const name = fc.constantFrom(
    'user',
    'host',
    'action',
    'outcome',
    'message',
    'raw',
    ...NAMES.map((each) => `fields.${each}`).filter((each) => !each.includes('Ü')),
    '"fields.Über"',
    'fields.nested.*',
    'CommandLine',
  )
  const address = fc.constantFrom(
    '10.0.0.1',
    '10.0.0.0/8',
    '10.0.*',
    '0.0.0.0/0',
    '2001:db8::/32',
    '::/0',
    'fe80::1',
    '*',
    '""',
    'not-an-ip',
  )
  const term = fc.oneof(
    word,
    fc.constantFrom('li', 'ALICE', 'logon', 'o*n', '"ali logon"', '"b * l"'),
    fc.tuple(name, value).map(([left, right]) => `${left}:${right}`),
    fc.tuple(name, value, value).map(([left, one, two]) => `${left}:(${one}, ${two})`),
    fc
      .tuple(fc.constantFrom('src_ip', 'dstIp', 'ip'), address)
      .map(([left, right]) => `${left}:${right}`),
    fc.constantFrom(
      'src_port>22',
      'src_port:443',
      'srcPort<=1024',
      'src_port:*',
      'src_port:""',
      'src_port:4*',
      'severity:high',
      'severity>=1',
      'class:authentication',
      'class:network*',
      'class_uid:99',
      'EventID>4624',
      'fields.EventID<0',
      'host>3',
      'seq<50',
      'source:(dc1,fw)',
    ),
  )
  const { search } = fc.letrec<{ search: string; group: string }>((tie) => ({
    search: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      term,
      fc.tuple(tie('group'), tie('group')).map(([left, right]) => `${left} ${right}`),
      fc.tuple(tie('group'), tie('group')).map(([left, right]) => `${left} OR ${right}`),
      tie('group').map((inner) => `NOT ${inner}`),
    ),
    group: fc.oneof(
      { depthSize: 'small' },
      term,
      tie('search').map((inner) => `(${inner})`),
    ),
  }))
  return search
}

const SEARCHES = [
  '',
  'mimikatz',
  '-mimikatz',
  '"alice logon"',
  'user:alice',
  '-user:alice',
  'user:* -user:a*',
  'fields.Über:*',
  'EventID:(4624,4625)',
  '-EventID:*',
  'ip:10.0.0.0/24 -src_port:22',
  'raw:"" OR message:""',
]
