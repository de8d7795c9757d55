import assert from 'node:assert/strict'
import { once } from 'node:events'
import {
  appendFileSync,
  copyFileSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { forkModule } from '#base/process.ts'
import { createFakeClock } from '#base/testing/fake-clock.ts'
import { openBench } from '../../testing/context.ts'
import { testFolder } from '../../testing/folder.ts'
import { readAll, textsOf } from '../../testing/records.ts'
import { until } from '../../testing/until.ts'
import { loadCheckpoint } from './checkpoint.ts'
import { fileInput } from './index.ts'
import { FileWatch, type WatchOptions } from './watch.ts'

/** A watch over `<folder>/app.log*` whose polls and time the test makes itself. */
async function openWatch(t: TestContext, more: Partial<WatchOptions> = {}) {
  const folder = await testFolder(t)
  const clock = createFakeClock()
  const start = async () => {
    const bench = await openBench(folder, { clock })
    const checkpoint = await loadCheckpoint(`${folder}/state/file.json`, bench.journal)
    const watch = new FileWatch({
      paths: [`${folder}/app.log*`],
      maxLineBytes: 1024 * 1024,
      startAt: 'beginning',
      checkpoint,
      context: bench.context,
      stop: new AbortController().signal,
      ...more,
    })
    return { bench, watch }
  }
  let now = await start()
  t.after(async () => {
    await now.watch.close()
    await now.bench.close()
  })
  return {
    folder,
    log: `${folder}/app.log`,
    clock,
    poll: () => now.watch.poll(),
    feeds: () => now.watch.feeds(),
    refusals: () => now.bench.refusals,
    records: () => readAll(now.bench.journal),
    texts: async () => textsOf(await readAll(now.bench.journal)),
    /** `isClean: false` leaves the checkpoint as it is on disk, as a kill does. */
    async restart(isClean: boolean) {
      const saved = readFileSync(`${folder}/state/file.json`)
      await now.watch.close()
      if (!isClean) writeFileSync(`${folder}/state/file.json`, saved)
      await now.bench.close()
      now = await start()
    },
  }
}

const lines = (from: number, count: number) =>
  Array.from({ length: count }, (_, n) => `2026-11-23T10:00:00Z host app: line ${from + n}`)
const text = (all: readonly string[]) => all.map((line) => `${line}\n`).join('')

test('whole lines come, an unfinished one waits for its end', async (t) => {
  const w = await openWatch(t)
  writeFileSync(w.log, 'one\ntwo\r\n\nthr')
  await w.poll()
  assert.deepEqual(await w.texts(), ['one', 'two'])
  assert.deepEqual(w.feeds(), [`file:${w.log}`])
  appendFileSync(w.log, 'ee\nfour')
  await w.poll()
  await w.poll()
  assert.deepEqual(await w.texts(), ['one', 'two', 'three'])
})

for (const isClean of [true, false])
  test(`after a ${isClean ? 'clean stop' : 'kill'} reading goes on behind the last line in the journal`, async (t) => {
    const w = await openWatch(t)
    writeFileSync(w.log, text(lines(0, 3)))
    await w.poll()
    appendFileSync(w.log, `${text(lines(3, 2))}half`)
    await w.poll()
    await w.restart(isClean)
    await w.poll()
    assert.deepEqual(await w.texts(), lines(0, 5))
    appendFileSync(w.log, ' done\n')
    await w.poll()
    assert.deepEqual(await w.texts(), [...lines(0, 5), 'half done'])
  })

test('a file renamed by rotation is read to its end, the new one from its beginning', async (t) => {
  const w = await openWatch(t)
  writeFileSync(w.log, text(lines(0, 50)))
  await w.poll()
  appendFileSync(w.log, text(lines(50, 2)))
  renameSync(w.log, `${w.log}.1`)
  writeFileSync(w.log, text(lines(53, 2)))
  await w.poll()
  appendFileSync(`${w.log}.1`, text(lines(52, 1)))
  await w.poll()
  assert.deepEqual((await w.texts()).toSorted(), lines(0, 55).toSorted())
  const feeds = new Set((await w.records()).map((record) => record.feed))
  assert.deepEqual([...feeds], [`file:${w.log}`])
})

test('a file moved out of the pattern is drained with its unfinished line, then let go', async (t) => {
  const w = await openWatch(t)
  writeFileSync(w.log, text(lines(0, 2)))
  await w.poll()
  appendFileSync(w.log, 'last words')
  renameSync(w.log, `${w.folder}/old`)
  await w.poll()
  await w.poll()
  assert.deepEqual(await w.texts(), lines(0, 2))
  await w.clock.advance(6_000)
  await w.poll()
  assert.deepEqual(await w.texts(), [...lines(0, 2), 'last words'])
  assert.deepEqual(w.feeds(), [])
})

test('a deleted file whose successor begins alike is not taken for it', async (t) => {
  const w = await openWatch(t)
  writeFileSync(w.log, 'started\n')
  await w.poll()
  rmSync(w.log)
  await w.poll()
  await w.clock.advance(6_000)
  await w.poll()
  writeFileSync(w.log, 'started\n')
  await w.poll()
  assert.deepEqual(await w.texts(), ['started', 'started'])
})

test('a truncated file is read anew and the line that was cut is kept', async (t) => {
  const w = await openWatch(t)
  writeFileSync(w.log, `${text(lines(0, 3))}cut`)
  await w.poll()
  truncateSync(w.log, 0)
  appendFileSync(w.log, text(lines(3, 1)))
  await w.poll()
  assert.deepEqual(await w.texts(), [...lines(0, 3), 'cut', ...lines(3, 1)])
})

test('a file that was truncated and grew beyond its old size is read anew', async (t) => {
  const w = await openWatch(t)
  writeFileSync(w.log, text(lines(0, 3)))
  await w.poll()
  writeFileSync(w.log, text(lines(10, 20)))
  await w.poll()
  assert.deepEqual(await w.texts(), [...lines(0, 3), ...lines(10, 20)])
})

test('truncation while nobody looked is seen after a restart', async (t) => {
  const w = await openWatch(t)
  writeFileSync(w.log, text(lines(0, 3)))
  await w.poll()
  writeFileSync(w.log, text(lines(10, 20)))
  await w.restart(false)
  await w.poll()
  assert.deepEqual(await w.texts(), [...lines(0, 3), ...lines(10, 20)])
})

for (const isRestarted of [false, true])
  test(`copytruncate gives each line once, unread ones out of the copy${isRestarted ? ', also after a kill' : ''}`, async (t) => {
    const w = await openWatch(t)
    writeFileSync(w.log, text(lines(0, 100)))
    await w.poll()
    appendFileSync(w.log, text(lines(100, 3)))
    copyFileSync(w.log, `${w.log}.1`)
    truncateSync(w.log, 0)
    appendFileSync(w.log, text(lines(103, 40)))
    if (isRestarted) await w.restart(false)
    await w.poll()
    await w.clock.advance(6_000)
    await w.poll()
    assert.deepEqual((await w.texts()).toSorted(), lines(0, 143).toSorted())
  })

test('another file that begins alike is read from its beginning after a moment of doubt', async (t) => {
  const w = await openWatch(t)
  const banner = text(lines(0, 40))
  writeFileSync(w.log, banner)
  await w.poll()
  writeFileSync(`${w.log}.other`, banner + text(['own']))
  await w.poll()
  assert.equal((await w.texts()).length, 40)
  await w.clock.advance(6_000)
  await w.poll()
  assert.deepEqual(await w.texts(), [...lines(0, 40), ...lines(0, 40), 'own'])
})

test('an archive is read once when it has settled, and not when its lines came before', async (t) => {
  const w = await openWatch(t)
  writeFileSync(`${w.log}.2.gz`, gzipSync(text(lines(0, 30))))
  writeFileSync(w.log, text(lines(30, 60)))
  await w.poll()
  assert.deepEqual(await w.texts(), lines(30, 60))
  await w.poll()
  assert.equal((await w.texts()).length, 90)
  appendFileSync(w.log, text(lines(90, 1)))
  writeFileSync(`${w.log}.1.gz`, gzipSync(readFileSync(w.log)))
  rmSync(w.log)
  for (let n = 0; n < 4; n += 1) {
    await w.poll()
    await w.clock.advance(6_000)
  }
  await w.restart(false)
  await w.poll()
  await w.poll()
  assert.deepEqual((await w.texts()).toSorted(), lines(0, 91).toSorted())
})

test('a damaged archive gives its good lines and is counted', async (t) => {
  const w = await openWatch(t)
  const random = Array.from(
    { length: 4_000 },
    (_, n) => `${(n * 2_654_435_761) % 4_294_967_296} line`,
  )
  const packed = gzipSync(text(random))
  writeFileSync(`${w.log}.gz`, packed.subarray(0, packed.length - 2_000))
  await w.poll()
  await w.poll()
  await w.poll()
  const got = await w.texts()
  assert.ok(got.length > 100)
  assert.equal(got[0], random[0])
  assert.deepEqual(w.refusals(), [{ feed: `file:${w.log}.gz`, reason: 'unpack.damaged', count: 1 }])
})

test('a line above the limit becomes a dead letter and the next line is whole', async (t) => {
  const w = await openWatch(t, { maxLineBytes: 100_000 })
  writeFileSync(w.log, `${'x'.repeat(300_000)}\nnext\n`)
  await w.poll()
  const records = await w.records()
  assert.deepEqual(
    records.map((r) => [r.bytes.length, r.dead]),
    [
      [65_536, 'file.line-too-long'],
      [4, undefined],
    ],
  )
})

test('from the end means only what comes after the first start', async (t) => {
  const w = await openWatch(t, { startAt: 'end' })
  writeFileSync(w.log, text(lines(0, 3)))
  await w.poll()
  appendFileSync(w.log, text(lines(3, 1)))
  writeFileSync(`${w.log}.new`, 'fresh\n')
  await w.poll()
  assert.deepEqual(await w.texts(), [...lines(3, 1), 'fresh'])
})

test('bytes that are not text stay as they are', async (t) => {
  const w = await openWatch(t)
  writeFileSync(w.log, Buffer.from([0xff, 0xfe, 0, 1, 0x80, 10]))
  await w.poll()
  assert.deepEqual(
    (await w.records()).map((r) => [...r.bytes]),
    [[0xff, 0xfe, 0, 1, 0x80]],
  )
})

test('a file bigger than one turn is read on without a change', async (t) => {
  const w = await openWatch(t)
  const row = 'y'.repeat(999)
  writeFileSync(w.log, text(Array.from({ length: 20_000 }, () => row)))
  for (let n = 0; n < 4; n += 1) await w.poll()
  assert.equal((await w.records()).length, 20_000)
})

test('each line is in the journal exactly once through kills and rotations', async (t) => {
  const folder = await testFolder(t)
  const log = `${folder}/app.log`
  const child = fileURLToPath(new URL('../../testing/file-child.ts', import.meta.url))
  let written = 0
  for (let round = 0; round < 3; round += 1) {
    const running = forkModule(child, { args: [`${folder}/data`, `${log}*`] })
    const ended = once(running, 'exit')
    let durable = 0
    running.on('message', (message: { durable: number }) => {
      durable = message.durable
    })
    await until(() => {
      appendFileSync(log, text(lines(written, 7)))
      written += 7
      return durable > 150 * (round + 1)
    })
    if (round % 2 === 0) renameSync(log, `${log}.${round}`)
    running.kill('SIGKILL')
    await ended
  }
  const bench = await openBench(`${folder}/data`)
  const input = await fileInput.open({ paths: [`${log}*`], pollMs: 10 }, bench.context)
  await until(() => bench.journal.durable >= written)
  await input.close()
  assert.deepEqual(textsOf(await readAll(bench.journal)).toSorted(), lines(0, written).toSorted())
  await bench.close()
})
