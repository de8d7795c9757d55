import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { deflateSync, gzipSync, zstdCompressSync } from 'node:zlib'
import {
  floodUdp,
  goesOn,
  guessing,
  post,
  reasonsOf,
  refusedOf,
  residentMib,
  sendTcp,
  startTcp,
  untilDead,
  untilFound,
} from './sending.ts'
import {
  countOf,
  type FlowServer,
  flowFolder,
  hasEngine,
  pipelineOf,
  removeFolder,
  runVerb,
  settled,
  startServer,
  until,
} from './server.ts'

const timeout = 40_000
const skip = hasEngine ? false : 'the store engine (chdb) is not installed'
const MIB = 1024 * 1024
const SECRET = 'a shared secret of a webhook'
const folder = flowFolder()
let server: FlowServer

before(async () => {
  if (skip) return
  writeFileSync(join(folder, 'hook.secret'), SECRET)
  server = await startServer(folder, {
    config: { webhooks: { hooked: { secret: '${file:hook.secret}' } } },
  })
})

after(async () => {
  if (!skip) await server.stop()
  removeFolder(folder)
})

const nested = (depth: number, open: string, close: string) =>
  `${open.repeat(depth)}1${close.repeat(depth)}`

test('frames that end in the middle are kept as far as they came', { skip, timeout }, async () => {
  await sendTcp(server, '200 <13>1 - host app - - - cutcounted and then the power went')
  await sendTcp(server, '<13>1 - host app - - - cutline without an end')
  await sendTcp(server, '999999')
  await sendTcp(server, '')
  await until('both halves', async () => (await countOf(server, 'cutcounted')) === 1)
  await until('both halves', async () => (await countOf(server, 'cutline')) === 1)
  await goesOn(server)
})

test('lines of ten megabytes stay in bounded memory, syslog cuts them and HTTP keeps them', {
  skip,
  timeout,
}, async (t) => {
  const before = await reasonsOf(server)
  const long = Buffer.alloc(10 * MIB, 'longline ')
  const sends: Promise<unknown>[] = []
  for (let at = 0; at < 6; at += 1) {
    sends.push(sendTcp(server, '<13>1 - host app - - - ', long, '\n'))
    sends.push(sendTcp(server, `${long.length + 1} <`, long))
  }
  await Promise.all(sends)
  const body = JSON.stringify({ note: `tenmegabytes ${long.toString('latin1')}` })
  const answers = await Promise.all(
    Array.from({ length: 8 }, () => post(server, '/intake/big', { body: `${body}\n${body}` })),
  )
  const taken = answers.filter(({ status }) => status === 200).length
  for (const { status, headers } of answers.filter((answer) => answer.status !== 200)) {
    assert.equal(status, 503)
    assert.ok(headers.get('retry-after'), 'a sender who must wait is told how long')
  }
  assert.ok(taken > 0, 'none of the great deliveries was taken')
  const tooLong = `${JSON.stringify({ note: 'x'.repeat(20 * MIB) })}\n{"note":"behindtoolong"}`
  assert.equal((await post(server, '/intake/big', { body: tooLong })).status, 200)
  await untilDead(server, { 'syslog.too-long': 12, 'json.too-long': 1 }, before)
  await until(
    'great records to be found',
    async () => (await countOf(server, 'tenmegabytes')) === 2 * taken,
  )
  assert.equal(await countOf(server, 'behindtoolong'), 1)
  const mib = residentMib(server.pid)
  t.diagnostic(`${Math.round(mib)} MiB resident`)
  assert.ok(mib < 1_200, `the server holds ${mib} MiB`)
  await goesOn(server)
})

test('bytes that are not UTF-8, and NUL bytes, are stored as they came', {
  skip,
  timeout,
}, async () => {
  const bytes = Buffer.from('<13>1 - host app - - - notutf8 \xff\xfe\xc0\x80 end', 'latin1')
  await sendTcp(server, bytes, '\n')
  await sendTcp(server, '<13>1 - host app - - - nulinside \0\0 end\n', '\0\0\0\n')
  const posted = Buffer.from('{"note":"notutf8 \xff \\u0000 nulinside"}', 'latin1')
  assert.equal((await post(server, '/intake/bytes', { body: posted })).status, 200)
  await until('them to be found', async () => {
    const counts = await Promise.all([countOf(server, 'notutf8'), countOf(server, 'nulinside')])
    return counts.every((count) => count === 2)
  })
  await goesOn(server)
})

