import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { type TestContext, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { Failure } from '#base/failure.ts'
import { hmacSha256 } from '#base/hash.ts'
import { silentLog } from '#base/log.ts'
import { Secret } from '#base/secret.ts'
import { createFakeClock } from '#base/testing/fake-clock.ts'
import type { DialectContext, DialectRequest, HttpDialect } from '../dialect.ts'
import { DIALECTS } from '../dialects.ts'
import { openJournal } from '../journal/journal.ts'
import { testFolder } from '../testing/folder.ts'
import { readAll } from '../testing/records.ts'
import { elasticsearchDialect } from './elasticsearch/index.ts'
import { intakeDialect } from './intake/index.ts'
import { otlpDialect } from './otlp/index.ts'
import { splunkHecDialect } from './splunk-hec/index.ts'

const GOOD = {
  bearer: 'Bearer good',
  splunk: 'Splunk good',
  basic: `Basic ${Buffer.from('any:good').toString('base64')}`,
}

/** A dialect on a real journal; what it stored is read back. */
async function open(t: TestContext, dialect: HttpDialect, more: Partial<DialectContext> = {}) {
  const journal = await openJournal({ folder: await testFolder(t), log: silentLog })
  t.after(() => journal.close())
  const refusals: string[] = []
  const context: DialectContext = {
    journal,
    clock: createFakeClock(),
    log: silentLog,
    tokens: {
      isValid: (token, source) => token === 'good' || (token === 'only-okta' && source === 'okta'),
    },
    refused: (_feed, reason) => void refusals.push(reason),
    ...more,
  }
  return {
    refusals,
    async send(
      path: string,
      body: string | Uint8Array = '',
      request: Partial<DialectRequest> = {},
    ) {
      const answer = await dialect.handle(
        {
          method: 'POST',
          path,
          params: {},
          query: {},
          headers: { authorization: dialect === splunkHecDialect ? GOOD.splunk : GOOD.bearer },
          peer: '10.0.0.9',
          ...request,
          body: typeof body === 'string' ? Buffer.from(body) : body,
        },
        context,
      )
      const isJson =
        answer.headers['content-type']?.startsWith('application/json') && answer.body !== ''
      return { ...answer, json: isJson ? JSON.parse(answer.body) : undefined }
    },
    /** Stored records as `text` or `!code text`. */
    async stored(): Promise<string[]> {
      const records = await readAll(journal)
      return records.map((r) => `${r.dead ? `!${r.dead} ` : ''}${Buffer.from(r.bytes).toString()}`)
    },
    records: () => readAll(journal),
  }
}

const intake = (t: TestContext, more: Partial<DialectContext> = {}) =>
  open(t, intakeDialect, more).then((d) => ({
    ...d,
    post: (body: string | Uint8Array, headers: Record<string, string> = {}, source = 'okta') =>
      d.send(`/intake/${source}`, body, {
        params: { source },
        headers: { authorization: GOOD.bearer, ...headers },
      }),
  }))

const deep = '['.repeat(10_000) + ']'.repeat(10_000)

const BODIES: readonly { name: string; body: string; stored: string[] }[] = [
  { name: 'one object', body: '{"a":1}', stored: ['{"a":1}'] },
  {
    name: 'one object over many lines',
    body: '{\n "a": {\n  "b": 1\n }\n}\n',
    stored: ['{\n "a": {\n  "b": 1\n }\n}'],
  },
  { name: 'an array', body: '[{"a":1}, {"b":2}]', stored: ['{"a":1}', '{"b":2}'] },
  { name: 'NDJSON', body: '{"a":1}\r\n\n{"b":2}\n', stored: ['{"a":1}', '{"b":2}'] },
  {
    name: 'NDJSON with a bad line',
    body: '{"a":1}\n{"b":\n{"c":3}\n',
    stored: ['{"a":1}', '!json.invalid {"b":', '{"c":3}'],
  },
  {
    name: 'NDJSON with a deep line',
    body: `{"a":1}\n{"d":${deep}}\n{"c":3}\n`,
    stored: ['{"a":1}', `!json.too-deep {"d":${deep}}`, '{"c":3}'],
  },
  { name: 'objects side by side', body: '{"a":1}{"b":"}{"}', stored: ['{"a":1}', '{"b":"}{"}'] },
  { name: 'text lines', body: '<34>Oct 11 su: x\nplain\n', stored: ['<34>Oct 11 su: x', 'plain'] },
  {
    name: 'text that begins with a bracket',
    body: '[12:00] up\n[12:01] down',
    stored: ['[12:00] up', '[12:01] down'],
  },
  {
    name: 'records in an envelope',
    body: '{"Records":[{"eventName":"A"},{"eventName":"B"}]}',
    stored: ['{"eventName":"A"}', '{"eventName":"B"}'],
  },
  { name: 'a byte order mark', body: '\ufeff{"a":1}\n{"b":2}', stored: ['{"a":1}', '{"b":2}'] },
]

for (const c of BODIES)
  test(`intake takes ${c.name}`, async (t) => {
    const d = await intake(t)
    const answer = await d.post(c.body)
    assert.equal(answer.status, 200)
    const invalid = c.stored.filter((text) => text.startsWith('!')).length
    assert.deepEqual(answer.json, { accepted: c.stored.length - invalid, invalid })
    assert.deepEqual(await d.stored(), c.stored)
  })

test('intake records name feed, peer and transport', async (t) => {
  const d = await intake(t)
  await d.post('{"a":1}')
  const [record] = await d.records()
  assert.equal(record?.feed, 'http:okta')
  assert.deepEqual(record?.meta, { peer: '10.0.0.9', transport: 'http' })
})

test('intake needs a token that may send to the source', async (t) => {
  const d = await intake(t)
  const status = async (headers: Record<string, string>, query = {}, source = 'okta') =>
    (await d.send(`/intake/${source}`, 'x', { params: { source }, headers, query })).status
  assert.equal(await status({}), 401)
  assert.equal(await status({ authorization: 'Bearer bad' }), 401)
  assert.equal(await status({ authorization: 'Bearer only-okta' }), 200)
  assert.equal(await status({ authorization: 'Bearer only-okta' }, {}, 'github'), 401)
  assert.equal(await status({}, { token: 'good' }), 200)
  assert.equal(await status({ authorization: 'Bearer good' }, {}, '../etc'), 400)
  assert.equal((await d.stored()).length, 2)
})

test('a GitHub webhook comes in with a right signature and not with a wrong one', async (t) => {
  const d = await intake(t, {
    webhookSecret: (source) => (source === 'github' ? new Secret('s3') : undefined),
  })
  const body = '{\n "action": "opened"\n}'
  const send = (headers: Record<string, string>) =>
    d.send('/intake/github', body, {
      params: { source: 'github' },
      headers: { 'x-github-event': 'push', 'x-github-delivery': 'd-1', ...headers },
    })
  const right = { 'x-hub-signature-256': `sha256=${hmacSha256('s3', body)}` }
  assert.equal((await send(right)).status, 200)
  assert.equal(
    (await send({ 'x-hub-signature-256': `sha256=${hmacSha256('other', body)}` })).status,
    401,
  )
  assert.equal((await send({})).status, 401)
  assert.equal((await send({ authorization: GOOD.bearer })).status, 401)
  const records = await d.records()
  assert.equal(records.length, 1)
  assert.deepEqual(records[0]?.meta, {
    peer: '10.0.0.9',
    transport: 'http',
    event: 'push',
    delivery: 'd-1',
  })
  assert.equal(Buffer.from(records[0]?.bytes ?? []).toString(), body)
})

test('a signature means nothing to a source without a webhook secret', async (t) => {
  const d = await intake(t)
  const headers = { 'x-hub-signature-256': `sha256=${hmacSha256('', '{}')}` }
  assert.equal(
    (await d.send('/intake/okta', '{}', { params: { source: 'okta' }, headers })).status,
    401,
  )
})

test('a webhook sent as a form gives its payload', async (t) => {
  const d = await intake(t)
  const headers = { 'x-github-event': 'push', 'content-type': 'application/x-www-form-urlencoded' }
  await d.post(`payload=${encodeURIComponent('{"a":"ü +"}')}`, headers)
  assert.deepEqual(await d.stored(), ['{"a":"ü +"}'])
})

test('compressed bodies are unpacked; bombs and damaged ones leave a dead letter', async (t) => {
  const d = await intake(t, { maxBodyBytes: 100_000 })
  const gzip = { 'content-encoding': 'gzip' }
  assert.equal((await d.post(gzipSync('{"a":1}'), gzip)).status, 200)
  assert.equal((await d.post(gzipSync(Buffer.alloc(1_000_000)), gzip)).status, 413)
  assert.equal((await d.post(gzipSync('{"a":1}').subarray(0, 12), gzip)).status, 400)
  assert.equal((await d.post('x', { 'content-encoding': 'br' })).status, 415)
  assert.equal((await d.post('x'.repeat(100_001))).status, 413)
  const dead = (await d.records()).map((record) => record.dead)
  assert.deepEqual(dead, [undefined, 'http.bomb', 'http.damaged', 'http.bomb'])
})

test('a body of endless tiny records is refused and leaves a dead letter', async (t) => {
  for (const [dialect, path, body] of [
    [intakeDialect, '/intake/okta', '{}'],
    [splunkHecDialect, '/services/collector/raw', 'a\n'],
    [elasticsearchDialect, '/_bulk', '{}\n'],
  ] as const) {
    const d = await open(t, dialect)
    const answer = await d.send(path, body.repeat(600_000), { params: { source: 'okta' } })
    assert.equal(answer.status, 413)
    assert.deepEqual(
      (await d.records()).map((r) => r.dead),
      ['http.too-many-records'],
    )
  }
})

test('while too much is unpacked at a time more is told to come again', async (t) => {
  const journal = { durable: 0, append: () => new Promise<number>(() => undefined) }
  const d = await intake(t, { journal })
  const big = gzipSync(Buffer.alloc(60_000_000, 'x'))
  const gzip = { 'content-encoding': 'gzip' }
  for (let n = 0; n < 5; n += 1) d.post(big, gzip).catch(() => undefined)
  assert.equal((await d.post('x')).status, 503)
  assert.deepEqual(d.refusals, ['http.busy'])
})

test('an empty body is told, a full disk means try again later and is counted', async (t) => {
  const d = await intake(t)
  assert.equal((await d.post('\n\n')).status, 400)
  const full = await intake(t, {
    journal: { durable: 0, append: () => Promise.reject(new Failure('files.full', 'no space')) },
  })
  const answer = await full.post('{"a":1}')
  assert.equal(answer.status, 503)
  assert.equal(answer.headers['retry-after'], '10')
  assert.deepEqual(full.refusals, ['files.full'])
})

test('success is answered only after the journal has the records', async (t) => {
  let commit: (seq: number) => void = () => undefined
  const journal = {
    durable: 0,
    append: () =>
      new Promise<number>((resolve) => {
        commit = resolve
      }),
  }
  for (const [dialect, path, body] of [
    [intakeDialect, '/intake/okta', 'x'],
    [splunkHecDialect, '/services/collector', '{"event":"x"}'],
    [elasticsearchDialect, '/_bulk', '{"index":{}}\n{}\n'],
  ] as const) {
    const d = await open(t, dialect, { journal })
    let isAnswered = false
    const answering = d.send(path, body, { params: { source: 'okta' } }).then(() => {
      isAnswered = true
    })
    for (let n = 0; n < 20; n += 1) await new Promise((resolve) => setImmediate(resolve))
    assert.equal(isAnswered, false)
    commit(0)
    await answering
  }
})

test('HEC takes objects with or without white space between and keeps the envelope as meta', async (t) => {
  const d = await open(t, splunkHecDialect)
  const body =
    '{"event":"<34>text \\u00fc","host":"h1","time":1700000000.5,"sourcetype":"linux"}{"event":{"a": 12345678901234567890},"source":"s","index":"main","fields":{"env":"prod"}}\n{"event":7}'
  const answer = await d.send('/services/collector/event', body)
  assert.deepEqual(answer.json, { text: 'Success', code: 0 })
  assert.deepEqual(await d.stored(), ['<34>text ü', '{"a": 12345678901234567890}', '7'])
  const metas = (await d.records()).map((record) => record.meta)
  assert.deepEqual(metas[0], {
    peer: '10.0.0.9',
    host: 'h1',
    time: '1700000000.5',
    sourcetype: 'linux',
  })
  assert.deepEqual(metas[1], {
    peer: '10.0.0.9',
    source: 's',
    index: 'main',
    fields: '{"env":"prod"}',
  })
})

const HEC_FAULTS: readonly { body: string; code: number; number?: number; stored: number }[] = [
  { body: '', code: 5, stored: 0 },
  { body: '  \n', code: 5, stored: 0 },
  { body: '{"event":"a"}{"host":"x"}', code: 12, number: 1, stored: 2 },
  { body: '{"event":""}{"event":"b"}', code: 13, number: 0, stored: 2 },
  { body: '{"event":"a"}{"event":', code: 6, number: 1, stored: 2 },
  { body: 'not json', code: 6, number: 0, stored: 1 },
]
for (const c of HEC_FAULTS)
  test(`HEC answers ${JSON.stringify(c.body)} with code ${c.code} and keeps what it can`, async (t) => {
    const d = await open(t, splunkHecDialect)
    const answer = await d.send('/services/collector', c.body)
    assert.equal(answer.status, 400)
    assert.equal(answer.json.code, c.code)
    assert.equal(answer.json['invalid-event-number'], c.number)
    assert.equal((await d.stored()).length, c.stored)
  })

test('HEC raw lines, health, acknowledgements and sign-in answer as senders expect', async (t) => {
  const d = await open(t, splunkHecDialect)
  const raw = await d.send('/services/collector/raw/1.0', 'one\ntwo\n', {
    query: { host: 'h', sourcetype: 'st' },
  })
  assert.equal(raw.json.code, 0)
  assert.deepEqual(await d.stored(), ['one', 'two'])
  assert.equal((await d.records())[0]?.meta?.['sourcetype'], 'st')
  const code = async (path: string, headers: Record<string, string>, query = {}) => {
    const answer = await d.send(path, '{"event":"a"}', { headers, query })
    return [answer.status, answer.json.code]
  }
  assert.deepEqual(await code('/services/collector/health', {}), [200, 17])
  assert.deepEqual(await code('/services/collector', {}), [401, 2])
  assert.deepEqual(await code('/services/collector', { authorization: 'Nonsense' }), [401, 3])
  assert.deepEqual(await code('/services/collector', { authorization: 'Splunk bad' }), [403, 4])
  assert.deepEqual(await code('/services/collector', { authorization: GOOD.basic }), [200, 0])
  assert.deepEqual(await code('/services/collector', {}, { token: 'good' }), [200, 0])
  assert.deepEqual(await code('/services/collector/ack', { authorization: GOOD.splunk }), [400, 14])
})

test('bulk answers one item with one key and a status for each action', async (t) => {
  const d = await open(t, elasticsearchDialect)
  const body = [
    '{"index":{"_index":"logs-a","_id":"7"}}',
    '{"m":1}',
    '{ "create": {} }',
    '{"m":2}',
    '{"delete":{"_index":"x","_id":"1"}}',
    '{"update":{"_index":"x","_id":"2"}}',
    '{"doc":{"m":3}}',
    '{"create":{}}',
    '{broken',
  ].join('\n')
  const answer = await d.send('/logs-b/_bulk', `${body}\n`, { params: { index: 'logs-b' } })
  assert.equal(answer.status, 200)
  assert.equal(answer.headers['x-elastic-product'], 'Elasticsearch')
  assert.equal(answer.json.errors, true)
  const statuses = answer.json.items.map((item: Record<string, { status: number }>) => {
    assert.equal(Object.keys(item).length, 1)
    return Object.entries(item).map(([action, { status }]) => `${action} ${status}`)[0]
  })
  assert.deepEqual(statuses, ['index 201', 'create 201', 'delete 404', 'update 200', 'create 400'])
  assert.deepEqual(await d.stored(), [
    '{"m":1}',
    '{"m":2}',
    '{"doc":{"m":3}}',
    '!json.invalid {broken',
  ])
  const metas = (await d.records()).map((record) => record.meta)
  assert.deepEqual(metas[0], { peer: '10.0.0.9', index: 'logs-a', id: '7' })
  assert.deepEqual(metas[1], { peer: '10.0.0.9', index: 'logs-b' })
})

for (const body of ['{"nonsense":{}}\n{}\n', '{"index":{}}\n{"a":1}\nnot json\n', '{"index":{}}\n'])
  test(`bulk refuses ${JSON.stringify(body)} whole and keeps a dead letter`, async (t) => {
    const d = await open(t, elasticsearchDialect)
    const answer = await d.send('/_bulk', body)
    assert.equal(answer.status, 400)
    assert.deepEqual(await d.stored(), [`!bulk.malformed ${body}`])
  })

test('the handshake of shippers is answered, behind a prefix too', async (t) => {
  const d = await open(t, elasticsearchDialect)
  const get = (path: string, method = 'GET') => d.send(path, '', { method })
  assert.match((await get('/')).json.version.number, /^8\./)
  assert.equal((await get('/elastic/')).json.tagline, 'You Know, for Search')
  assert.equal((await get('/_license')).json.license.status, 'active')
  assert.deepEqual((await get('/prefix/_ilm/policy/filebeat')).json, {})
  const head = await get('/_index_template/filebeat', 'HEAD')
  assert.deepEqual([head.status, head.body], [200, ''])
  assert.deepEqual((await get('/_ingest/pipeline/x', 'PUT')).json, { acknowledged: true })
  assert.equal((await get('/_cluster/health')).json.status, 'green')
  assert.equal((await get('/_unknown')).status, 404)
  assert.equal((await d.send('/_bulk', 'x', { headers: {} })).status, 401)
  const key = Buffer.from('id:good').toString('base64')
  for (const authorization of [GOOD.basic, `ApiKey ${key}`, 'ApiKey good'])
    assert.equal((await d.send('/', '', { method: 'GET', headers: { authorization } })).status, 200)
})

test('OTLP gives each log record with its resource and scope, digits kept', async (t) => {
  const d = await open(t, otlpDialect)
  const body =
    '{"resourceLogs":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"a"}}]},"scopeLogs":[{"scope":{"name":"s"},"logRecords":[{"timeUnixNano":1700000000123456789,"body":{"stringValue":"x"}},{"body":{}}]},{"logRecords":[{"a":1}]}]}]}'
  const headers = { authorization: GOOD.bearer, 'content-type': 'application/json' }
  const answer = await d.send('/v1/logs', body, { headers })
  assert.deepEqual([answer.status, answer.json], [200, {}])
  const stored = await d.stored()
  assert.equal(stored.length, 3)
  assert.ok(stored[0]?.includes('1700000000123456789'))
  assert.deepEqual(Object.keys(JSON.parse(stored[0] ?? '')), ['resource', 'scope', 'record'])
  assert.deepEqual(Object.keys(JSON.parse(stored[2] ?? '')), ['resource', 'record'])
})

test('OTLP says what it wants instead of protobuf, and keeps what is malformed', async (t) => {
  const d = await open(t, otlpDialect)
  const send = (body: string, type = 'application/json') =>
    d.send('/v1/logs', body, { headers: { authorization: GOOD.bearer, 'content-type': type } })
  const protobuf = await send('\x0a\x00', 'application/x-protobuf')
  assert.equal(protobuf.status, 415)
  assert.match(protobuf.json.message, /JSON/)
  assert.equal((await send('{"resourceLogs":')).status, 400)
  const partial = await send('{"resourceLogs":[{"scopeLogs":[{"logRecords":[1,{"a":1}]}]}]}')
  assert.equal(partial.json.partialSuccess.rejectedLogRecords, '1')
  assert.deepEqual(await d.stored(), [
    '!json.invalid {"resourceLogs":',
    '!json.not-object 1',
    '{"record":{"a":1}}',
  ])
  assert.equal(
    (await d.send('/v1/logs', '{}', { headers: { 'content-type': 'application/json' } })).status,
    401,
  )
})

test('every folder of a dialect is listed', () => {
  const folders = readdirSync(new URL('.', import.meta.url), { withFileTypes: true })
  const names = folders.filter((entry) => entry.isDirectory()).map((entry) => entry.name)
  assert.deepEqual(
    DIALECTS.map((dialect) => dialect.name),
    names.toSorted(),
  )
})

test('dialects are listed alphabetically, with a route, words and a way to sign in', () => {
  const names = DIALECTS.map((dialect) => dialect.name)
  assert.deepEqual(names, names.toSorted())
  for (const dialect of DIALECTS)
    assert.ok(dialect.routes.length > 0 && dialect.auth.length > 0 && dialect.summary.endsWith('.'))
})
