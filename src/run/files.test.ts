import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { systemClock } from '#base/clock.ts'
import { Failure } from '#base/failure.ts'
import { silentLog } from '#base/log.ts'
import { createFakeClock } from '#base/testing/fake-clock.ts'
import { openJournal } from '#collect/index.ts'
import { loadConfig, systemSecrets } from '#plan/index.ts'
import type { DeadLetter, Event } from '#shape/event.ts'
import type { Finding } from '#shape/finding.ts'
import { readContent, shippedContent } from './content.ts'
import { freshDemoFolder, loadDemo } from './demo-data.ts'
import { openInputs, wantedInputs } from './inputs.ts'
import { loadAll, readConfig, readPlan } from './load.ts'
import { parseFiles } from './parse.ts'
import { scan } from './scan.ts'
import { testFolder } from './testing/folder.ts'

const SSH =
  'Mar  9 10:15:02 bastion sshd[7]: Failed password for mara from 203.0.113.7 port 22 ssh2'
const RULE = `
title: A wrong password
id: 11111111-1111-4111-8111-111111111111
logsource: { product: linux, service: sshd }
detection: { words: [Failed password for], condition: words }
level: medium
`

const failsWith =
  (code: string, ...texts: string[]) =>
  (error: unknown) => {
    assert.ok(error instanceof Failure, String(error))
    assert.equal(error.code, code)
    const all = [error.message, ...error.details].join('\n')
    for (const text of texts) assert.ok(all.includes(text), `${text} is not in: ${all}`)
    return true
  }

test('content is read in a stable order, and a file that cannot be used is named', (t) => {
  const folder = testFolder(t)
  mkdirSync(join(folder, 'b'))
  writeFileSync(join(folder, 'b', 'two.yaml'), 'x')
  writeFileSync(join(folder, 'a.yml'), 'y')
  writeFileSync(join(folder, 'notes.txt'), 'no')
  writeFileSync(join(folder, 'huge.yml'), Buffer.alloc(5 * 1024 * 1024))
  mkdirSync(join(folder, 'folder.yml'))
  const { files, unreadable } = readContent([folder])
  assert.deepEqual(
    files.map((file) => file.text),
    ['y', 'x'],
  )
  assert.deepEqual(
    unreadable.map(({ path }) => path).sort(),
    [join(folder, 'folder.yml'), join(folder, 'huge.yml')].sort(),
  )
  assert.throws(() => readContent([join(folder, 'absent')]), failsWith('rules.invalid', 'absent'))
})

test('a configuration or plan that is wrong or not there is a failure with every line', (t) => {
  const folder = testFolder(t)
  const config = join(folder, 'vedette.yaml')
  writeFileSync(config, 'zone: Nowhere\nlisen: {}\n')
  assert.throws(
    () => readConfig(config),
    failsWith('config.invalid', '2 problems', ':1:', ':2:', 'listen'),
  )
  const plan = join(folder, 'plan.yaml')
  writeFileSync(plan, 'version: 1\nname: [')
  assert.throws(() => readPlan(plan), failsWith('plan.invalid', `${plan}:2`))
  assert.throws(
    () => readPlan(join(folder, 'none.yaml')),
    failsWith('collect.unreadable', 'none.yaml'),
  )
})

test('everything that the configuration names is found beside it, and bad lines of indicators are told', (t) => {
  const folder = testFolder(t)
  const config = join(folder, 'vedette.yaml')
  writeFileSync(config, 'rules: [mine]\nindicators: [bad.csv]\n')
  mkdirSync(join(folder, 'mine'))
  writeFileSync(join(folder, 'mine', 'r.yml'), RULE)
  writeFileSync(join(folder, 'bad.csv'), 'indicator,type\n203.0.113.9,ip\nnot an address,ip\n')
  const loaded = loadAll(readConfig(config), systemClock)
  assert.ok(loaded.ruleFiles.some((file) => file.path === join(folder, 'mine', 'r.yml')))
  assert.ok(loaded.ruleFiles.length > 100, 'the rules that come with Vedette')
  assert.deepEqual(
    loaded.indicators.map((one) => one.value),
    ['203.0.113.9'],
  )
  assert.ok(loaded.complaints.some(({ path }) => path.endsWith('bad.csv:3')))
  assert.equal(loaded.planPath, '')
})

test('the demo is complete, and its folder is only ever its own', (t) => {
  const folder = testFolder(t)
  const loaded = loadDemo({ http: 0, syslog: 0 }, createFakeClock())
  assert.ok(loaded.plan.sources.length > 3 && loaded.playbookFiles.length >= 3)
  assert.deepEqual(loaded.complaints, [])
  const demo = join(folder, 'demo')
  freshDemoFolder(demo)
  writeFileSync(join(demo, 'left-over'), 'x')
  freshDemoFolder(demo)
  const own = join(folder, 'own')
  mkdirSync(own)
  writeFileSync(join(own, 'thesis.txt'), 'mine')
  assert.throws(() => freshDemoFolder(own), failsWith('files.exists', own))
})

