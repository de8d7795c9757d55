import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import {
  countOf,
  type FlowServer,
  flowFolder,
  hasEngine,
  pipelineOf,
  removeFolder,
  settled,
  startServer,
} from './server.ts'

const noEngine = hasEngine ? false : 'the store engine (chdb) is not installed'
const RSYSLOGD = '/usr/sbin/rsyslogd'
const LOGGER = '/usr/bin/logger'
const without = (path: string) =>
  noEngine || (existsSync(path) ? false : `${path} is not installed`)

const folder = flowFolder()
let server: FlowServer

before(async () => {
  if (!noEngine) server = await startServer(folder)
})
after(async () => {
  if (!noEngine) await server.stop()
  removeFolder(folder)
})

function logger(args: readonly string[]): Promise<number | null> {
  return new Promise((resolve) => {
    spawn(LOGGER, [...args], { stdio: 'ignore' }).on('close', resolve)
  })
}

test('logger over UDP as RFC 3164 is one event with who and what', {
  skip: without(LOGGER),
}, async () => {
  const { received } = await pipelineOf(server)
  const to = ['-n', '127.0.0.1', '-P', String(server.udpPort), '-d', '--rfc3164']
  await logger([...to, '-t', 'su', 'FAILED SU (to root) mallory on pts/0'])
  await settled(server, received + 1)
  assert.equal(await countOf(server, 'user:mallory outcome:failure'), 1)
})

test('logger over TCP as RFC 5424 with octet counting is one event', {
  skip: without(LOGGER),
}, async () => {
  const { received } = await pipelineOf(server)
  const to = [
    '-n',
    '127.0.0.1',
    '-P',
    String(server.syslog.port),
    '-T',
    '--rfc5424',
    '--octet-count',
  ]
  await logger([
    ...to,
    '-t',
    'sudo',
    'alice : TTY=pts/1 ; PWD=/home/alice ; USER=root ; COMMAND=/usr/bin/id',
  ])
  await settled(server, received + 1)
  assert.equal(await countOf(server, 'user:alice target_user:root family:linux.auth'), 1)
})

for (const framing of ['octet-counted', 'traditional']) {
  test(`rsyslog forwards a file over TCP, ${framing}, and every line arrives once`, {
    skip: without(RSYSLOGD),
    timeout: 90_000,
  }, async (t) => {
    const { received } = await pipelineOf(server)
    const own = flowFolder()
    t.after(() => removeFolder(own))
    const word = `line-${framing}`
    writeFileSync(
      join(own, 'in.log'),
      Array.from({ length: 300 }, (_, at) => `${word} ${at} end\n`).join(''),
    )
    const forward = `target="127.0.0.1" port="${server.syslog.port}" protocol="tcp" TCP_Framing="${framing}"`
    writeFileSync(
      join(own, 'rsyslog.conf'),
      `module(load="imfile")
global(workDirectory="${own}")
input(type="imfile" File="${own}/in.log" Tag="app:" Severity="info" Facility="local0")
action(type="omfwd" ${forward} queue.type="LinkedList")
`,
    )
    const pidFile = join(own, 'rsyslog.pid')
    const rsyslog = spawn(RSYSLOGD, ['-n', '-f', join(own, 'rsyslog.conf'), '-i', pidFile], {
      stdio: 'ignore',
    })
    t.after(() => rsyslog.kill('SIGKILL'))
    await settled(server, received + 300)
    assert.equal(await countOf(server, `"${word}"`), 300)
    assert.equal(await countOf(server, `"${word} 7 end"`), 1)
  })
}

const WIRE = new URL('../../../shared/data/structure/wire/', import.meta.url)
const CAPTURES = ['tcp-mixed-framing.bin', 'syslog-ng-octet-5424.bin', 'syslog-ng-lf-3164.bin']

for (const name of CAPTURES) {
  const skip = noEngine || (existsSync(new URL(name, WIRE)) ? false : 'needs ../shared')
  test(`the bytes of ${name}, sent again, are stored message by message`, { skip }, async () => {
    const bytes = readFileSync(new URL(name, WIRE))
    const messages = [...bytes.toString('latin1').matchAll(/<\d{1,3}>/g)].length
    const { received } = await pipelineOf(server)
    await new Promise<void>((resolve, reject) => {
      const socket = connect(server.syslog, () => socket.end(bytes))
      socket.on('close', () => resolve())
      socket.on('error', reject)
    })
    await settled(server, received + messages)
    const after = await pipelineOf(server)
    assert.equal(after.received - received, messages)
    assert.equal(after.received, after.stored + after.dead)
  })
}
