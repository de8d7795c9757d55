import assert from 'node:assert/strict'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { type TestContext, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import type { RawRecord } from '#base/journal.ts'
import { testFolder } from '../testing/folder.ts'
import { textsOf } from '../testing/records.ts'
import { type ReadOptions, readLogFile } from './log-file.ts'
import { walkFiles } from './walk-files.ts'

async function read(t: TestContext, content: string | Uint8Array, options: ReadOptions = {}) {
  const path = `${await testFolder(t)}/file.log`
  writeFileSync(path, content)
  const records: RawRecord[] = []
  for await (const record of readLogFile(path, options)) records.push(record)
  return records
}

const utf16 = (text: string) =>
  Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')])
const many = Array.from({ length: 4_000 }, (_, n) => JSON.stringify({ n, s: '}{"['.repeat(n % 5) }))

const CASES: readonly { name: string; content: string | Uint8Array; gives: string[] }[] = [
  { name: 'lines', content: 'one\r\n\ntwo\nthree', gives: ['one', 'two', 'three'] },
  { name: 'nothing of an empty file', content: '', gives: [] },
  { name: 'gzip', content: gzipSync('one\ntwo\n'), gives: ['one', 'two'] },
  {
    name: 'gzip members one behind the other',
    content: Buffer.concat([gzipSync('one\n'), gzipSync('two\n')]),
    gives: ['one', 'two'],
  },
  { name: 'UTF-16 little endian', content: utf16('öne\r\ntwo\r\n'), gives: ['öne', 'two'] },
  { name: 'UTF-16 big endian', content: utf16('öne\ntwo').swap16(), gives: ['öne', 'two'] },
  { name: 'UTF-8 with a byte order mark', content: '\ufeffone\ntwo', gives: ['one', 'two'] },
  { name: 'NDJSON', content: '{"a":1}\n{"b":2}\n', gives: ['{"a":1}', '{"b":2}'] },
  { name: 'long NDJSON', content: many.join('\n'), gives: many },
  { name: 'a long array', content: `[\n${many.join(',\n')}\n]`, gives: many },
  { name: 'objects side by side', content: many.join(''), gives: many },
  {
    name: 'one object',
    content: '{\n  "a": [\n {"b": 1}\n ]\n}\n',
    gives: ['{\n  "a": [\n {"b": 1}\n ]\n}'],
  },
  {
    name: 'objects over many lines',
    content: '{\n "a": 1\n}\n{\n "b": 2\n}\n',
    gives: ['{\n "a": 1\n}', '{\n "b": 2\n}'],
  },
  {
    name: 'lines with several objects',
    content: '{"a":1}{"b":2}\n{"c":3}\n{"d":4}\n',
    gives: ['{"a":1}', '{"b":2}', '{"c":3}', '{"d":4}'],
  },
  { name: 'a CloudTrail file', content: gzipSync(`{"Records":[${many.join(',')}]}`), gives: many },
  {
    name: 'a CloudTrail file over many lines',
    content: '{\n "Records": [\n  {"a": 1},\n  {"b": 2}\n ]\n}',
    gives: ['{"a": 1}', '{"b": 2}'],
  },
  {
    name: 'CloudTrail files one a line',
    content: '{"Records":[{"a":1},{"b":2}]}\n{"Records":[{"c":3}]}\n',
    gives: ['{"a":1}', '{"b":2}', '{"c":3}'],
  },
  {
    name: 'text that looks a little like JSON',
    content: '[12:00] {"a":1}\n{x} y\n',
    gives: ['[12:00] {"a":1}', '{x} y'],
  },
]

for (const c of CASES)
  test(`a log file gives ${c.name}`, async (t) => {
    const records = await read(t, c.content)
    assert.deepEqual(textsOf(records), c.gives)
    assert.ok(
      records.every((record) => record.feed.startsWith('file:/') && record.dead === undefined),
    )
  })

test('a line of 10 MB comes whole, one above the limit with its beginning', async (t) => {
  const long = 'x'.repeat(10_000_000)
  assert.deepEqual(
    (await read(t, `${long}\nend`)).map((r) => r.bytes.length),
    [10_000_000, 3],
  )
  const cut = await read(t, `${long}\nend`, { maxRecordBytes: 1_000_000 })
  assert.deepEqual(
    cut.map((r) => [r.bytes.length, r.dead]),
    [
      [65_536, 'file.record-too-long'],
      [3, undefined],
    ],
  )
})

test('a damaged archive gives its beginning and then says why it ends', async (t) => {
  const path = `${await testFolder(t)}/x.gz`
  const packed = gzipSync(many.join('\n'))
  writeFileSync(path, packed.subarray(0, packed.length - 100))
  let count = 0
  const readIt = async () => {
    for await (const _ of readLogFile(path)) count += 1
  }
  await assert.rejects(readIt(), { code: 'collect.unreadable' })
  assert.ok(count > 100)
})

test('a file that is not there is said so', async () => {
  await assert.rejects(readLogFile('/nonexistent/file').next(), { code: 'collect.unreadable' })
})

test('reading may stop early', async (t) => {
  const path = `${await testFolder(t)}/x.gz`
  writeFileSync(path, gzipSync(many.join('\n')))
  for await (const record of readLogFile(path)) {
    assert.equal(textsOf([record])[0], many[0])
    break
  }
})

test('walking gives files in stable order and leaves dot folders out', async (t) => {
  const folder = await testFolder(t)
  for (const name of ['b', 'a', '.git']) {
    mkdirSync(`${folder}/${name}`)
    writeFileSync(`${folder}/${name}/x.log`, 'x')
  }
  writeFileSync(`${folder}/a.log`, 'x')
  symlinkSync(folder, `${folder}/loop`)
  const found: string[] = []
  for await (const path of walkFiles([folder, `${folder}/b/x.log`]))
    found.push(path.slice(folder.length))
  assert.deepEqual(found, ['/a/x.log', '/a.log', '/b/x.log', '/b/x.log'])
  await assert.rejects(walkFiles(['/nonexistent']).next(), { code: 'collect.unreadable' })
})