test('an input with a mistake names the line that asked for it', async (t) => {
  const folder = testFolder(t)
  const journal = await openJournal({ folder: join(folder, 'journal'), log: silentLog })
  const stop = new AbortController()
  const parts = {
    journal,
    clock: systemClock,
    log: silentLog,
    stateFolder: join(folder, 'inputs'),
    signal: stop.signal,
    refused: () => undefined,
  }
  const text =
    'listen: { syslog: off }\ninputs:\n  - kind: file\n    paths: [/tmp/x]\n    startAt: middle\n'
  const { config } = loadConfig(text, 'my.yaml', systemSecrets)
  assert.ok(config)
  const wanted = wantedInputs(config, [])
  assert.deepEqual(
    wanted.map(({ kind, at }) => [kind, at]),
    [['file', 'my.yaml:3 inputs.0']],
  )
  await assert.rejects(
    openInputs(wanted, parts),
    failsWith('config.invalid', 'my.yaml:3', 'startAt'),
  )
  const unknown = { kind: 'pigeon', settings: {}, at: 'my.yaml:9 inputs.1' }
  await assert.rejects(
    openInputs([unknown], parts),
    failsWith('config.invalid', 'my.yaml:9', 'pigeon'),
  )
  stop.abort()
  await journal.close()
})

async function parsed(paths: readonly string[], input: Readable = Readable.from([])) {
  const events: Event[] = []
  const dead: DeadLetter[] = []
  const count = await parseFiles({
    paths,
    input,
    routes: [],
    zone: 'UTC',
    clock: createFakeClock(Date.UTC(2026, 5, 1)),
    onEvent: (event) => events.push(event),
    onDead: (letter) => dead.push(letter),
  })
  return { count, events, dead }
}

test('files become events, and what cannot be read is a dead letter with its reason', async (t) => {
  const folder = testFolder(t)
  writeFileSync(join(folder, 'a.log'), `${SSH}\n`)
  writeFileSync(
    join(folder, 'b.json.gz'),
    gzipSync(`{"n":1}\n${'{"a":'.repeat(9_000)}1${'}'.repeat(9_000)}\n`),
  )
  const { count, events, dead } = await parsed([folder])
  assert.deepEqual(count, { records: 3, events: 2, dead: 1 })
  assert.deepEqual(
    events.map(({ id, family, who }) => [id, family, who.user]),
    [
      ['0-0', 'linux.auth', 'mara'],
      ['0-1', 'unknown', undefined],
    ],
  )
  assert.deepEqual(
    dead.map(({ reason }) => reason),
    ['json.too-deep'],
  )
})

test('standard input is read from its first byte to its last, packed or not, in chunks of any size', async () => {
  const text = Buffer.from(`${SSH}\n${SSH.replace('mara', 'felix')}\n`)
  for (const bytes of [text, gzipSync(text)]) {
    for (const size of [1, 7, 100_000]) {
      const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) =>
        bytes.subarray(at * size, (at + 1) * size),
      )
      const { events } = await parsed(['-'], Readable.from(chunks, { objectMode: false }))
      assert.deepEqual(
        events.map((event) => event.who.user),
        ['mara', 'felix'],
      )
    }
  }
  assert.equal((await parsed(['-'])).count.records, 0)
})

async function scanned(paths: readonly string[]) {
  const found: (readonly [Finding, string])[] = []
  const result = await scan({
    paths,
    ruleFiles: [{ path: 'r.yml', text: RULE }],
    routes: [],
    indicators: [],
    zone: 'UTC',
    clock: createFakeClock(Date.UTC(2026, 5, 1)),
    onFinding: (finding, file) => found.push([finding, file]),
  })
  return { result, found }
}

test('a scan names the file of each finding and counts everything it read', async (t) => {
  const folder = testFolder(t)
  writeFileSync(join(folder, 'a-empty.log'), '')
  writeFileSync(join(folder, 'b-quiet.log'), 'nothing here\n'.repeat(700))
  writeFileSync(join(folder, 'c-loud.log'), `${SSH}\n`)
  writeFileSync(join(folder, 'd-broken.gz'), gzipSync('x\n'.repeat(1_000)).subarray(0, 30))
  const { result, found } = await scanned([folder])
  assert.deepEqual(
    found.map(([finding, file]) => [finding.ruleTitle, file]),
    [['A wrong password', join(folder, 'c-loud.log')]],
  )
  assert.deepEqual([result.files, result.findings], [4, 1])
  assert.equal(result.families['linux.auth'], 1)
  assert.deepEqual(
    result.failed.map(({ path }) => path),
    [join(folder, 'd-broken.gz')],
  )
})

test('the rules that come with Vedette all compile in a scan', async (t) => {
  const { files, unreadable } = readContent(shippedContent().rules)
  assert.deepEqual(unreadable, [])
  const folder = testFolder(t)
  writeFileSync(join(folder, 'x.log'), 'x\n')
  const result = await scan({
    paths: [folder],
    ruleFiles: files,
    routes: [],
    indicators: [],
    zone: 'UTC',
    clock: systemClock,
    onFinding: () => undefined,
  })
  assert.deepEqual(result.ruleSet.problems, [])
})
