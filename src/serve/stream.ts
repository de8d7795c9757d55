import type { Clock } from '#base/clock.ts'
import { Failure } from '#base/failure.ts'
import type { LiveEvent } from './contract/status.ts'

const FLUSH_MS = 400
const BEAT_FLUSHES = 38
const MAX_CLIENTS = 200
const MAX_PENDING = 256

/** What a stream writes to: the answer to a request, as Node gives it. */
interface StreamSink {
  /** False when the other side lags; `drain` says when it may go on. */
  write(text: string): boolean
  end(): unknown
  on(event: 'close' | 'drain' | 'error', act: () => void): unknown
}

/** The open event streams. */
export interface Streams {
  /** Starts a stream on a response whose headers are written. `still` says whether the caller may go on listening. */
  open(raw: StreamSink, credential: string, still: () => Promise<boolean>): void
  /** Ends the streams of one credential (sign-out), or all without one. */
  close(credential?: string): void
  readonly size: number
}

interface Client {
  readonly raw: StreamSink
  readonly credential: string
  readonly still: () => Promise<boolean>
  /** What changed since the last flush, once each; a client that lags gets `resync` instead of a long list. */
  pending: Map<string, LiveEvent>
  resync: boolean
  blocked: boolean
}

/**
 * Server-sent events for many listeners: changes are gathered for 0.4 s and sent once each, a slow listener costs at
 * most 256 of them and is told to read everything again. A comment each 15 s keeps proxies awake and asks again whether
 * the session still lives. Nothing is replayed after a gap: a (re)connected page reads everything again.
 * Source: WHATWG HTML §9.2.
 */
export function createStreams(
  clock: Clock,
  subscribe: (listener: (event: LiveEvent) => void) => () => void,
): Streams & { stop(): void } {
  const clients = new Set<Client>()
  let serial = 0
  let flushes = 0
  const drop = (client: Client) => {
    clients.delete(client)
    client.raw.end()
  }
  const flush = (client: Client) => {
    if (client.blocked || (!client.resync && client.pending.size === 0)) return
    serial += 1
    const text = client.resync
      ? `id: ${serial}\nevent: resync\ndata: {}\n\n`
      : `id: ${serial}\nevent: change\ndata: ${JSON.stringify([...client.pending.values()])}\n\n`
    client.pending.clear()
    client.resync = false
    client.blocked = !client.raw.write(text)
  }
  const beat = async (client: Client) => {
    const allowed = await client.still().catch(() => false)
    if (!allowed) drop(client)
    else if (!client.blocked) client.blocked = !client.raw.write(': beat\n\n')
  }
  const unsubscribe = subscribe((event) => {
    for (const client of clients) note(client, event)
  })
  const stopTimer = clock.every(FLUSH_MS, () => {
    flushes += 1
    for (const client of clients) {
      flush(client)
      if (flushes % BEAT_FLUSHES === 0) void beat(client)
    }
  })
  const close = (credential?: string) => {
    for (const client of clients)
      if (credential === undefined || client.credential === credential) drop(client)
  }
  return {
    get size() {
      return clients.size
    },
    open(raw, credential, still) {
      const client: Client = {
        raw,
        credential,
        still,
        pending: new Map(),
        resync: false,
        blocked: false,
      }
      clients.add(client)
      raw.on('close', () => clients.delete(client))
      raw.on('error', () => clients.delete(client))
      raw.on('drain', () => {
        client.blocked = false
      })
      raw.write('retry: 2000\n\n')
    },
    close,
    stop() {
      unsubscribe()
      stopTimer()
      close()
    },
  }
}

/** Throws `api.busy` when there is no room for one more listener. */
export function checkRoom(streams: Streams): void {
  if (streams.size >= MAX_CLIENTS)
    throw new Failure('api.busy', `There are ${MAX_CLIENTS} listeners already.`)
}

function note(client: Client, event: LiveEvent): void {
  if (client.resync) return
  client.pending.set(`${event.kind}:${event.id}`, event)
  if (client.pending.size <= MAX_PENDING) return
  client.pending.clear()
  client.resync = true
}