test('bombs and damaged bodies are refused and leave a dead letter', {
  skip,
  timeout,
}, async () => {
  const before = await reasonsOf(server)
  const zeros = Buffer.alloc(200 * MIB)
  const bombs: [string, Uint8Array<ArrayBuffer>][] = [
    ['gzip', gzipSync(zeros)],
    ['deflate', deflateSync(zeros)],
    ['zstd', zstdCompressSync(zeros)],
  ]
  for (const path of ['/intake/bomb', '/_bulk', '/services/collector/event', '/v1/logs'])
    for (const [encoding, body] of bombs) {
      const headers = { 'content-encoding': encoding, 'content-type': 'application/json' }
      const answer = await post(server, path, { body, headers })
      assert.equal(answer.status, 413, `${path} ${encoding}: ${answer.text}`)
    }
  const damaged = gzipSync('{"note":"cut"}').subarray(0, 20)
  for (const body of [damaged, Buffer.from('this is no gzip')]) {
    const answer = await post(server, '/intake/bomb', {
      body: Uint8Array.from(body),
      headers: { 'content-encoding': 'gzip' },
    })
    assert.equal(answer.status, 400, answer.text)
  }
  const unknown = await post(server, '/intake/bomb', {
    body: 'x',
    headers: { 'content-encoding': 'rot13' },
  })
  assert.equal(unknown.status, 415)
  assert.match(unknown.text, /rot13.*gzip/)
  await untilDead(server, { 'http.bomb': 12, 'http.damaged': 2 }, before)
  const mib = residentMib(server.pid)
  assert.ok(mib < 1_200, `the server holds ${mib} MiB`)
  await goesOn(server)
})

test('a body above the limit is refused before it is read whole', { skip, timeout }, async () => {
  // Only the head is sent: who declares too much is told before a byte of it travels.
  const head = `POST /intake/large HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${server.intakeToken}\r\n`
  const declared = await startTcp(
    Number(new URL(server.url).port),
    `${head}Content-Length: ${65 * MIB}\r\n\r\n`,
  )
  let told = ''
  declared.on('data', (part) => {
    told += part.toString()
  })
  declared.on('error', () => undefined)
  await until('the refusal', () => told.startsWith('HTTP/1.1 413'))
  declared.destroy()
  const socket = await startTcp(
    Number(new URL(server.url).port),
    `${head}Transfer-Encoding: chunked\r\n\r\n`,
  )
  let answer = ''
  let isClosed = false
  socket.on('data', (part) => {
    answer += part.toString()
  })
  socket.on('error', () => undefined)
  socket.on('close', () => {
    isClosed = true
  })
  const piece = `100000\r\n${'x'.repeat(MIB)}\r\n`
  for (let sent = 0; sent < 80 && !isClosed && answer === ''; sent += 1)
    await new Promise((resolve) => socket.write(piece, resolve))
  // A sender without end may see the answer or the closed connection, never success.
  await until('an end of it', () => isClosed || answer.startsWith('HTTP/1.1 413'))
  socket.destroy()
  await goesOn(server)
})

