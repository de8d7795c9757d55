import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { systemClock } from '#base/clock.ts'
import { systemIds } from '#base/ids.ts'
import { openStateStore } from '#store/index.ts'
import { allStored, enginePid, goesOn, ledgerBalances, post, sendNumbers } from './sending.ts'
import {
  countOf,
  flowFolder,
  hasEngine,
  pipelineOf,
  removeFolder,
  runVerb,
  settled,
  startServer,
  until,
} from './server.ts'

const timeout = 90_000
const skip = hasEngine ? false : 'the store engine (chdb) is not installed'
const isRoot = process.getuid?.() === 0
const ROOT = new URL('../../', import.meta.url).pathname

function ownFolder(t: TestContext): string {
  const folder = flowFolder()
  t.after(() => removeFolder(folder))
  return folder
}

/** Runs `vedette up` that is expected to end by itself. */
function tryUp(folder: string, config: object) {
  const file = join(folder, 'vedette.yaml')
  const listen = { http: '127.0.0.1:0', syslog: '127.0.0.1:0' }
  writeFileSync(file, JSON.stringify({ listen, ownLogs: false, ...config }))
  return runVerb(['up', '--config', file, '--data', join(folder, 'data')], { cwd: folder })
}

const GOOD_RULE = `title: A word nobody says
id: 5b1f6a3e-7c1d-4a55-9c0e-0d2f5a7e1c11
status: experimental
logsource: { product: linux }
detection:
  words: ['xyzzyspoken']
  condition: words
level: high
`

test('rule files that cannot be used are named with file and line, and the others run', {
  skip,
  timeout,
}, async (t) => {
  const folder = ownFolder(t)
  const rules = join(folder, 'rules')
  mkdirSync(join(rules, 'folder.yml'), { recursive: true })
  writeFileSync(join(rules, 'good.yml'), GOOD_RULE)
  writeFileSync(join(rules, 'broken.yml'), 'title: [unclosed\nid: : :\n  - what\n')
  writeFileSync(
    join(rules, 'modifier.yml'),
    GOOD_RULE.replace("words: ['xyzzyspoken']", 'words:\n    CommandLine|containz: x'),
  )
  writeFileSync(join(rules, 'binary.yml'), Buffer.from([0, 159, 146, 150, 255, 0, 1, 2]))
  symlinkSync(join(folder, 'nowhere'), join(rules, 'dangling.yml'))
  if (!isRoot) {
    writeFileSync(join(rules, 'secret.yml'), GOOD_RULE)
    chmodSync(join(rules, 'secret.yml'), 0)
  }
  const server = await startServer(folder, { config: { rules: ['rules'] } })
  try {
    const listed = (await server.api('/api/rules')) as {
      items: { id: string }[]
      problems: { path: string; text: string }[]
    }
    assert.ok(listed.items.some((rule) => JSON.stringify(rule).includes('A word nobody says')))
    const status = (await server.api('/api/status')) as { unknowns: string[] }
    const told = [...listed.problems.map(({ path, text }) => `${path} ${text}`), ...status.unknowns]
    const about = (name: string) => told.filter((line) => line.includes(name)).join('\n')
    assert.match(about('broken.yml'), /broken\.yml:\d+/)
    assert.match(about('modifier.yml'), /modifier\.yml:\d+.*containz/)
    assert.match(about('binary.yml'), /binary\.yml/)
    assert.match(about('dangling.yml'), /dangling\.yml/)
    if (!isRoot) assert.match(about('secret.yml'), /secret\.yml/)
    await goesOn(server)
  } finally {
    await server.stop()
  }
})

const PLAN_WITH_TYPOS = `organization: Typo Ltd
tragets:
  - id: shop
    name: The shop
`

test('a plan or configuration with typos is refused with file, line and a suggestion', {
  timeout,
}, async (t) => {
  const folder = ownFolder(t)
  writeFileSync(join(folder, 'plan.yaml'), PLAN_WITH_TYPOS)
  const up = await tryUp(folder, { plan: 'plan.yaml' })
  assert.equal(up.code, 2, up.stderr)
  assert.match(up.stderr, /plan\.yaml:2.*tragets.*targets/)
  const check = await runVerb(['plan', 'check', '--plan', join(folder, 'plan.yaml')])
  assert.equal(check.code, 2, check.stderr)
  assert.match(check.stderr, /plan\.yaml:2.*tragets.*targets/)
  writeFileSync(join(folder, 'plan.yaml'), 'targets: [\n  - :\n')
  const broken = await tryUp(folder, { plan: 'plan.yaml' })
  assert.equal(broken.code, 2, broken.stderr)
  assert.match(broken.stderr, /plan\.yaml:\d+/)
  rmSync(join(folder, 'plan.yaml'))
  const config = await tryUp(folder, { listem: {} })
  assert.equal(config.code, 2, config.stderr)
  assert.match(config.stderr, /vedette\.yaml:1.*listem.*listen/)
  const missing = await tryUp(folder, { rules: ['no-such-folder'] })
  assert.equal(missing.code, 2, missing.stderr)
  assert.match(missing.stderr, /no-such-folder/)
})

