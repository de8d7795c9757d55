import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { flowFolder, hasEngine, removeFolder, until } from '../flow/server.ts'
import { olderNode, pinnedPath, plainPath, ROOT, run } from './machine.ts'

/** Words in npm's complaint when it is the network or the registry that is missing, not the package that is wrong. */
const OFFLINE = /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENOTCACHED|E404|ENETUNREACH/

const folder = flowFolder()
const home = join(folder, 'stranger')
const own = await olderNode()
let missing = ''

before(async () => {
  mkdirSync(home)
  if ((await run('npm', ['--version'])).code !== 0) {
    missing = 'npm is not installed'
    return
  }
  const packed = await run('npm', ['pack', '--pack-destination', folder], { path: pinnedPath })
  assert.equal(packed.code, 0, packed.output)
  const tarball = readdirSync(folder).find((name) => name.endsWith('.tgz')) ?? ''
  const flags = [
    '--no-audit',
    '--no-fund',
    '--prefer-offline',
    ...(hasEngine ? [] : ['--omit=optional']),
  ]
  const installed = await run('npm', ['install', ...flags, join(folder, tarball)], {
    cwd: home,
    path: pinnedPath,
  })
  if (installed.code !== 0 && OFFLINE.test(installed.output))
    missing = 'the package registry cannot be reached'
  else assert.equal(installed.code, 0, installed.output)
})
after(() => removeFolder(folder))

const npx = (...args: string[]) =>
  run('npx', ['--no-install', 'vedette', ...args], { cwd: home, path: pinnedPath })

test('the packed package starts with npx in an empty folder', async (t) => {
  if (missing !== '') return t.skip(missing)
  const { code, output } = await npx('--version')
  assert.equal(code, 0, output)
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
  assert.ok(output.split('\n').includes(version), output)
})

test('the packed package scans a log with the rules that come with it', async (t) => {
  if (missing !== '') return t.skip(missing)
  writeFileSync(
    join(home, 'auth.log'),
    'Mar  9 10:15:02 bastion-1 sudo: mara : TTY=pts/1 ; PWD=/root ; USER=root ; COMMAND=/usr/bin/systemctl stop rsyslog\n',
  )
  const { code, output } = await npx('scan', 'auth.log', '--format', 'ndjson')
  assert.equal(code, 1, output)
  assert.match(output, /"ruleTitle":"Somebody stopped the log of a Linux machine"/)
  assert.match(output, /1 finding · 1 files, 1 records, 1 events · [1-9]\d+ rules/)
})

test('the packed package comes with the console, and without tests or sources', async (t) => {
  if (missing !== '') return t.skip(missing)
  const root = join(home, 'node_modules', 'vedette')
  assert.ok(existsSync(join(root, 'dist', 'console', 'index.html')))
  const all = readdirSync(root, { recursive: true, encoding: 'utf8' })
  const stray = all.filter((path) => /\.test\.|\/testing\/|\/fixtures\/|\.tsx?$/.test(path))
  assert.deepEqual(stray, [])
})

test('the packed server starts on free ports, serves its console, and stops when asked', {
  skip: hasEngine ? false : 'the store engine (chdb) is not installed',
  timeout: 120_000,
}, async (t) => {
  if (missing !== '') return t.skip(missing)
  const settings = { listen: { http: '127.0.0.1:0', syslog: '127.0.0.1:0' }, ownLogs: false }
  writeFileSync(join(home, 'vedette.yaml'), JSON.stringify(settings))
  const server = spawn(join(home, 'node_modules', '.bin', 'vedette'), ['up'], {
    cwd: home,
    env: { ...process.env, PATH: pinnedPath },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ended = new Promise<number>((resolve) => server.once('exit', (code) => resolve(code ?? -1)))
  let printed = ''
  for (const stream of [server.stdout, server.stderr])
    stream.on('data', (part: Buffer) => {
      printed += part.toString()
    })
  try {
    await until('the link', () => {
      assert.equal(server.exitCode, null, printed)
      return printed.includes('Stop with Ctrl-C')
    })
    const link = /http:\/\/127\.0\.0\.1:\d+\/sign-in\?code=[\w-]+/.exec(printed)?.[0] ?? ''
    const page = await fetch(link)
    assert.equal(page.status, 200, printed)
    const site = await fetch(new URL('/', link), { headers: { accept: 'text/html' } })
    assert.match(await site.text(), /<div id="root"/)
    const health = await fetch(new URL('/api/status', link))
    assert.equal(health.status, 401)
  } finally {
    server.kill('SIGTERM')
  }
  assert.equal(await ended, 0, printed)
})

test('on an older Node the packed package says what it needs and how to get it', {
  skip: own ? false : 'the Node of this machine is new enough',
}, async (t) => {
  if (missing !== '') return t.skip(missing)
  const launcher = join(home, 'node_modules', 'vedette', 'bin', 'vedette.js')
  const { code, output } = await run(own ?? '', [launcher, 'scan', 'x.log'], {
    cwd: home,
    path: plainPath,
  })
  assert.equal(code, 2, output)
  assert.match(output, /needs Node 24/)
  assert.match(output, /npx -p node@24 -p vedette vedette scan x\.log/)
})

test('on an older Node a checkout hands over to the pinned one, with its exit code', {
  skip: own ? false : 'the Node of this machine is new enough',
}, async () => {
  const launcher = join(ROOT, 'bin', 'vedette.js')
  const version = await run(own ?? '', [launcher, '--version'], { path: plainPath })
  assert.match(version.output, /^\d+\.\d+\.\d+$/m)
  assert.equal(version.code, 0)
  assert.equal((await run(own ?? '', [launcher, 'scna'], { path: plainPath })).code, 2)
})

test('npx finds vedette in the checkout itself', async (t) => {
  if (missing === 'npm is not installed') return t.skip(missing)
  const { code, output } = await run('npx', ['vedette', '--version'], { path: plainPath })
  assert.equal(code, 0, output)
  assert.match(output, /^\d+\.\d+\.\d+$/m)
})
