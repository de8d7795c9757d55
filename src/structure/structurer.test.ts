import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JournalRecord } from '#base/journal.ts'
import type { SourceRoute } from '#shape/route.ts'
import { createStructurer, describeFamilies, type Structured } from './index.ts'

const RECEIVED = Date.UTC(2026, 6, 1) * 1000

interface Given {
  readonly feed?: string
  readonly meta?: Record<string, string>
  readonly routes?: readonly SourceRoute[]
  readonly dead?: string
}

function run(payload: string | Uint8Array | object, given: Given = {}): Structured {
  const text = typeof payload === 'string' ? payload : JSON.stringify(payload)
  const bytes = payload instanceof Uint8Array ? payload : new TextEncoder().encode(text)
  const record: JournalRecord = {
    partition: 3,
    seq: 42,
    feed: given.feed ?? 'syslog',
    received: RECEIVED,
    bytes,
    ...(given.meta ? { meta: given.meta } : {}),
    ...(given.dead ? { dead: given.dead } : {}),
  }
  return createStructurer({ routes: given.routes ?? [] }).structure(record)
}

function one(result: Structured) {
  assert.deepEqual(result.dead, [])
  const [event] = result.events
  assert.ok(event)
  return event
}

const SSH =
  '<38>Jun 30 23:59:58 bastion1.example.net sshd[4711]: Failed password for root from 203.0.113.77 port 52311 ssh2'

test('a record keeps its place, its bytes and its arrival', () => {
  const event = one(run(`${SSH}\r\n\0`))
  assert.equal(event.id, '3-42')
  assert.equal(event.partition, 3)
  assert.equal(event.seq, 42)
  assert.equal(event.received, RECEIVED)
  assert.equal(new TextDecoder().decode(event.raw), `${SSH}\r\n\0`)
})

test('several records in one get numbered ids and bytes of their own', () => {
  const call = {
    eventTime: '2026-06-30T00:00:00Z',
    eventSource: 's3.amazonaws.com',
    awsRegion: 'x',
  }
  const { events, dead } = run(
    {
      Records: [
        { ...call, eventName: 'A' },
        { ...call, eventName: 'B' },
      ],
    },
    { feed: 'http:trail' },
  )
  assert.deepEqual(dead, [])
  assert.deepEqual(
    events.map(({ id }) => id),
    ['3-42.1', '3-42.2'],
  )
  assert.deepEqual(
    events.map(({ what }) => what.action),
    ['A', 'B'],
  )
  assert.deepEqual(
    events.map(({ raw }) => JSON.parse(new TextDecoder().decode(raw)).eventName),
    ['A', 'B'],
  )
})

test('parts that cannot be read are numbered behind the events, so that no two share an id', () => {
  const deep = `${'{"a":'.repeat(80)}1${'}'.repeat(80)}`
  const { events, dead } = run({
    logGroup: 'g',
    logEvents: [{ message: 'one' }, { message: deep }, { message: 'two' }, { message: deep }],
  })
  assert.deepEqual(
    events.map(({ id }) => id),
    ['3-42.1', '3-42.2'],
  )
  assert.deepEqual(
    dead.map(({ id, reason }) => [id, reason]),
    [
      ['3-42.3', 'json.too-deep'],
      ['3-42.4', 'json.too-deep'],
    ],
  )
})

test('a batch of one is an event without a number', () => {
  const { events } = run({
    Records: [
      { eventTime: '2026-06-30T00:00:00Z', eventSource: 's', eventName: 'A', awsRegion: 'x' },
    ],
  })
  assert.equal(events[0]?.id, '3-42')
})

test('what the input could not read becomes that dead letter', () => {
  const { events, dead, source } = run('x', {
    dead: 'syslog.too-long',
    routes: [{ id: 'edge', feed: 'syslog' }],
  })
  assert.deepEqual(events, [])
  assert.equal(dead[0]?.reason, 'syslog.too-long')
  assert.equal(dead[0]?.source, 'edge')
  assert.equal(source, 'edge')
})

test('records that hold nothing are dead letters', () => {
  for (const nothing of ['', ' \r\n', '\0\0', '\uFEFF'])
    assert.equal(run(nothing).dead[0]?.reason, 'record.empty')
})