test('a taken port is named with address, file and way out', { skip, timeout }, async (t) => {
  const folder = ownFolder(t)
  const other = createServer()
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
  t.after(() => other.close())
  const bound = other.address()
  const taken = `127.0.0.1:${typeof bound === 'object' ? bound?.port : 0}`
  for (const kind of ['http', 'syslog']) {
    const listen = { http: '127.0.0.1:0', syslog: '127.0.0.1:0', [kind]: taken }
    const up = await tryUp(folder, { listen })
    assert.equal(up.code, 3, up.stderr)
    assert.match(up.stderr, /collect\.port-taken/)
    assert.ok(up.stderr.includes(taken), up.stderr)
    assert.match(up.stderr, new RegExp(`vedette\\.yaml.*listen\\.${kind}`))
    assert.match(up.stderr, /→ Stop the other program or choose another port/)
  }
  const server = await startServer(folder)
  await goesOn(server)
  assert.equal(await server.stop(), 0)
})

test('a data folder in use, or one that cannot be written, is named with the way out', {
  skip,
  timeout,
}, async (t) => {
  const folder = ownFolder(t)
  const server = await startServer(folder)
  try {
    const second = await tryUp(folder, {})
    assert.equal(second.code, 3, second.stderr)
    assert.match(second.stderr, /run\.data-in-use.*\d+/)
    assert.match(second.stderr, /→ .*--data/)
    await goesOn(server)
  } finally {
    assert.equal(await server.stop(), 0)
  }
  await ledgerBalances(server.data)
  const other = ownFolder(t)
  writeFileSync(join(other, 'data'), 'this is a file')
  const up = await tryUp(other, {})
  assert.equal(up.code, 3, up.stderr)
  assert.match(up.stderr, /files\.unwritable: .*data/)
  assert.match(up.stderr, /→ Check owner and rights/)
})

test('a killed store engine comes back in the middle of load and every record is stored once', {
  skip,
  timeout,
}, async (t) => {
  const server = await startServer(ownFolder(t))
  let isOver = false
  const sending = sendNumbers(server, 'engine', () => isOver)
  for (let round = 1; round <= 3; round += 1) {
    const { stored } = await pipelineOf(server).catch(() => ({ stored: 0 }))
    await until('records to be stored', async () => {
      const now = await pipelineOf(server).catch(() => ({ stored: 0 }))
      return now.stored > stored + 500
    })
    process.kill(enginePid(server), 'SIGKILL')
    await until('the engine to be another one', async () => {
      const status = (await server.api('/api/status').catch(() => undefined)) as
        | { health: { state: string } }
        | undefined
      return status !== undefined && status.health.state !== 'degraded'
    })
  }
  isOver = true
  const { acked, refusals } = await sending
  assert.deepEqual(refusals, [], 'intake does not depend on the engine')
  await settled(server, acked.length)
  await allStored(server, 'engine', acked)
  await goesOn(server)
  assert.equal(await server.stop(), 0)
  await ledgerBalances(server.data)
})

test('a state that is ahead of its journal goes on without losing what comes next', {
  skip,
  timeout,
}, async (t) => {
  const folder = ownFolder(t)
  const first = await startServer(folder)
  const body = Array.from({ length: 300 }, (_, n) => JSON.stringify({ n })).join('\n')
  await post(first, '/intake/gap', { body })
  await settled(first, 300)
  assert.equal(await first.stop(), 0)
  rmSync(join(first.data, 'journal'), { recursive: true })
  const second = await startServer(folder)
  await goesOn(second)
  const status = (await second.api('/api/status')) as { unknowns: string[] }
  assert.match(status.unknowns.join('\n'), /journal on disk ended 300 records/)
  assert.equal(await countOf(second, 'source:"http:gap"'), 300)
  assert.equal(await second.stop(), 0)
  await ledgerBalances(second.data)
})

test('what retention has removed is not missed by the ledger, what it kept is', {
  skip,
  timeout,
}, async (t) => {
  const data = join(ownFolder(t), 'data')
  const state = await openStateStore({
    path: join(data, 'state.sqlite'),
    clock: systemClock,
    ids: systemIds,
  })
  t.after(() => state.close())
  const count = async (daysAgo: number, position: number) => {
    const minute = Math.floor(Date.now() / 60_000) - daysAgo * 24 * 60
    const zeros = { bytes: 0, dropped: 0, dead: 0, findings: 0, delaySumMs: 0, delayMaxMs: 0 }
    const row = { ...zeros, source: 'a', minute, received: 5, stored: 5, events: 5, reasons: {} }
    await state.spans.commitSpan({ position, ledger: [row] })
  }
  await state.settings.put('run.content', { planPath: '', rulePaths: [], retentionDays: 10 })
  await count(11, 5)
  await ledgerBalances(data)
  await count(9, 10)
  const ledger = await runVerb(['ledger', 'verify', '--data', data])
  assert.equal(ledger.code, 1, ledger.stderr)
  assert.match(ledger.stdout, /^NOT {2}5 events counted, 0 rows stored/m)
})