test('JSON ten thousand levels deep is a dead letter on every way in', {
  skip,
  timeout,
}, async () => {
  const before = await reasonsOf(server)
  const deep = [nested(10_000, '[', ']'), nested(10_000, '{"a":', '}')]
  for (const json of deep) {
    const intake = await post(server, '/intake/deep', {
      body: `{"a":${json}}\n{"note":"behinddeep"}`,
    })
    assert.equal(intake.status, 200, intake.text)
    assert.deepEqual(JSON.parse(intake.text), { accepted: 1, invalid: 1 })
    const bulk = await post(server, '/_bulk', {
      body: `{"create":{"_index":"deep"}}\n{"a":${json}}\n{"create":{"_index":"deep"}}\n{"note":"behinddeep"}\n`,
    })
    assert.equal(bulk.status, 200, bulk.text)
    assert.equal(JSON.parse(bulk.text).errors, true)
    const hec = await post(server, '/services/collector/event', {
      body: `{"event":${json}}`,
      headers: { authorization: `Splunk ${server.intakeToken}` },
    })
    assert.equal(hec.status, 400, hec.text)
    const otlp = await post(server, '/v1/logs', {
      body: `{"resourceLogs":${json}}`,
      headers: { 'content-type': 'application/json' },
    })
    assert.equal(otlp.status, 400, otlp.text)
  }
  await sendTcp(server, ...deep.map((json) => `<13>1 - host app - - - deepsyslog {"a":${json}}\n`))
  await until('what came behind', async () => (await countOf(server, 'behinddeep')) === 4)
  await until('syslog with deep JSON', async () => (await countOf(server, 'deepsyslog')) === 2)
  await untilDead(server, { 'json.too-deep': 8 }, before)
  await goesOn(server)
})

test('clocks a year off are stored, and neither stop nor start detection for the others', {
  skip,
  timeout,
}, async () => {
  const year = 365 * 86_400_000
  const times = [
    new Date(Date.now() - year).toISOString(),
    new Date(Date.now() + year).toISOString(),
    '0001-01-01T00:00:00Z',
    '9999-12-31T23:59:59Z',
    '2026-02-31T25:61:61Z',
    '1969-12-31T23:59:59.999Z',
    '292278994-08-17T07:12:55Z',
  ]
  const before = await pipelineOf(server)
  await sendTcp(server, ...times.map((time) => `<13>1 ${time} host app - - - wildclock\n`))
  const numbers = [0, -1, 1e300, -1e300, 253402300800, '9'.repeat(400)]
  const bodies = [...times.map((time) => JSON.stringify(time)), ...numbers].map(
    (time) => `{"@timestamp":${time},"time":${time},"note":"wildclock"}`,
  )
  assert.equal((await post(server, '/intake/clock', { body: bodies.join('\n') })).status, 200)
  const hec = bodies.map((_, at) => `{"time":${numbers[at] ?? '"never"'},"event":"wildclock"}`)
  const headers = { authorization: `Splunk ${server.intakeToken}` }
  await post(server, '/services/collector/event', { body: hec.join(''), headers })
  const sent = times.length + 2 * bodies.length
  await settled(server, before.received + sent)
  const now = await pipelineOf(server)
  assert.equal(now.dead - before.dead, 0, 'a wrong clock is no reason to bury a record')
  await sendTcp(server, guessing('203.0.113.99'))
  await untilFound(server, '203.0.113.99')
  await goesOn(server)
})

test('without a right token nothing comes in', { skip, timeout }, async () => {
  const before = await pipelineOf(server)
  const wrong = 'x'.repeat(server.intakeToken.length)
  const body = '{"event":"intruder","note":"intruder"}'
  const bulk = `{"create":{"_index":"a"}}\n${body}\n`
  const tries: [string, string, Record<string, string>, number][] = [
    ['/intake/a', body, { authorization: '' }, 401],
    ['/intake/a', body, { authorization: `Bearer ${wrong}` }, 401],
    ['/intake/a?token=', body, { authorization: '' }, 401],
    ['/services/collector/event', body, { authorization: '' }, 401],
    ['/services/collector/event', body, { authorization: `Splunk ${wrong}` }, 403],
    ['/_bulk', bulk, { authorization: '' }, 401],
    ['/_bulk', bulk, { authorization: `ApiKey ${wrong}` }, 401],
    ['/v1/logs', '{"resourceLogs":[]}', { authorization: `Bearer ${wrong}` }, 401],
  ]
  for (const [path, text, headers, status] of tries) {
    const answer = await post(server, path, { body: text, headers })
    assert.equal(answer.status, status, `${path}: ${answer.text}`)
  }
  await goesOn(server)
  assert.equal((await pipelineOf(server)).received, before.received + 2)
  assert.equal(await countOf(server, 'intruder'), 0)
})

