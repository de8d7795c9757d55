import { createSocket, type Socket } from 'node:dgram'
import { connect, type Socket as Stream } from 'node:net'
import type { Clock } from '#base/clock.ts'
import type { Egress, EgressResponse } from '#base/egress.ts'
import { Failure, reasonOf } from '#base/failure.ts'
import { bodyOf, type DemoRecord, octetFrames } from './wire.ts'

interface Door {
  readonly host: string
  readonly port: number
}

/** Where the records go. */
interface SenderOptions {
  /** `http://127.0.0.1:7480`, no slash at the end. */
  readonly url: string
  readonly token: string
  /** Where datagrams go. */
  readonly syslog: Door
  /** Where the stream goes. */
  readonly syslogTcp: Door
  readonly egress: Egress
  readonly clock: Clock
  /** Ends all waiting when it aborts. */
  readonly signal: AbortSignal
}

/** Sends records in batches, each lane in its own way. */
export interface Sender {
  /**
   * Sends all, and resolves when HTTP has answered and the streams were written. Retries while the server is busy or
   * away; throws `egress.failed` when it refuses, or stays away for a minute.
   */
  send(records: readonly DemoRecord[]): Promise<void>
  close(): void
}

const HTTP_LANES = [
  ['okta', '/intake/okta'],
  ['github', '/intake/github'],
  ['cloudtrail', '/intake/cloudtrail'],
  ['bulk', '/_bulk'],
] as const

const MAX_TRIES = 60
const MAX_WAIT_MS = 2_000
/** So many datagrams fit into the usual receive buffer of a system, whatever else the server does meanwhile. */
const BURST = 60

/** Makes a sender. Datagrams go out in small bursts, each only after the server has answered a request: so none is lost. */
export function createSender(options: SenderOptions): Sender {
  const udp = createSocket('udp4')
  udp.on('error', () => undefined)
  let stream: Stream | undefined
  return {
    async send(records) {
      const laneOf = (lane: DemoRecord['lane']) => records.filter((record) => record.lane === lane)
      for (const burst of inBursts(laneOf('udp'))) {
        await probe(options)
        for (const { body } of burst) await datagram(udp, options.syslog, body)
      }
      const frames = octetFrames(laneOf('tcp'))
      if (frames !== '') stream = await writeStream(options, stream, frames)
      await Promise.all(
        HTTP_LANES.map(async ([lane, path]) => {
          const part = laneOf(lane)
          if (part.length > 0) await post(options, path, bodyOf(lane, part))
        }),
      )
    },
    close() {
      udp.close()
      stream?.destroy()
    },
  }
}

function inBursts(records: readonly DemoRecord[]): (readonly DemoRecord[])[] {
  const bursts: (readonly DemoRecord[])[] = []
  for (let at = 0; at < records.length; at += BURST) bursts.push(records.slice(at, at + BURST))
  return bursts
}

function datagram(udp: Socket, to: Door, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    udp.send(text, to.port, to.host, (error) => (error ? reject(error) : resolve()))
  })
}

/** An answer shows that the server's loop has run, and with it that earlier datagrams were read. */
async function probe(options: SenderOptions): Promise<void> {
  await retried(options, () =>
    options.egress.send({ method: 'GET', url: `${options.url}/services/collector/health` }),
  )
}

async function post(options: SenderOptions, path: string, body: string): Promise<void> {
  const isBulk = path === '/_bulk'
  const credentials = Buffer.from(`demo:${options.token}`).toString('base64')
  const headers = {
    authorization: isBulk ? `Basic ${credentials}` : `Bearer ${options.token}`,
    'content-type': isBulk ? 'application/x-ndjson' : 'application/json',
  }
  await retried(options, () =>
    options.egress.send(
      { method: 'POST', url: `${options.url}${path}`, headers, body, timeoutMs: 30_000 },
      options.signal,
    ),
  )
}

/** Tries again while nobody answers or the answer says "later" (429, 503). */
async function retried(
  options: SenderOptions,
  attempt: () => Promise<EgressResponse>,
): Promise<void> {
  let last = ''
  for (let tries = 0; tries < MAX_TRIES && !options.signal.aborted; tries += 1) {
    if (tries > 0) await options.clock.sleep(Math.min(MAX_WAIT_MS, 50 * 2 ** tries), options.signal)
    const answer = await attempt().catch((error: unknown) => reasonOf(error))
    if (typeof answer === 'string') {
      last = answer
      continue
    }
    if (answer.status < 300) return
    last = `status ${answer.status}: ${answer.body.slice(0, 200)}`
    if (answer.status !== 429 && answer.status !== 503) break
  }
  if (!options.signal.aborted) throw new Failure('egress.failed', last)
}

/** Writes to the open stream, or to a new one when it broke; what was written to a broken one is written again. */
async function writeStream(
  options: SenderOptions,
  open: Stream | undefined,
  frames: string,
): Promise<Stream | undefined> {
  let stream = open
  let last = ''
  for (let tries = 0; tries < MAX_TRIES && !options.signal.aborted; tries += 1) {
    if (tries > 0) await options.clock.sleep(Math.min(MAX_WAIT_MS, 50 * 2 ** tries), options.signal)
    try {
      stream = stream?.writable ? stream : await openStream(options.syslogTcp)
      await written(stream, frames)
      return stream
    } catch (error) {
      last = reasonOf(error)
      stream?.destroy()
      stream = undefined
    }
  }
  if (!options.signal.aborted) throw new Failure('egress.failed', `syslog: ${last}`)
  return undefined
}

function openStream(to: Door): Promise<Stream> {
  return new Promise((resolve, reject) => {
    const stream = connect({ host: to.host, port: to.port, noDelay: true })
    stream.once('error', reject)
    stream.once('connect', () => {
      stream.on('error', () => stream.destroy())
      resolve(stream)
    })
  })
}

function written(stream: Stream, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.write(text, (error) => (error ? reject(error) : resolve()))
  })
}