test('rubbish in the spool and a snapshot of another version are left aside, and told', {
  skip,
  timeout,
}, async (t) => {
  const folder = ownFolder(t)
  const first = await startServer(folder)
  await goesOn(first)
  await first.kill()
  const spool = join(first.data, 'spool')
  const name = (from: number, to: number) =>
    `0-${String(from).padStart(15, '0')}-${String(to).padStart(15, '0')}`
  const span = { from: 2, to: 9, received: 1, events: 8, dead: 0, ledger: [] }
  writeFileSync(join(spool, 'open.events.tmp'), 'half a row')
  writeFileSync(join(spool, `${name(2, 9)}.span.json`), JSON.stringify(span))
  writeFileSync(join(spool, `${name(2, 9)}.events.ndjson`), '{"id": not a row at all\n')
  writeFileSync(
    join(spool, `${name(50, 60)}.span.json`),
    JSON.stringify({ ...span, from: 50, to: 60 }),
  )
  writeFileSync(join(spool, `${name(1, 1)}.span.json`), '{"from":1')
  writeFileSync(
    join(spool, `${name(2, 3)}.span.json`),
    JSON.stringify({ ...span, to: 3, ledger: [{}] }),
  )
  writeFileSync(join(spool, `${name(2, 4)}.span.json`), Buffer.from([0, 255, 254]))
  mkdirSync(join(spool, `${name(2, 5)}.span.json`))
  mkdirSync(join(spool, 'a folder', 'inside'), { recursive: true })
  const path = join(first.data, 'state.sqlite')
  const state = await openStateStore({ path, clock: systemClock, ids: systemIds })
  const position = await state.spans.position('pipeline')
  const bytes = Buffer.from('{"version":"from the future"}')
  await state.snapshots.put('pipeline', { position, version: '999', bytes })
  await state.close()
  const second = await startServer(folder)
  await goesOn(second)
  const status = (await second.api('/api/status')) as { unknowns: string[] }
  assert.match(status.unknowns.join('\n'), /kept state did not fit/)
  assert.equal(await second.stop(), 0)
  await ledgerBalances(second.data)
})

test('a state file that is no database is refused with its path', { skip, timeout }, async (t) => {
  const folder = ownFolder(t)
  mkdirSync(join(folder, 'data'))
  writeFileSync(join(folder, 'data', 'state.sqlite'), 'rubbish '.repeat(1_000))
  const up = await tryUp(folder, {})
  assert.equal(up.code, 3, up.stderr)
  assert.match(up.stderr, /store\.failed: .*state\.sqlite/)
  assert.match(up.stderr, /→ /)
})

/** Runs a server into which a defect is planted, in the given thread, as soon as it is up; gives how it ended. */
function runPlanted(folder: string, thread: 'main' | 'worker') {
  const data = join(folder, 'data')
  const config = join(folder, 'vedette.yaml')
  const listen = { http: '127.0.0.1:0', syslog: '127.0.0.1:0' }
  writeFileSync(config, JSON.stringify({ listen, ownLogs: false }))
  const planted = join(folder, 'planted.mjs')
  writeFileSync(
    planted,
    `import { existsSync } from 'node:fs'
import { isMainThread } from 'node:worker_threads'
const look = setInterval(() => {
  if (!existsSync(${JSON.stringify(join(data, 'run.json'))})) return
  clearInterval(look)
  if (isMainThread === ${thread === 'main'}) Promise.reject(new Error('planted defect'))
}, 20)
look.unref()
`,
  )
  const args = ['--import', planted, join(ROOT, 'bin', 'vedette.js'), 'up']
  const child = spawn(process.execPath, [...args, '--config', config, '--data', data], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let printed = ''
  child.stderr.on('data', (part: Buffer) => {
    printed += part.toString()
  })
  return new Promise<{ code: number | null; printed: string }>((resolve) =>
    child.on('close', (code) => resolve({ code, printed })),
  )
}

test('a defect that nobody caught, in either thread, stops the server with code 3 and its reason', {
  skip,
  timeout,
}, async (t) => {
  const folder = ownFolder(t)
  for (const thread of ['main', 'worker'] as const) {
    const { code, printed } = await runPlanted(folder, thread)
    assert.equal(code, 3, printed)
    assert.match(printed, /stopping: .*planted defect/)
  }
  const server = await startServer(folder)
  await goesOn(server)
  assert.equal(await server.stop(), 0)
})
