import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { connect } from 'node:net'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { silentLog } from '#base/log.ts'
import { openEventStore } from '#store/index.ts'
import {
  type FlowServer,
  flowFolder,
  hasEngine,
  pipelineOf,
  removeFolder,
  runVerb,
  settled,
  startServer,
  until,
} from './server.ts'

const skip = hasEngine ? false : 'the store engine (chdb) is not installed'
const folder = flowFolder()
after(() => removeFolder(folder))

/** Sends NDJSON in batches until told to stop; gives the numbers that were acknowledged. */
async function sendUntilRefused(
  server: FlowServer,
  from: number,
): Promise<{ acked: number[]; tried: number }> {
  const acked: number[] = []
  // Fewer in all than one search can list.
  for (let next = from; next < from + 3_000; next += 50) {
    const numbers = Array.from({ length: 50 }, (_, at) => next + at)
    const body = numbers
      .map((n) => JSON.stringify({ flow: 'crash', n, note: `record-${n}-end` }))
      .join('\n')
    try {
      const answer = await fetch(`${server.url}/intake/crash`, {
        method: 'POST',
        headers: { authorization: `Bearer ${server.intakeToken}` },
        body,
      })
      if (!answer.ok) return { acked, tried: next + 50 }
      acked.push(...numbers)
    } catch {
      return { acked, tried: next + 50 }
    }
  }
  return { acked, tried: from + 3_000 }
}

/** Five wrong passwords for one user from one address, as sshd logs them: one correlation finding. */
function guessing(user: string, address: string): string {
  const now = new Date().toISOString()
  return Array.from({ length: 30 }, (_, at) => {
    const line = `<86>1 ${now} bastion sshd ${1000 + at} - - Failed password for ${user} from ${address} port ${4000 + at} ssh2`
    return `${Buffer.byteLength(line)} ${line}`
  }).join('')
}

function sendTcp(server: FlowServer, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(server.syslog, () => socket.end(text))
    socket.on('close', () => resolve())
    socket.on('error', reject)
  })
}

function command(program: string, args: readonly string[]): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(program, [...args], { stdio: 'ignore' })
    child.on('error', () => resolve(-1))
    child.on('close', (code) => resolve(code ?? -1))
  })
}

test('a server killed three times in the middle keeps every acknowledged record once and every finding once', {
  skip,
  timeout: 240_000,
}, async () => {
  const acked: number[] = []
  let next = 0
  for (let round = 0; round < 3; round += 1) {
    const server = await startServer(folder)
    await sendTcp(server, guessing(`victim${round}`, `203.0.113.${70 + round}`))
    const sending = sendUntilRefused(server, next)
    await until(
      'records to be stored',
      async () => (await pipelineOf(server)).received > 1_500 * (round + 1),
    )
    await server.kill()
    const sent = await sending
    acked.push(...sent.acked)
    next = sent.tried
  }
  const server = await startServer(folder)
  await command('logger', [
    '-n',
    server.syslog.host,
    '-P',
    String(server.syslog.port),
    '-T',
    '--octet-count',
    '-t',
    'flowtest',
    'written by logger',
  ])
  await settled(server, 1)
  const findings = await allFindings(server)
  assert.equal(await server.stop(), 0)

  const ledger = await runVerb(['ledger', 'verify', '--data', server.data])
  assert.equal(ledger.code, 0, ledger.stdout)
  const stored = await storedNumbers(server.data)
  assert.equal(new Set(stored).size, stored.length, 'a record is stored twice')
  const missing = acked.filter((n) => !stored.includes(n))
  assert.deepEqual(missing, [], 'an acknowledged record is missing')
  assert.ok(acked.length > 3_000, `only ${acked.length} were acknowledged: the test proves little`)

  const ids = findings.map((finding) => finding.id)
  assert.equal(new Set(ids).size, ids.length, 'a finding is there twice')
  for (const address of ['203.0.113.70', '203.0.113.71', '203.0.113.72']) {
    const counted = findings.filter(
      (finding) => finding.ruleKind === 'correlation' && JSON.stringify(finding).includes(address),
    )
    assert.equal(counted.length, 1, `${counted.length} correlation findings about ${address}`)
  }
})

interface FoundFinding {
  readonly id: string
  readonly ruleKind: string
}

async function allFindings(server: FlowServer): Promise<FoundFinding[]> {
  const page = (await server.api('/api/findings?limit=500')) as {
    items: FoundFinding[]
  }
  return page.items
}

async function storedNumbers(data: string): Promise<number[]> {
  const store = await openEventStore({ folder: join(data, 'events'), log: silentLog })
  try {
    const to = (Date.now() + 86_400_000) * 1000
    const found = await store.search({
      text: 'source:"http:crash"',
      from: 0,
      to,
      limit: 200_000,
      bars: 0,
    })
    return found.rows.map((row) => Number(row.fields['n']))
  } finally {
    await store.close()
  }
}
