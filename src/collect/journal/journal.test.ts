import assert from 'node:assert/strict'
import { once } from 'node:events'
import { appendFileSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { hostname } from 'node:os'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { silentLog } from '#base/log.ts'
import { forkModule } from '#base/process.ts'
import { testFolder } from '../testing/folder.ts'
import { readAll, textRecord, textsOf } from '../testing/records.ts'
import { type Journal, type JournalOptions, openJournal } from './journal.ts'
import { createJournalReader } from './reader.ts'
import { listSegments, partitionFolder } from './segments.ts'

const openAt = (folder: string, more: Partial<JournalOptions> = {}): Promise<Journal> =>
  openJournal({ folder, log: silentLog, ...more })
const segmentsOf = (folder: string) => listSegments(partitionFolder(folder, 0))
const lastPath = (folder: string) => segmentsOf(folder).at(-1)?.path ?? ''
const numbered = (from: number, count: number) =>
  Array.from({ length: count }, (_, n) => textRecord(`record ${from + n}`))

/** Overwrites bytes of a file in place, as a failing disk would. */
function rot(path: string, at: number, bytes: number): void {
  const content = readFileSync(path)
  content.fill(0xa5, at, at + bytes)
  writeFileSync(path, content)
}

test('a record comes back with feed, time, meta, dead and bytes as they were', async (t) => {
  const journal = await openAt(await testFolder(t))
  const record = {
    feed: 'http:øl',
    received: 1_700_000_000_123_456,
    bytes: Uint8Array.from([0, 255, 10, 13, 128]),
    meta: { peer: '10.0.0.1', ключ: 'значение' },
    dead: 'json.invalid',
  }
  assert.equal(await journal.append([record]), 0)
  const [back] = await readAll(journal)
  assert.deepEqual(
    { ...back, bytes: Uint8Array.from(back?.bytes ?? []) },
    { ...record, partition: 0, seq: 0 },
  )
  await journal.close()
})

test('concurrent appends get seqs without holes in the order of the calls', async (t) => {
  const journal = await openAt(await testFolder(t))
  const firsts = await Promise.all(
    Array.from({ length: 50 }, (_, n) => journal.append(numbered(n * 3, 3))),
  )
  assert.deepEqual(
    firsts,
    Array.from({ length: 50 }, (_, n) => n * 3),
  )
  assert.deepEqual(textsOf(await readAll(journal)), textsOf(numbered(0, 150)))
  await journal.close()
})

test('durable moves with each commit and listeners hear of it until they leave', async (t) => {
  const journal = await openAt(await testFolder(t))
  const heard: number[] = []
  const leave = journal.onDurable((durable) => heard.push(durable))
  await journal.append(numbered(0, 2))
  leave()
  await journal.append(numbered(2, 1))
  assert.deepEqual(heard, [2])
  assert.equal(journal.durable, 3)
  await journal.close()
})

test('segments roll by size, reopening goes on behind the last record, a read may start anywhere', async (t) => {
  const folder = await testFolder(t)
  for (let round = 0; round < 5; round += 1) {
    const journal = await openAt(folder, { segmentBytes: 2_000 })
    for (let n = 0; n < 4; n += 1) await journal.append(numbered(round * 100 + n * 25, 25))
    await journal.close()
  }
  const journal = await openAt(folder, { segmentBytes: 2_000 })
  assert.ok(segmentsOf(folder).length > 10)
  const expected = textsOf(numbered(0, 500))
  for (const from of [0, 1, 99, 250, 251, 499, 500])
    assert.deepEqual(textsOf(await readAll(journal, from)), expected.slice(from))
  await journal.close()
})

test('trim removes whole segments and a read of a trimmed seq goes on at the oldest', async (t) => {
  const journal = await openAt(await testFolder(t), { segmentBytes: 1_000 })
  for (let n = 0; n < 40; n += 1) await journal.append(numbered(n * 2, 2))
  const before = journal.sizeBytes
  journal.trim(50)
  assert.ok(journal.oldest > 0 && journal.oldest <= 50)
  assert.ok(journal.sizeBytes < before)
  const [first] = await journal.read(0, { maxRecords: 1, maxBytes: 1, below: journal.durable })
  assert.equal(first?.seq, journal.oldest)
  journal.trim(1_000)
  assert.ok((await readAll(journal, journal.oldest)).length > 0)
  await journal.close()
})

test('limits of a read hold and at least one record is given', async (t) => {
  const journal = await openAt(await testFolder(t))
  await journal.append(Array.from({ length: 10 }, () => textRecord('x'.repeat(100))))
  const sizes = async (maxRecords: number, maxBytes: number, below: number) =>
    (await journal.read(0, { maxRecords, maxBytes, below })).length
  assert.equal(await sizes(3, 1e9, 10), 3)
  assert.equal(await sizes(100, 250, 10), 2)
  assert.equal(await sizes(100, 1, 10), 1)
  assert.equal(await sizes(100, 1e9, 4), 4)
  assert.equal(await sizes(100, 1e9, 1e9), 10)
  const [after] = await journal.read(2, { maxRecords: 1, maxBytes: 1e9, below: 10 })
  assert.equal(after?.seq, 2)
  await journal.close()
})

test('a torn tail is cut wherever it was torn, and writing goes on', async (t) => {
  const folder = await testFolder(t)
  const first = await openAt(folder)
  await first.append(numbered(0, 3))
  await first.close()
  const whole = statSync(lastPath(folder)).size
  const second = await openAt(folder)
  await second.append(numbered(3, 1))
  await second.close()
  const end = statSync(lastPath(folder)).size
  for (let size = whole; size < end; size += 1) {
    truncateSync(lastPath(folder), size)
    const journal = await openAt(folder)
    assert.equal(journal.durable, 3)
    await journal.append([textRecord('record 3')])
    assert.deepEqual(textsOf(await readAll(journal)), textsOf(numbered(0, 4)))
    await journal.close()
  }
  appendFileSync(lastPath(folder), Buffer.alloc(4096))
  const journal = await openAt(folder)
  assert.equal(journal.durable, 4)
  await journal.close()
})

test('a torn segment header is made anew', async (t) => {
  const folder = await testFolder(t)
  const first = await openAt(folder)
  await first.close()
  truncateSync(lastPath(folder), 7)
  const journal = await openAt(folder)
  await journal.append(numbered(0, 2))
  assert.deepEqual(textsOf(await readAll(journal)), textsOf(numbered(0, 2)))
  await journal.close()
})

test('bit rot costs the records it hits, which are told of, and no other', async (t) => {
  const folder = await testFolder(t)
  const first = await openAt(folder, { segmentBytes: 3_000 })
  for (let n = 0; n < 100; n += 1) await first.append(numbered(n, 1))
  await first.close()
  const [segment] = segmentsOf(folder)
  const size = statSync(segment?.path ?? '').size
  for (const at of [0, 16, 20, 30, 333, size - 3]) {
    const path = segment?.path ?? ''
    const good = readFileSync(path)
    rot(path, at, 3)
    const journal = await openAt(folder)
    const records = await readAll(journal)
    assert.deepEqual(
      records.map((record) => record.seq),
      Array.from({ length: 100 }, (_, n) => n),
    )
    const dead = records.filter((record) => record.dead === 'journal.damaged')
    assert.ok(dead.length <= 2, `${dead.length} lost by damage at ${at}`)
    for (const record of records.filter((other) => !other.dead))
      assert.equal(Buffer.from(record.bytes).toString(), `record ${record.seq}`)
    await journal.close()
    writeFileSync(path, good)
  }
})

test('damage in the last segment keeps what stands behind it', async (t) => {
  const folder = await testFolder(t)
  const first = await openAt(folder)
  for (let n = 0; n < 20; n += 1) await first.append(numbered(n, 1))
  await first.close()
  rot(lastPath(folder), 300, 2)
  const journal = await openAt(folder)
  assert.equal(journal.durable, 20)
  await journal.append(numbered(20, 1))
  const records = await readAll(journal)
  assert.equal(records.length, 21)
  assert.equal(records.filter((record) => record.dead).length, 1)
  await journal.close()
})

test('a segment of garbage gives dead records and reading goes on behind it', async (t) => {
  const folder = await testFolder(t)
  const first = await openAt(folder, { segmentBytes: 1_000 })
  for (let n = 0; n < 60; n += 1) await first.append(numbered(n, 1))
  await first.close()
  const path = segmentsOf(folder)[1]?.path ?? ''
  writeFileSync(path, Buffer.alloc(statSync(path).size, 7))
  const journal = await openAt(folder)
  const records = await readAll(journal)
  assert.deepEqual(
    records.map((record) => record.seq),
    Array.from({ length: 60 }, (_, n) => n),
  )
  const dead = records.filter((record) => record.dead === 'journal.damaged')
  assert.ok(dead.length > 5 && dead.length < 30)
  await journal.close()
})

test('a record whose bytes look like frames is never taken for frames after damage', async (t) => {
  const folder = await testFolder(t)
  const otherFolder = await testFolder(t)
  const other = await openAt(otherFolder)
  await other.append(numbered(0, 3))
  await other.close()
  const journal = await openAt(folder)
  const forged = readFileSync(lastPath(otherFolder))
  await journal.append([textRecord('a'), { ...textRecord(''), bytes: forged }, textRecord('c')])
  await journal.close()
  rot(lastPath(folder), readFileSync(lastPath(folder)).indexOf('VEDJ', 10) - 20, 2)
  const again = await openAt(folder)
  const records = await readAll(again)
  assert.equal(records.length, 3)
  assert.equal(textsOf(records)[2], 'c')
  await again.close()
})

/** A write that asks how much of its bytes finds room. */
function limitedWrite(file: FileHandle, take: (length: number) => number): FileHandle['write'] {
  const write = (...[bytes, offset, length, position]: [Buffer, number, number, number]) =>
    file.write(bytes, offset, take(length), position)
  // The writer calls only this one of the overloads.
  return write as FileHandle['write']
}

test('a full disk rejects with files.full and loses nothing that was acknowledged', async (t) => {
  const folder = await testFolder(t)
  let room = 600
  const journal = await openAt(folder, {
    segmentBytes: 400,
    openFile: async (path, flags) => {
      const file = await open(path, flags)
      return {
        write: limitedWrite(file, (length) => {
          if (room === 0) throw Object.assign(new Error('no space left'), { code: 'ENOSPC' })
          const part = Math.min(length, room)
          room -= part
          return part
        }),
        datasync: () => file.datasync(),
        truncate: (length) => file.truncate(length),
        close: () => file.close(),
      }
    },
  })
  const acknowledged: string[] = []
  let refused = 0
  for (let n = 0; n < 60; n += 1) {
    if (n === 40) room = 1e9
    try {
      const first = await journal.append(numbered(n * 2, 2))
      assert.equal(first, acknowledged.length)
      acknowledged.push(...textsOf(numbered(n * 2, 2)))
    } catch (error) {
      assert.equal(error instanceof Error && 'code' in error ? error.code : '', 'files.full')
      refused += 1
    }
  }
  assert.ok(refused > 5 && acknowledged.length > 40)
  assert.deepEqual(textsOf(await readAll(journal)), acknowledged)
  await journal.close()
  const again = await openAt(folder)
  assert.deepEqual(textsOf(await readAll(again)), acknowledged)
  await again.close()
})

test('a second opener is refused, a lock of a dead process is taken over', async (t) => {
  const folder = await testFolder(t)
  const journal = await openAt(folder)
  await assert.rejects(openAt(folder), { code: 'run.data-in-use' })
  await journal.close()
  const lock = `${partitionFolder(folder, 0)}/lock`
  writeFileSync(lock, JSON.stringify({ pid: 999_999_999, started: '1', host: hostname() }))
  const again = await openAt(folder)
  await again.close()
  writeFileSync(lock, 'not json')
  const third = await openAt(folder)
  await third.close()
})

test('another reader follows while the writer appends and never sees what is not durable', async (t) => {
  const folder = await testFolder(t)
  const journal = await openAt(folder, { segmentBytes: 4_000 })
  const reader = createJournalReader({ folder })
  const seen: string[] = []
  let writing = true
  const follow = async () => {
    while (writing || seen.length < journal.durable) {
      const limits = { maxRecords: 37, maxBytes: 1e6, below: journal.durable }
      const records = await reader.read(seen.length, limits)
      seen.push(...textsOf(records))
      if (records.length === 0) await new Promise((resolve) => setImmediate(resolve))
    }
  }
  const following = follow()
  for (let n = 0; n < 60; n += 1) {
    await Promise.all([journal.append(numbered(n * 6, 3)), journal.append(numbered(n * 6 + 3, 3))])
  }
  writing = false
  await following
  assert.deepEqual(seen, textsOf(numbered(0, 360)))
  await reader.close()
  await journal.close()
})

test('every record acknowledged before kill -9 is there exactly once after it', async (t) => {
  const folder = await testFolder(t)
  const path = fileURLToPath(new URL('../testing/append-child.ts', import.meta.url))
  const acknowledged = new Map<number, string>()
  for (let round = 1; round <= 2; round += 1) {
    const child = forkModule(path, { args: [folder] })
    const killed = once(child, 'exit')
    child.on('message', (message: { first: number; texts: string[] }) => {
      for (const [at, text] of message.texts.entries()) acknowledged.set(message.first + at, text)
      if (acknowledged.size > 1_000 * round) child.kill('SIGKILL')
    })
    await killed
    const journal = await openAt(folder)
    const records = await readAll(journal)
    assert.deepEqual(
      records.map((record) => record.seq),
      records.map((_, n) => n),
    )
    const texts = textsOf(records)
    for (const [seq, text] of acknowledged) assert.equal(texts[seq], text)
    await journal.close()
  }
})

test('a damaged beginning of the only segment costs only the records it hits', async (t) => {
  const folder = await testFolder(t)
  const first = await openAt(folder)
  for (let n = 0; n < 50; n += 1) await first.append(numbered(n, 1))
  await first.close()
  rot(lastPath(folder), 0, 200)
  const journal = await openAt(folder)
  assert.equal(journal.durable, 50)
  const records = await readAll(journal)
  assert.equal(records.length, 50)
  const dead = records.filter((record) => record.dead === 'journal.damaged')
  assert.ok(dead.length > 0 && dead.length < 6)
  await journal.close()
})

test('a last segment of garbage is set aside and its seqs are never given again', async (t) => {
  const folder = await testFolder(t)
  const first = await openAt(folder)
  await first.append(numbered(0, 20))
  await first.close()
  const path = lastPath(folder)
  writeFileSync(path, Buffer.alloc(statSync(path).size, 7))
  const journal = await openAt(folder)
  const seq = await journal.append([textRecord('next')])
  assert.ok(seq >= 20)
  assert.deepEqual(textsOf(await readAll(journal)), ['next'])
  assert.ok(readFileSync(`${path}.damaged`).length > 0)
  await journal.close()
  const again = await openAt(folder)
  assert.equal(again.durable, seq + 1)
  await again.close()
})

test('a journal that lost its end goes on behind it, and says of each lost record that it is damaged', async (t) => {
  const folder = await testFolder(t)
  const journal = await openAt(folder)
  await journal.append(numbered(0, 10))
  await journal.startAt(5)
  assert.equal(journal.durable, 10, 'it never goes back')
  await journal.startAt(20)
  assert.equal(await journal.append(numbered(20, 2)), 20)
  await journal.close()
  const again = await openAt(folder)
  assert.equal(again.durable, 22)
  const records = await readAll(again)
  assert.deepEqual(
    records.map((record) => record.seq),
    Array.from({ length: 22 }, (_, seq) => seq),
  )
  const damaged = records.filter((record) => record.dead === 'journal.damaged')
  assert.deepEqual(
    damaged.map((record) => record.seq),
    Array.from({ length: 10 }, (_, n) => 10 + n),
  )
  await again.close()
})

test('an empty journal that starts late holds nothing before its start', async (t) => {
  const folder = await testFolder(t)
  const journal = await openAt(folder)
  await journal.startAt(1_000_000)
  assert.deepEqual([journal.durable, journal.oldest], [1_000_000, 1_000_000])
  assert.equal(await journal.append(numbered(0, 1)), 1_000_000)
  const [first, ...others] = await readAll(journal)
  assert.equal(first?.seq, 1_000_000)
  assert.deepEqual(others, [])
  await journal.close()
  assert.equal(segmentsOf(folder).length, 1)
  const again = await openAt(folder)
  assert.equal(again.durable, 1_000_001)
  await again.close()
})
