import assert from 'node:assert/strict'
import { appendFileSync, chmodSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { Readable } from 'node:stream'
import { test } from 'node:test'
import { z } from 'zod'
import { INPUTS } from '../inputs.ts'
import { openBench } from '../testing/context.ts'
import { testFolder } from '../testing/folder.ts'
import { readAll, textsOf } from '../testing/records.ts'
import { until } from '../testing/until.ts'
import { evtxInput } from './evtx/index.ts'
import { journaldInput } from './journald/index.ts'
import { readLinesInto } from './stdin/read-lines.ts'

test('every folder of an input is listed', () => {
  const folders = readdirSync(new URL('.', import.meta.url), { withFileTypes: true })
  const names = folders.filter((entry) => entry.isDirectory()).map((entry) => entry.name)
  assert.deepEqual(
    INPUTS.map((input) => input.name),
    names.toSorted(),
  )
})

test('inputs are listed alphabetically and every option is described', () => {
  const names = INPUTS.map((input) => input.name)
  assert.deepEqual(names, names.toSorted())
  for (const input of INPUTS) {
    assert.ok(input.summary.endsWith('.'))
    assert.ok(input.config instanceof z.ZodObject)
    const { properties } = z.toJSONSchema(input.config, { io: 'input' })
    for (const [name, option] of Object.entries(properties ?? {}))
      assert.ok(typeof option === 'object' && option.description, `${input.name}.${name}`)
  }
})

test('a wrong option is refused', async (t) => {
  const bench = await openBench(await testFolder(t))
  t.after(() => bench.close())
  for (const input of INPUTS) await assert.rejects(input.open({ nonsense: 1 }, bench.context))
})

test('standard input gives its lines, the last one without an end too', async (t) => {
  const bench = await openBench(await testFolder(t))
  t.after(() => bench.close())
  const stream = Readable.from([
    Buffer.from('one\ntw'),
    Buffer.from(`o\n${'x'.repeat(5_000)}\nend`),
  ])
  await readLinesInto(stream, { feed: 'stdin:pipe', maxLineBytes: 2_000 }, bench.context)
  const records = await readAll(bench.journal)
  assert.deepEqual(textsOf(records), ['one', 'two', 'x'.repeat(2_000), 'end'])
  assert.deepEqual(
    records.map((r) => r.dead),
    [undefined, undefined, 'file.line-too-long', undefined],
  )
  assert.equal(records[0]?.feed, 'stdin:pipe')
})

/** An EVTX file with chunks that are told by their last byte; 0 stands for a place without a chunk. */
function evtxFile(marks: readonly number[]): Buffer {
  const header = Buffer.alloc(4096)
  header.write('ElfFile\0', 0, 'latin1')
  const chunks = marks.map((mark) => {
    const chunk = Buffer.alloc(65_536, mark)
    if (mark !== 0) chunk.write('ElfChnk\0', 0, 'latin1')
    return chunk
  })
  return Buffer.concat([header, ...chunks])
}

test('an EVTX file gives each chunk once, also after a restart, and later chunks when they come', async (t) => {
  const folder = await testFolder(t)
  const path = `${folder}/Security.evtx`
  writeFileSync(path, evtxFile([1, 0, 2]))
  writeFileSync(`${folder}/notes.evtx`, 'not one')
  const marks = async (bench: Awaited<ReturnType<typeof openBench>>) =>
    (await readAll(bench.journal)).map((record) => record.bytes.at(-1))
  const run = async (count: number) => {
    const bench = await openBench(`${folder}/data`)
    const input = await evtxInput.open({ paths: [folder], pollMs: 10 }, bench.context)
    await until(async () => (await marks(bench)).length >= count)
    await until(() => input.feeds().length === 1)
    await input.close()
    const all = await marks(bench)
    const [first] = await readAll(bench.journal)
    await bench.close()
    return { all, first }
  }
  const { all, first } = await run(2)
  assert.deepEqual(all, [1, 2])
  assert.equal(first?.feed, `evtx:${path}`)
  assert.equal(first?.meta?.['format'], 'evtx-chunk')
  assert.equal(first?.meta?.['chunk'], '0')
  appendFileSync(path, evtxFile([3]).subarray(4096))
  assert.deepEqual((await run(3)).all, [1, 2, 3])
  assert.deepEqual((await run(3)).all, [1, 2, 3])
})

test('journald entries come with their cursor, and a restart asks for what is behind the last one', async (t) => {
  const folder = await testFolder(t)
  const program = `${folder}/journalctl`
  const asked = `${folder}/asked`
  const script = `#!/bin/sh
echo "$@" >> ${asked}
echo '{"__CURSOR":"s=1;i=a","MESSAGE":"one"}'
echo 'not json'
echo '{"__CURSOR":"s=1;i=b","MESSAGE":[104,105]}'
exec sleep 60
`
  writeFileSync(program, script)
  chmodSync(program, 0o755)
  for (const count of [3, 6]) {
    const bench = await openBench(`${folder}/data`)
    const input = await journaldInput.open({ program, startAt: 'beginning' }, bench.context)
    await until(() => bench.journal.durable >= count)
    await input.close()
    const records = await readAll(bench.journal)
    assert.equal(records[0]?.feed, 'journald')
    assert.deepEqual(records[0]?.meta, { cursor: 's=1;i=a' })
    assert.equal(records[1]?.dead, 'json.invalid')
    await bench.close()
  }
  const [first, second] = readFileSync(asked, 'utf8').split('\n')
  assert.match(first ?? '', /--no-tail$/)
  assert.match(second ?? '', /--no-tail --after-cursor=s=1;i=b$/)
})

test('a journalctl that is not there is tried again and can be closed', async (t) => {
  const bench = await openBench(await testFolder(t))
  t.after(() => bench.close())
  const warnings: string[] = []
  const log = { ...bench.context.log, warn: (message: string) => void warnings.push(message) }
  const input = await journaldInput.open(
    { program: '/nonexistent/journalctl' },
    { ...bench.context, log },
  )
  await until(() => warnings.length > 0)
  assert.deepEqual(warnings, ['journalctl ended and is started again'])
  await input.close()
})
