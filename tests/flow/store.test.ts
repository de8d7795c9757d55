import assert from 'node:assert/strict'
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { systemClock } from '#base/clock.ts'
import { Failure } from '#base/failure.ts'
import { parseJsonObject } from '#base/json.ts'
import { silentLog } from '#base/log.ts'
import { forkModule } from '#base/process.ts'
import type { Event } from '#shape/event.ts'
import type { SearchResult } from '#shape/search.ts'
import { deadRow, type EventStore, eventRow, openEventStore } from '#store/index.ts'
import { parseSearch } from '#store/search/parse.ts'
import { superviseEngine } from '#store/supervisor.ts'
import { type ScanRow, scanMatches } from '#store/testing/scan.ts'

const NEEDS = 'needs the chdb package'
const skip = hasEngine() ? false : NEEDS
const BASE = Date.UTC(2026, 0, 10) * 1000
const DAY = 86_400_000_000
const FOREVER = { from: -1e18, to: 1e18 }

function hasEngine(): boolean {
  try {
    return createRequire(import.meta.url).resolve('chdb') !== ''
  } catch {
    return false
  }
}

function tempFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'vedette-store-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

async function openStore(t: TestContext): Promise<{ store: EventStore; folder: string }> {
  const folder = tempFolder(t)
  const store = await openEventStore({
    folder: join(folder, 'events'),
    log: silentLog,
    // The test data have fixed dates.
    retentionDays: 36_500_000,
  })
  t.after(() => store.close())
  return { store, folder }
}

function makeEvent(seq: number, more: Partial<Event> = {}): Event {
  return {
    id: `0-${seq}`,
    partition: 0,
    seq,
    source: 'dc1',
    family: 'windows.security',
    received: BASE + seq,
    time: BASE + seq,
    timeQuality: 'native',
    who: {},
    what: { classUid: 3002, activityId: 1, action: 'logon', outcome: 'success', severity: 1 },
    where: {},
    message: `message ${seq}`,
    fields: { EventID: 4624, seq },
    raw: Buffer.from(`raw ${seq}`),
    ...more,
  }
}

async function appendEvents(
  store: EventStore,
  folder: string,
  segment: { token: string; events: readonly Event[] },
): Promise<void> {
  const path = join(folder, `${segment.token}.ndjson`)
  writeFileSync(path, `${segment.events.map(eventRow).join('\n')}\n`)
  await store.append({ path, token: segment.token, table: 'events', rows: segment.events.length })
}

function searchAll(store: EventStore, text: string): Promise<SearchResult> {
  return store.search({ text, ...FOREVER, limit: 10_000, bars: 0 })
}