test('a webhook comes in with its signature only', { skip, timeout }, async () => {
  const body = '{"action":"deleted","note":"hookedrecord"}'
  const sign = (text: string) => `sha256=${createHmac('sha256', SECRET).update(text).digest('hex')}`
  const deliver = (signature: Record<string, string>) =>
    post(server, '/intake/hooked', {
      body,
      headers: { authorization: '', 'x-github-event': 'repository', ...signature },
    })
  for (const signature of [
    'sha256=',
    'sha256=00',
    `sha1=${'0'.repeat(40)}`,
    sign(`${body} `),
    '',
  ]) {
    const answer = await deliver({ 'x-hub-signature-256': signature })
    assert.equal(answer.status, 401, answer.text)
  }
  assert.equal((await deliver({})).status, 401, 'the token is not asked of a signed source')
  assert.equal((await deliver({ 'x-hub-signature-256': sign(body) })).status, 200)
  await until('the signed one', async () => (await countOf(server, 'hookedrecord')) === 1)
  await goesOn(server)
})

test('a flood of datagrams is stored or counted, and the server answers meanwhile', {
  skip,
  timeout,
}, async () => {
  await settled(server, 0)
  const before = await pipelineOf(server)
  const refusedBefore = await refusedOf(server)
  let slowestMs = 0
  let isOver = false
  const asking = (async () => {
    while (!isOver) {
      const began = performance.now()
      await server.api('/api/status')
      slowestMs = Math.max(slowestMs, performance.now() - began)
    }
  })()
  const sent = await floodUdp(server, 40_000, '<13>1 - host app - - - udpflood of the day')
  isOver = true
  await asking
  await settled(server, before.received)
  const now = await pipelineOf(server)
  const refused = (await refusedOf(server)) - refusedBefore
  const stored = now.stored - before.stored
  assert.ok(
    stored > 0 && stored + refused <= sent,
    `${stored} stored, ${refused} refused of ${sent}`,
  )
  assert.equal(await countOf(server, 'udpflood'), stored)
  assert.ok(slowestMs < 5_000, `an answer took ${slowestMs} ms`)
  await goesOn(server)
})

test('connections that never finish keep nobody else out', { skip, timeout }, async () => {
  const refusedBefore = await refusedOf(server)
  const httpPort = Number(new URL(server.url).port)
  const open = await Promise.all([
    ...Array.from({ length: 200 }, () =>
      startTcp(httpPort, 'POST /intake/slow HTTP/1.1\r\nHost: localhost\r\nX-Slow: '),
    ),
    ...Array.from({ length: 100 }, () =>
      startTcp(
        httpPort,
        `POST /intake/slow HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${server.intakeToken}\r\nContent-Length: 100000\r\n\r\n{`,
      ),
    ),
    ...Array.from({ length: 400 }, () => startTcp(server.syslog.port, '999 <13>1 - slow')),
  ])
  await goesOn(server)
  const more = await Promise.all(
    Array.from({ length: 150 }, () => startTcp(server.syslog.port, '999 <13>1 - slow')),
  )
  await until('refused connections', async () => (await refusedOf(server)) - refusedBefore >= 38)
  for (const socket of [...open, ...more]) socket.destroy()
  // The server may see the new connection before it sees that the old ones ended.
  await until('their places', async () => {
    await sendTcp(server, '<13>1 - host app - - - placeagain\n').catch(() => undefined)
    return (await countOf(server, 'placeagain')) > 0
  })
  await goesOn(server)
})

test('after all of it the ledger balances', { skip, timeout }, async () => {
  await until('the backlog', async () => (await pipelineOf(server)).lagRecords === 0)
  const counts = await pipelineOf(server)
  assert.equal(counts.received, counts.stored + counts.dead)
  assert.equal(await server.stop(), 0)
  const ledger = await runVerb(['ledger', 'verify', '--data', server.data])
  assert.equal(ledger.code, 0, ledger.stdout)
})
