import assert from 'node:assert/strict'
import { cpSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { systemClock } from '#base/clock.ts'
import { Failure } from '#base/failure.ts'
import { silentLog } from '#base/log.ts'
import { forkModule } from '#base/process.ts'
import { deadRow, eventRow, openEventStore } from '#store/index.ts'
import {
  appendEvents,
  BASE,
  DAY,
  FOREVER,
  isRunning,
  makeEvent,
  openStore,
  searchAll,
  skip,
  tempFolder,
  until,
} from './event-store.ts'

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
  const owner = forkModule(fileURLToPath(new URL('store-owner.ts', import.meta.url)), {
    args: [folder],
  })
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