async function until(
  condition: () => boolean | Promise<boolean>,
  timeoutMs = 15_000,
): Promise<void> {
  const deadline = systemClock.now() + timeoutMs
  while (!(await condition())) {
    assert.ok(systemClock.now() < deadline, 'it did not happen in time')
    await systemClock.sleep(10)
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

function defineTests(): void {
  test('a segment is stored once, however often its token comes', { skip }, async (t) => {
    const { store, folder } = await openStore(t)
    const events = Array.from({ length: 500 }, (_, seq) => makeEvent(seq))
    await appendEvents(store, folder, { token: 'a', events })
    await appendEvents(store, folder, { token: 'a', events })
    await appendEvents(store, folder, { token: 'b', events: [makeEvent(500)] })
    const path = join(folder, 'dead.ndjson')
    const dead = {
      ...makeEvent(501),
      reason: 'json.invalid',
      detail: 'at 1',
      raw: Buffer.from([0xff, 0x41]),
    }
    writeFileSync(path, `${deadRow(dead)}\n`)
    for (const _ of [1, 2]) await store.append({ path, token: 'c', table: 'dead_letters', rows: 1 })
    assert.deepEqual(await store.rowCount({ partition: 0, from: 0, below: 1_000 }), {
      events: 501,
      distinctEvents: 501,
      records: 501,
      deadLetters: 1,
      distinctDeadLetters: 1,
    })
    const [letter] = await store.deadLetters({ source: 'dc1', limit: 10 })
    assert.equal(letter?.reason, 'json.invalid')
    assert.equal(letter?.rawBytes, '/0E=')
    assert.deepEqual(await store.deadLetters({ source: 'other', limit: 10 }), [])
  })

  test('an event comes back as it was stored', { skip }, async (t) => {
    const { store, folder } = await openStore(t)
    const event = makeEvent(7, {
      time: BASE - 3 * DAY + 123_456,
      who: { user: 'CORP\\Alice', target: { user: 'bob' } },
      where: { srcIp: '10.0.0.1', host: 'dc1' },
      message: "it's \u0000 \\N \t ü😀 {p1:String}",
      fields: { a: { b: 'x"y' }, __proto__key: '1', list: [1, 'two'] },
      raw: Buffer.from('line one\nline two\r\n\u0000end'),
    })
    await appendEvents(store, folder, { token: 'a', events: [event] })
    const row = await store.event('0-7')
    assert.equal(row?.time, event.time)
    assert.equal(row?.received, event.received)
    assert.equal(row?.message, event.message)
    assert.equal(row?.raw, 'line one\nline two\r\n\u0000end')
    assert.equal(row?.user, 'CORP\\Alice')
    assert.equal(row?.targetUser, 'bob')
    assert.equal(row?.className, 'Authentication')
    assert.deepEqual(row?.fields, { 'a.b': 'x"y', __proto__key: '1', list: '[1,"two"]' })
    assert.equal(await store.event('0-8'), undefined)
    assert.equal(await store.event("0-7' OR 1"), undefined)
    assert.equal((await store.events(['0-7', '0-7', '0-9'])).length, 1)
    assert.deepEqual(await store.evidence('0-7'), Buffer.from('line one\nline two\r\n\u0000end'))
    assert.equal(await store.evidence('0-8'), undefined)
  })

  test('killed in the middle of inserts, the engine ends with every row once', {
    skip,
  }, async (t) => {
    const { store, folder } = await openStore(t)
    // Several days of reception: several parts per insert, some of which are there when the engine dies.
    const count = 40_000
    const events = Array.from({ length: count }, (_, seq) =>
      makeEvent(seq, { received: BASE + (seq % 4) * DAY + seq }),
    )
    const files = [0, 1, 2]
    for (const file of files) {
      const lines = events.map((event) => {
        const seq = event.seq + file * count
        return eventRow({ ...event, id: `0-${seq}`, seq })
      })
      writeFileSync(join(folder, `${file}.ndjson`), `${lines.join('\n')}\n`)
    }
    let unfinished = 0
    for (const file of files) {
      const before = await store.checkHealth()
      const appended = store.append({
        path: join(folder, `${file}.ndjson`),
        token: `segment-${file}`,
        table: 'events',
        rows: count,
      })
      let isStored = false
      void appended.then(() => {
        isStored = true
      })
      await systemClock.sleep(50 + file * 80)
      if (!isStored) unfinished += 1
      process.kill(before.pid, 'SIGKILL')
      await appended
      const after = await store.checkHealth()
      assert.equal(after.restarts, file + 1)
      assert.notEqual(after.pid, before.pid)
    }
    assert.ok(unfinished > 0, 'every insert was done before its engine was killed')
    assert.deepEqual(await store.rowCount({ partition: 0, from: 0, below: count * 3 }), {
      events: count * 3,
      distinctEvents: count * 3,
      records: count * 3,
      deadLetters: 0,
      distinctDeadLetters: 0,
    })
  })

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
        .sort(
          (a, b) => Number(b['time']) - Number(a['time']) || Number(b['seq']) - Number(a['seq']),
        )
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

  test('a record of twelve megabytes is stored whole, text or binary', { skip }, async (t) => {
    const { store, folder } = await openStore(t)
    const text = Buffer.alloc(12_000_000, '"needle\n')
    const binary = Buffer.alloc(12_000_000, 'x')
    binary[7] = 0xff
    const events = [
      makeEvent(0),
      makeEvent(1, { raw: text }),
      makeEvent(2, { raw: binary }),
      makeEvent(3),
    ]
    await appendEvents(store, folder, { token: 'a', events })
    assert.ok(text.equals((await store.evidence('0-1')) ?? Buffer.of()))
    assert.ok(binary.equals((await store.evidence('0-2')) ?? Buffer.of()))
    const found = await searchAll(store, 'needle')
    assert.equal(found.total, 1)
    assert.ok((found.rows[0]?.raw.length ?? 0) < 70_000)
  })

  test('wild clocks neither refuse a segment nor scatter it', { skip }, async (t) => {
    const { store, folder } = await openStore(t)
    const events = Array.from({ length: 2_000 }, (_, seq) =>
      makeEvent(seq, { time: (seq - 500) * 40 * DAY, end: (seq - 1_000) * 1e15 }),
    )
    await appendEvents(store, folder, { token: 'a', events })
    const result = await store.search({ text: '', ...FOREVER, limit: 1, bars: 10 })
    assert.equal(result.total, 2_000)
    assert.equal(
      result.histogram.reduce((sum, bar) => sum + bar.count, 0),
      2_000,
    )
  })

  test('days of reception are dropped whole', { skip }, async (t) => {
    const { store, folder } = await openStore(t)
    const events = [0, 1, 2].map((day) => makeEvent(day, { received: BASE + day * DAY }))
    await appendEvents(store, folder, { token: 'a', events })
    assert.equal(await store.dropBefore(BASE + 2 * DAY), 2)
    assert.equal((await searchAll(store, '')).total, 1)
    assert.equal(await store.dropBefore(BASE + 2 * DAY), 0)
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

  test('without its library the engine is named as missing', async (t) => {
    const folder = tempFolder(t)
    const here = new URL('../../', import.meta.url)
    for (const room of ['base', 'shape', 'store']) {
      cpSync(new URL(`src/${room}`, here), join(folder, 'src', room), { recursive: true })
    }
    writeFileSync(join(folder, 'package.json'), '{"type":"module","imports":{"#*":"./src/*"}}')
    const options = {
      folder: join(folder, 'events'),
      log: silentLog,
      enginePath: join(folder, 'src', 'store', 'engine', 'main.ts'),
    }
    await assert.rejects(openEventStore(options), (error: unknown) => {
      assert.ok(error instanceof Failure)
      assert.equal(error.code, 'store.engine-missing')
      return true
    })
  })

  test('the engine ends when the process that started it is killed', { skip }, async (t) => {
    const folder = tempFolder(t)
    const owner = forkModule(fileURLToPath(import.meta.url), { args: ['own-store', folder] })
    const pid = await new Promise<number>((resolve) =>
      owner.once('message', (message) => resolve(Number(message))),
    )
    assert.ok(isRunning(pid))
    owner.kill('SIGKILL')
    await until(() => !isRunning(pid))
    // The folder is free again.
    const store = await openEventStore({ folder, log: silentLog })
    await store.close()
  })

  test('the store opens again with its rows, after close and with another retention', {
    skip,
  }, async (t) => {
    const { store, folder } = await openStore(t)
    const recent = Date.now() * 1000
    await appendEvents(store, folder, { token: 'a', events: [makeEvent(1, { received: recent })] })
    await store.close()
    assert.equal((await store.checkHealth()).state, 'closed')
    await assert.rejects(searchAll(store, ''), Failure)
    const again = await openEventStore({
      folder: join(folder, 'events'),
      log: silentLog,
      retentionDays: 5,
    })
    t.after(() => again.close())
    await appendEvents(again, folder, { token: 'a', events: [makeEvent(1, { received: recent })] })
    assert.equal((await searchAll(again, '')).total, 1)
    const health = await again.checkHealth()
    assert.equal(health.state, 'up')
    assert.ok(health.residentBytes > 1_000_000)
    assert.equal(health.rows, 1)
  })
}

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

const [, , verb, folder] = process.argv
if (verb === 'own-store' && folder !== undefined) {
  const store = await openEventStore({ folder, log: silentLog })
  process.send?.((await store.checkHealth()).pid)
  setInterval(() => undefined, 1_000)
} else {
  defineTests()
}
