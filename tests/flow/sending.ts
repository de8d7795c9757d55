import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { readFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { countOf, type FlowServer, runVerb, until } from './server.ts'

/** What the server answered to a delivery. */
export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
}

/** Posts to a path of the server with the intake token, unless other headers say otherwise. */
export async function post(
  server: FlowServer,
  path: string,
  delivery: { body: string | Uint8Array<ArrayBuffer>; headers?: Record<string, string> },
): Promise<Answer> {
  const answer = await fetch(`${server.url}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${server.intakeToken}`, ...delivery.headers },
    body: delivery.body,
  })
  return { status: answer.status, headers: answer.headers, text: await answer.text() }
}

/** Writes to the syslog port over TCP and closes the connection; resolves when it is closed. */
export function sendTcp(server: FlowServer, ...parts: (string | Uint8Array)[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(server.syslog, () => {
      for (const part of parts) socket.write(part)
      socket.end()
    })
    socket.on('close', () => resolve())
    socket.on('error', reject)
  })
}

/** Opens a TCP connection to a port of the server and sends the beginning of something. */
export function startTcp(port: number, beginning: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port }, () => {
      socket.write(beginning, () => resolve(socket))
    })
    socket.on('error', (error) => reject(error))
    socket.on('data', () => undefined)
  })
}

/** Sends datagrams to the syslog port as fast as the system takes them; gives how many went out. */
export async function floodUdp(server: FlowServer, count: number, text: string): Promise<number> {
  const socket = createSocket('udp4')
  const datagram = Buffer.from(text)
  let sent = 0
  try {
    for (let at = 0; at < count; at += 200) {
      const batch = Array.from({ length: Math.min(200, count - at) }, async () => {
        await new Promise<void>((resolve) => {
          socket.send(datagram, server.udpPort, '127.0.0.1', (error) => {
            if (!error) sent += 1
            resolve()
          })
        })
      })
      await Promise.all(batch)
    }
  } finally {
    socket.close()
  }
  return sent
}

/** What the ledger of the last hour says of the dead, by reason. */
export async function reasonsOf(server: FlowServer): Promise<Record<string, number>> {
  const { items } = (await server.api('/api/ledger')) as {
    items: { reasons: Record<string, number> }[]
  }
  const sums: Record<string, number> = {}
  for (const { reasons } of items)
    for (const [reason, count] of Object.entries(reasons))
      sums[reason] = (sums[reason] ?? 0) + count
  return sums
}

/** Waits until so many dead letters were counted for a reason since `before`. */
export async function untilDead(
  server: FlowServer,
  wanted: Record<string, number>,
  before: Record<string, number> = {},
): Promise<void> {
  await until(`dead letters ${JSON.stringify(wanted)}`, async () => {
    const now = await reasonsOf(server)
    return Object.entries(wanted).every(
      ([reason, count]) => (now[reason] ?? 0) - (before[reason] ?? 0) >= count,
    )
  })
}

let mark = 0

/** Intake goes on: a good record over HTTP and one over syslog come in and are found. */
export async function goesOn(server: FlowServer): Promise<void> {
  mark += 1
  const word = `goeson${process.pid}x${mark}`
  const answer = await post(server, '/intake/after', { body: JSON.stringify({ note: word }) })
  if (answer.status !== 200) throw new Error(`intake answered ${answer.status}: ${answer.text}`)
  await sendTcp(server, `<13>1 - host app - - - ${word}\n`)
  await until(`${word} to be found`, async () => (await countOf(server, word)) === 2)
}

/** Resident memory of a process in MiB. */
export function residentMib(pid: number): number {
  const kib = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  return Number(kib) / 1024
}

/** The process of the store engine. */
export function enginePid(server: FlowServer): number {
  const pids = readFileSync(`/proc/${server.pid}/task/${server.pid}/children`, 'utf8')
  const pid = pids
    .split(' ')
    .map(Number)
    .find((child) => child > 0 && readFileSync(`/proc/${child}/cmdline`, 'utf8').includes('engine'))
  if (pid === undefined) throw new Error('no engine process was found')
  return pid
}

/** Records that came and could not be taken since the start of the server, as its health says. */
export async function refusedOf(server: FlowServer): Promise<number> {
  const { health } = (await server.api('/api/status')) as { health: { sentence: string } }
  return Number(/(\d+) records could not be taken/.exec(health.sentence)?.[1] ?? 0)
}

/** Wrong passwords from one address, as sshd logs them: one correlation finding. */
export function guessing(address: string): string {
  const now = new Date().toISOString()
  return Array.from(
    { length: 30 },
    (_, at) =>
      `<86>1 ${now} bastion sshd ${1000 + at} - - Failed password for root from ${address} port ${4000 + at} ssh2\n`,
  ).join('')
}

/** Waits for the one correlation finding about the address of `guessing`. */
export async function untilFound(server: FlowServer, address: string): Promise<void> {
  await until(`a finding about ${address}`, async () => {
    const page = (await server.api('/api/findings?limit=500')) as { items: { ruleKind: string }[] }
    return page.items.some(
      (one) => one.ruleKind === 'correlation' && JSON.stringify(one).includes(address),
    )
  })
}

/** Sends numbered records until told to stop; each batch is repeated until it is acknowledged. */
export async function sendNumbers(server: FlowServer, source: string, isOver: () => boolean) {
  const acked: number[] = []
  const refusals: { status: number; retryAfter: string | null }[] = []
  for (let next = 0; !isOver(); next += 100) {
    const numbers = Array.from({ length: 100 }, (_, at) => next + at)
    const body = numbers.map((n) => JSON.stringify({ n, pad: 'x'.repeat(400) })).join('\n')
    const answer = await post(server, `/intake/${source}`, { body })
    if (answer.status === 200) acked.push(...numbers)
    else {
      refusals.push({ status: answer.status, retryAfter: answer.headers.get('retry-after') })
    }
    // Steady, not as fast as can be: the load is the background of the test.
    await wait(20)
  }
  return { acked, refusals }
}

/** Each acknowledged record is there: no batch was sent again, so there are exactly as many as were acknowledged. */
export async function allStored(server: FlowServer, source: string, acked: readonly number[]) {
  await until('every acknowledged record', async () => {
    const count = await countOf(server, `source:"http:${source}"`)
    assert.ok(count <= acked.length, `${count} records of ${acked.length} are stored`)
    return count === acked.length
  })
}

/** `vedette ledger verify` is content with the data folder of a stopped server. */
export async function ledgerBalances(data: string): Promise<void> {
  const ledger = await runVerb(['ledger', 'verify', '--data', data])
  assert.equal(ledger.code, 0, ledger.stdout + ledger.stderr)
}
