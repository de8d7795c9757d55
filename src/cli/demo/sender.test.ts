import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { createServer, type IncomingMessage } from 'node:http'
import { type AddressInfo, createServer as createStreamServer, type Server } from 'node:net'
import { test } from 'node:test'
import { systemClock } from '#base/clock.ts'
import { createEgress } from '#base/egress.ts'
import { playStory } from './play.ts'
import { createSender } from './sender.ts'
import { tellStory } from './story.ts'
import type { DemoRecord } from './wire.ts'

interface Seen {
  readonly path: string
  readonly authorization: string
  readonly body: string
}

/** A server on all three doors that remembers what came. HTTP and datagrams share no port here, syslog lanes do. */
async function openDoors(answer: (seen: Seen) => number) {
  const seen: Seen[] = []
  const http = createServer((request, response) => {
    readAll(request).then((body) => {
      const one = {
        path: request.url ?? '',
        authorization: request.headers.authorization ?? '',
        body,
      }
      const status = request.method === 'GET' ? 200 : answer(one)
      if (request.method !== 'GET') seen.push(one)
      response.writeHead(status).end('{}')
    }, assert.fail)
  })
  let streamed = ''
  const datagrams: string[] = []
  const stream = createStreamServer((socket) => {
    socket.on('data', (data) => {
      streamed += data.toString('utf8')
    })
  })
  await listening(stream)
  const port = portOf(stream)
  const udp = createSocket('udp4', (message) => datagrams.push(message.toString('utf8')))
  await new Promise<void>((resolve) => udp.bind(port, '127.0.0.1', resolve))
  await listening(http)
  const stop = new AbortController()
  const url = `http://127.0.0.1:${portOf(http)}`
  const sender = createSender({
    url,
    token: 'secret',
    syslog: { host: '127.0.0.1', port },
    syslogTcp: { host: '127.0.0.1', port },
    egress: createEgress({ allow: ['127.0.0.1'] }),
    clock: systemClock,
    signal: stop.signal,
  })
  return {
    seen,
    datagrams,
    streamed: () => streamed,
    sender,
    stop,
    async close() {
      sender.close()
      udp.close()
      http.closeAllConnections()
      await Promise.all([http, stream].map((server) => new Promise((done) => server.close(done))))
    },
  }
}

async function readAll(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  return Buffer.concat(chunks).toString('utf8')
}

function listening(server: Server): Promise<void> {
  return new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
}

function portOf(server: Server): number {
  const address: AddressInfo | string | null = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

async function until(holds: () => boolean): Promise<void> {
  for (let tries = 0; tries < 200 && !holds(); tries += 1) await systemClock.sleep(10)
  assert.ok(holds(), 'it never came')
}

const record = (lane: DemoRecord['lane'], body: string): DemoRecord => ({
  time: 0,
  lane,
  body,
  index: 'logs-x',
})

test('each lane goes to its own door with the credentials that its senders use', async () => {
  const doors = await openDoors(() => 200)
  try {
    await doors.sender.send([
      record('okta', '{"o":1}'),
      record('github', '{"g":1}'),
      record('cloudtrail', '{"c":1}'),
      record('bulk', '{"w":1}'),
      record('udp', '<189>u'),
      record('tcp', '<13>t'),
    ])
    await until(() => doors.datagrams.length === 1 && doors.streamed() !== '')
    assert.deepEqual(doors.datagrams, ['<189>u'])
    assert.equal(doors.streamed(), '5 <13>t')
    assert.deepEqual(doors.seen.map(({ path }) => path).sort(), [
      '/_bulk',
      '/intake/cloudtrail',
      '/intake/github',
      '/intake/okta',
    ])
    assert.deepEqual([...new Set(doors.seen.map(({ authorization }) => authorization))].sort(), [
      `Basic ${Buffer.from('demo:secret').toString('base64')}`,
      'Bearer secret',
    ])
  } finally {
    await doors.close()
  }
})

test('a busy server gets the same records again, once it has time', async () => {
  const answers = [503, 429, 200]
  const doors = await openDoors(() => answers.shift() ?? 200)
  try {
    await doors.sender.send([record('okta', '{"o":1}')])
    assert.equal(doors.seen.length, 3)
    assert.equal(new Set(doors.seen.map(({ body }) => body)).size, 1)
  } finally {
    await doors.close()
  }
})

test('a server that refuses the token ends the sending with its reason', async () => {
  const doors = await openDoors(() => 401)
  try {
    await assert.rejects(doors.sender.send([record('okta', '{"o":1}')]), /status 401/)
    assert.equal(doors.seen.length, 1)
  } finally {
    await doors.close()
  }
})

test('a story arrives whole, datagrams included', async () => {
  const doors = await openDoors(() => 200)
  try {
    const story = tellStory({ seed: 'whole', now: Date.parse('2026-03-11T14:00:00Z'), days: 0.2 })
    const sent = await playStory(story, {
      sender: doors.sender,
      clock: systemClock,
      rate: 1e6,
      signal: doors.stop.signal,
    })
    assert.equal(sent, story.length)
    const expected = story.filter(({ lane }) => lane === 'udp').length
    await until(() => doors.datagrams.length >= expected)
    assert.equal(doors.datagrams.length, expected)
    const posted = doors.seen
      .filter(({ path }) => path === '/intake/okta')
      .map(({ body }) => body.trimEnd().split('\n').length)
    assert.equal(
      posted.reduce((sum, lines) => sum + lines, 0),
      story.filter(({ lane }) => lane === 'okta').length,
    )
  } finally {
    await doors.close()
  }
})

test('a story that is stopped ends at once', async () => {
  const doors = await openDoors(() => 200)
  try {
    doors.stop.abort()
    const story = [record('okta', '{"o":1}')]
    assert.equal(
      await playStory(story, {
        sender: doors.sender,
        clock: systemClock,
        rate: 1,
        signal: doors.stop.signal,
      }),
      0,
    )
  } finally {
    await doors.close()
  }
})