test('invalid JSON is a dead letter where JSON is the transport, and text elsewhere', () => {
  for (const feed of ['http:okta', 'bulk', 'otlp'])
    assert.equal(run('{"a": ', { feed }).dead[0]?.reason, 'json.invalid')
  assert.equal(one(run('{"a": ', { feed: 'file:/var/log/app.log' })).message, '{"a":')
})

test('JSON that is nested too deep is a dead letter everywhere', () => {
  const deep = `${'{"a":'.repeat(80)}1${'}'.repeat(80)}`
  for (const feed of ['http:x', 'file:/x', 'syslog'])
    assert.equal(run(deep, { feed }).dead[0]?.reason, 'json.too-deep')
})

test('a record that no mapping knows is an event of family unknown', () => {
  const event = one(run({ when: 'now', kind: 'tea' }, { feed: 'http:kitchen' }))
  assert.equal(event.family, 'unknown')
  assert.equal(event.timeQuality, 'received')
  assert.equal(event.time, RECEIVED)
  assert.deepEqual(event.fields, { when: 'now', kind: 'tea' })
  assert.equal(event.message, 'when=now kind=tea')
})

test('what an unknown record says of itself in common words is used', () => {
  const event = one(
    run(
      {
        timestamp: '2026-06-30T01:02:03Z',
        msg: 'hello',
        username: 'ivy',
        src_ip: '192.0.2.4',
        action: 'open',
      },
      { feed: 'http:x' },
    ),
  )
  assert.equal(event.time, Date.UTC(2026, 5, 30, 1, 2, 3) * 1000)
  assert.equal(event.who.user, 'ivy')
  assert.equal(event.where.srcIp, '192.0.2.4')
  assert.equal(event.what.action, 'open')
  assert.equal(event.message, 'hello')
})

test('bytes that are not UTF-8 are replaced in the text and kept in raw', () => {
  const bytes = Uint8Array.from([0x61, 0xff, 0xfe, 0x00, 0x62])
  const event = one(run(bytes))
  assert.deepEqual(event.raw, bytes)
  assert.match(String(event.fields['message']), /^a\uFFFD\uFFFD\0b$/)
  assert.equal(event.message, 'a\uFFFD\uFFFD b')
})

test('a value of ten megabytes is cut in the fields with a marker, and whole in raw', () => {
  const huge = 'x'.repeat(10_000_000)
  const event = one(
    run(
      { '@timestamp': '2026-06-30T00:00:00Z', note: huge, deep: [{ note: huge }] },
      { feed: 'http:x' },
    ),
  )
  const note = String(event.fields['note'])
  assert.ok(note.length < 66_000)
  assert.match(note, /…\[cut: 10000000 characters\]$/)
  assert.ok(JSON.stringify(event.fields).length < 140_000)
  assert.ok(event.raw.length > 20_000_000)
  assert.ok(event.message.length <= 1_001)
})

test('no pattern stalls on a long line, whatever it repeats', () => {
  const pieces = [
    ' ; ',
    'a=',
    ' from 1.2.3.4 port 1',
    '[[',
    '"\\',
    ', ',
    'IN= OUT= ',
    'x: ',
    '|',
    '<',
    'user ',
    '/',
    ' - - [',
    'Jan  1 ',
    '=" ',
  ]
  const heads = [
    '',
    '<13>',
    'Jan  1 00:00:00 h sshd[1]: Failed password for ',
    'Jan  1 00:00:00 h sudo: a : ',
    'CEF:0|',
    '1.2.3.4 - - [',
    'Jan  1 00:00:00 h kernel: ',
    '<13>1 - - - - - [a ',
    'Jan  1 00:00:00 h su: pam_unix(su:auth): authentication failure;',
    '2026/06/30 18:00:03 [error] 1#1: ',
  ]
  const started = performance.now()
  for (const head of heads)
    for (const piece of pieces) run(head + piece.repeat(60_000 / piece.length))
  assert.ok(performance.now() - started < 4_000, `${performance.now() - started} ms`)
})

test('the most specific route names the source', () => {
  const routes: SourceRoute[] = [
    { id: 'all-syslog', feed: 'syslog' },
    { id: 'bastions', feed: 'syslog', host: 'bastion*' },
    { id: 'bastion-ssh', feed: 'syslog', host: 'bastion1', app: 'sshd' },
    { id: 'late', feed: 'syslog', host: 'bastion*', app: 'ssh*' },
  ]
  assert.equal(run(SSH, { routes }).source, 'bastion-ssh')
  assert.equal(run(SSH.replace('sshd', 'su'), { routes }).source, 'bastions')
  assert.equal(run(SSH.replace('bastion1', 'web1'), { routes }).source, 'all-syslog')
})

