import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import fastify from 'fastify'
import { silentLog } from '#base/log.ts'
import { mountIntake } from './intake.ts'
import { createErrorHandler } from './problem.ts'
import type { IntakeRequest, IntakeRoute } from './system.ts'
import { TEST_HOST, withServer } from './testing/open-server.ts'

function recorder(path: string, method: IntakeRoute['method'] = 'POST') {
  const seen: IntakeRequest[] = []
  const route: IntakeRoute = {
    method,
    path,
    async handle(request) {
      seen.push(request)
      return { status: 200, body: '{"text":"Success","code":0}' }
    },
  }
  return { seen, route }
}

test('a dialect gets the bytes as sent: every content type, nothing unpacked, without our sign-in', async () => {
  const { seen, route } = recorder('/intake/:source')
  await withServer({ intake: [route] }, async ({ app }) => {
    const packed = gzipSync('{"a":1}')
    for (const type of [
      'application/json',
      'application/x-ndjson',
      'text/plain',
      'x/y',
      undefined,
    ]) {
      const reply = await app.inject({
        method: 'POST',
        url: '/intake/github?x=1&y=2',
        headers: {
          host: 'anything.corp.example',
          'content-encoding': 'gzip',
          ...(type !== undefined && { 'content-type': type }),
        },
        payload: packed,
      })
      assert.equal(reply.statusCode, 200, `${type} ${reply.body}`)
      const request = seen.at(-1)
      assert.deepEqual(request?.body, packed)
      assert.deepEqual(request?.params, { source: 'github' })
      assert.deepEqual(request?.query, { x: '1', y: '2' })
      assert.equal(request?.path, '/intake/github')
    }
  })
})

test('a web page cannot send records into the intake', async () => {
  const { seen, route } = recorder('/intake/:source')
  await withServer({ intake: [route] }, async ({ app }) => {
    for (const headers of [
      { host: TEST_HOST, origin: 'http://evil.example' },
      { host: 'evil.example', origin: 'http://evil.example' },
      { host: TEST_HOST, 'sec-fetch-site': 'cross-site' },
    ]) {
      const reply = await app.inject({ method: 'POST', url: '/intake/x', headers, payload: 'a' })
      assert.ok(reply.statusCode === 403 || reply.statusCode === 421)
    }
    assert.equal(seen.length, 0)
  })
})

test('a dialect that uses the root keeps it for programs; browsers get the console', async () => {
  const { route } = recorder('/', 'GET')
  await withServer({ intake: [route] }, async ({ app }) => {
    const program = await app.inject({ url: '/', headers: { host: TEST_HOST } })
    assert.match(program.body, /Success/)
    const browser = await app.inject({
      url: '/',
      headers: { host: TEST_HOST, accept: 'text/html' },
    })
    assert.match(browser.body, /console is not built/)
    const page = await app.inject({
      url: '/plan',
      headers: { host: TEST_HOST, accept: 'text/html' },
    })
    assert.match(page.body, /console is not built/)
  })
})

test('bodies of all requests together are bounded, and the room is given back', async () => {
  const { route, seen } = recorder('/in')
  const app = fastify()
  app.setErrorHandler(createErrorHandler(silentLog))
  await app.register((scope, _options, done) => {
    mountIntake(scope, { routes: [route], maxInFlightBytes: 1000 })
    done()
  })
  const send = (size: number) =>
    app.inject({
      method: 'POST',
      url: '/in',
      payload: Buffer.alloc(size),
      headers: { 'content-type': 'x/y' },
    })
  assert.equal((await send(1001)).statusCode, 503)
  for (let at = 0; at < 5; at += 1) assert.equal((await send(900)).statusCode, 200)
  assert.equal(seen.length, 5)
  await app.close()
})

test('over a real connection a stream without length is refused with an answer, not with a cut', async () => {
  const { route } = recorder('/in')
  const app = fastify({ forceCloseConnections: true })
  app.setErrorHandler(createErrorHandler(silentLog))
  await app.register((scope, _options, done) => {
    mountIntake(scope, { routes: [route], maxInFlightBytes: 100_000 })
    done()
  })
  await app.listen({ host: '127.0.0.1', port: 0 })
  const address = app.server.address()
  const port = typeof address === 'object' ? address?.port : 0
  const url = `http://127.0.0.1:${port}/in`
  try {
    const parts = Array.from({ length: 20 }, () => new Uint8Array(10_000))
    const large = await fetch(url, {
      method: 'POST',
      body: ReadableStream.from(parts),
      duplex: 'half',
    })
    assert.equal(large.status, 503)
    const small = await fetch(url, { method: 'POST', body: new Uint8Array(90_000) })
    assert.equal(small.status, 200)
  } finally {
    await app.close()
  }
})
