import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { type TestContext, test } from 'node:test'
import { Failure } from '#base/failure.ts'
import { createFakeClock } from '#base/testing/fake-clock.ts'
import type { Journal } from '../../journal/journal.ts'
import { openBench } from '../../testing/context.ts'
import { testFolder } from '../../testing/folder.ts'
import { readAll, textsOf } from '../../testing/records.ts'
import { until } from '../../testing/until.ts'
import { parseAddress } from './address.ts'
import { syslogInput } from './index.ts'

async function open(
  t: TestContext,
  config: Record<string, unknown> = {},
  more: Parameters<typeof openBench>[1] = {},
) {
  const bench = await openBench(await testFolder(t), more)
  const input = await syslogInput.open({ listen: '127.0.0.1:0', ...config }, bench.context)
  let isOpen = true
  const close = async () => {
    if (isOpen) await input.close()
    isOpen = false
  }
  t.after(async () => {
    await close()
    await bench.close()
  })
  const port = (transport: string) =>
    Number(
      input.listening
        .find((text) => text.startsWith(transport))
        ?.split(':')
        .at(-1),
    )
  return {
    ...bench,
    input,
    close,
    async tcp(): Promise<Socket> {
      const socket = connect(port('tcp'), '127.0.0.1')
      socket.on('error', () => undefined)
      await once(socket, 'connect')
      return socket
    },
    async udp(messages: readonly (string | Uint8Array)[]) {
      const socket = createSocket('udp4')
      for (const message of messages)
        await new Promise<void>((resolve) => {
          socket.send(message, port('udp'), '127.0.0.1', () => resolve())
        })
      socket.close()
    },
    arrived: (count: number) => until(() => bench.journal.durable >= count),
    texts: async () => textsOf(await readAll(bench.journal)),
  }
}

test('a datagram is a record with peer and transport, its bytes as they came', async (t) => {
  const d = await open(t)
  await d.udp(['<34>one\n', 'no pri', '<1>two\nlines\0', Uint8Array.from([0xff, 0x80]), '\n'])
  await d.arrived(4)
  const records = await readAll(d.journal)
  assert.deepEqual(
    records.map((r) => Buffer.from(r.bytes).toString('latin1')),
    ['<34>one', 'no pri', '<1>two\nlines', '\xff\x80'],
  )
  assert.deepEqual(records[0]?.meta, { peer: '127.0.0.1', transport: 'udp' })
  assert.equal(records[0]?.feed, 'syslog')
})

test('a datagram of the greatest size comes whole', async (t) => {
  const d = await open(t, { transports: ['udp'] })
  await d.udp(['x'.repeat(60_000)])
  await d.arrived(1)
  assert.equal((await d.texts())[0]?.length, 60_000)
})

test('TCP connections of both framings are read side by side', async (t) => {
  const d = await open(t)
  const [a, b] = [await d.tcp(), await d.tcp()]
  a.write('<1>a1\n5 <1>a2')
  b.write('5 <1>b1<1>b2\n')
  await d.arrived(4)
  assert.deepEqual((await d.texts()).toSorted(), ['<1>a1', '<1>a2', '<1>b1', '<1>b2'])
  a.end('<1>unfinished')
  await d.arrived(5)
  assert.equal((await d.texts()).at(-1), '<1>unfinished')
  b.destroy()
})

test('a too long frame is a dead letter with its beginning', async (t) => {
  const d = await open(t, { maxFrameBytes: 100_000 })
  const socket = await d.tcp()
  socket.end(`<1>${'x'.repeat(300_000)}\n<1>next\n`)
  await d.arrived(2)
  const records = await readAll(d.journal)
  assert.deepEqual(
    records.map((r) => [r.bytes.length, r.dead]),
    [
      [65_536, 'syslog.too-long'],
      [7, undefined],
    ],
  )
})

test('closing keeps what was received, half a frame too', async (t) => {
  const d = await open(t)
  const socket = await d.tcp()
  socket.write('<1>whole\n<1>half')
  await d.arrived(1)
  await d.close()
  assert.deepEqual(await d.texts(), ['<1>whole', '<1>half'])
  socket.destroy()
})

test('connections above the limit are closed and counted', async (t) => {
  const d = await open(t, { maxConnections: 1 })
  const first = await d.tcp()
  first.write('<1>in\n')
  await d.arrived(1)
  const second = await d.tcp()
  await once(second, 'close')
  assert.deepEqual(d.refusals, [
    { feed: 'syslog', reason: 'syslog.too-many-connections', count: 1 },
  ])
  first.destroy()
})

test('a silent connection is closed', async (t) => {
  const d = await open(t, { idleSeconds: 0.1 })
  const socket = await d.tcp()
  await once(socket, 'close')
})

test('a taken port is named', async (t) => {
  const other = createServer()
  other.listen(0, '127.0.0.1')
  await once(other, 'listening')
  t.after(() => other.close())
  const bound = other.address()
  const port = typeof bound === 'object' ? bound?.port : 0
  const bench = await openBench(await testFolder(t))
  t.after(() => bench.close())
  await assert.rejects(
    syslogInput.open({ listen: `127.0.0.1:${port}` }, bench.context),
    (error) => {
      assert.ok(error instanceof Failure)
      assert.equal(error.code, 'collect.port-taken')
      assert.match(error.message, new RegExp(`tcp 127\\.0\\.0\\.1:${port} is already in use`))
      return true
    },
  )
})

/** A journal whose disk is full until `free` is called. */
function fullDisk() {
  let isFull = true
  return {
    free: () => {
      isFull = false
    },
    wrap: (journal: Journal): Journal =>
      Object.create(journal, {
        append: {
          value: (records: Parameters<Journal['append']>[0]) =>
            isFull
              ? Promise.reject(new Failure('files.full', 'no space'))
              : journal.append(records),
        },
      }),
  }
}

test('while the disk is full TCP senders wait and lose nothing', async (t) => {
  const disk = fullDisk()
  const clock = createFakeClock()
  const d = await open(t, {}, { wrap: disk.wrap, clock })
  const socket = await d.tcp()
  const line = `<1>${'x'.repeat(1_000)}\n`
  const count = 10_000
  let isSent = false
  socket.end(line.repeat(count), () => {
    isSent = true
  })
  for (let n = 0; n < 200; n += 1) await new Promise((resolve) => setImmediate(resolve))
  assert.equal(isSent, false)
  disk.free()
  await until(async () => {
    await clock.advance(1_000)
    return d.journal.durable === count
  })
  assert.deepEqual(d.refusals, [])
})

test('while the disk is full datagrams are refused and counted', async (t) => {
  const disk = fullDisk()
  const d = await open(t, {}, { wrap: disk.wrap })
  await d.udp(['<1>lost'])
  await until(() => d.refusals.length > 0)
  assert.deepEqual(d.refusals, [{ feed: 'syslog', reason: 'files.full', count: 1 }])
  disk.free()
  await d.udp(['<1>kept'])
  await d.arrived(1)
  assert.deepEqual(await d.texts(), ['<1>kept'])
})

test('addresses are read in all their forms', () => {
  assert.deepEqual(parseAddress('0.0.0.0:514'), { host: '0.0.0.0', port: 514 })
  assert.deepEqual(parseAddress('[::1]:6514'), { host: '::1', port: 6514 })
  assert.deepEqual(parseAddress(':5514'), { host: '127.0.0.1', port: 5514 })
  for (const wrong of ['514', 'host', 'host:', 'host:99999', '::1:514', ''])
    assert.equal(parseAddress(wrong), undefined)
})