test('hosts match by full name, by first label, by what the transport saw, in any case', () => {
  for (const host of ['BASTION1', 'bastion1.example.net', '*.example.net', '10.9.*'])
    assert.equal(
      run(SSH, { routes: [{ id: 'it', host }], meta: { peer: '10.9.8.7' } }).source,
      'it',
    )
  assert.equal(run(SSH, { routes: [{ id: 'it', host: 'bastion' }] }).source, 'syslog:bastion1')
})

test('sourcetype and index are apps of a route', () => {
  const routes: SourceRoute[] = [{ id: 'ours', feed: 'hec', app: 'cisco:*' }]
  const given = { feed: 'hec', routes, meta: { sourcetype: 'cisco:asa' } }
  assert.equal(run({ event: 'hello' }, given).source, 'ours')
})

test('a record that no route knows is named by its feed, or by its host for syslog', () => {
  assert.equal(run('hello', { feed: 'http:new' }).source, 'http:new')
  assert.equal(run(SSH).source, 'syslog:bastion1')
  assert.equal(run('hello', { meta: { peer: '192.0.2.9' } }).source, 'syslog:192.0.2.9')
  const odd = `<13>Jun 30 00:00:00 ${'A/'.repeat(100)}b x: y`
  assert.match(run(odd).source, /^syslog:[a-z0-9._:-]{1,64}$/)
})

test('a route without any test matches nothing', () => {
  assert.equal(run(SSH, { routes: [{ id: 'everything' }] }).source, 'syslog:bastion1')
})

test('the family of the route is used for what speaks of no other', () => {
  const routes: SourceRoute[] = [{ id: 'x', feed: 'http:x', family: 'okta.system' }]
  assert.equal(
    one(run({ published: '2026-06-30T00:00:00Z' }, { feed: 'http:x', routes })).family,
    'okta.system',
  )
})

test('a firewall line in the stream of a host keeps its own family', () => {
  const routes: SourceRoute[] = [{ id: 'host', feed: 'syslog', family: 'linux.auth' }]
  const packet =
    '<4>Jun 30 13:00:01 gw kernel: DROP IN=a OUT=b SRC=192.0.2.1 DST=192.0.2.2 LEN=1 PROTO=UDP SPT=1 DPT=2'
  assert.equal(one(run(packet, { routes })).family, 'linux.netfilter')
  assert.equal(one(run('<30>Jun 30 13:00:01 gw odd: hello', { routes })).family, 'linux.auth')
  assert.equal(one(run('<30>Jun 30 13:00:01 gw odd: hello')).family, 'linux.syslog')
})

test('a route with a family that does not exist recognises by content', () => {
  const routes: SourceRoute[] = [{ id: 'x', feed: 'syslog', family: 'no.such' }]
  assert.equal(one(run(SSH, { routes })).family, 'linux.auth')
})

test('the same record gives the same events again', () => {
  const structurer = createStructurer({ routes: [] })
  const record: JournalRecord = {
    partition: 0,
    seq: 1,
    feed: 'syslog',
    received: RECEIVED,
    bytes: new TextEncoder().encode(SSH),
  }
  assert.deepEqual(structurer.structure(record), structurer.structure(record))
})

test('the zone option is used for times without a zone', () => {
  const structurer = createStructurer({ routes: [], zone: '+02:00' })
  const record: JournalRecord = {
    partition: 0,
    seq: 1,
    feed: 'syslog',
    received: RECEIVED,
    bytes: new TextEncoder().encode(SSH),
  }
  assert.equal(
    structurer.structure(record).events[0]?.time,
    Date.UTC(2026, 5, 30, 21, 59, 58) * 1000,
  )
})

test('families are listed and described, alphabetically', () => {
  const { families } = createStructurer({ routes: [] })
  assert.deepEqual(
    families,
    describeFamilies().map(({ name }) => name),
  )
  assert.deepEqual(families, [...families].sort())
  assert.ok(families.includes('linux.auth'))
  assert.ok(!families.includes('unknown'))
})
