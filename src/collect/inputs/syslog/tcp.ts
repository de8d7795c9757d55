import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import { reasonOf } from '#base/failure.ts'
import type { RawRecord } from '#base/journal.ts'
import { appendUntilDone } from '../../batcher.ts'
import {
  createSyslogFramer,
  type SyslogFrame,
  type SyslogFramer,
} from '../../framing/syslog-frames.ts'
import type { InputContext } from '../../input.ts'
import { type Address, listenFailure, textOfAddress } from './address.ts'
import { type Listener, RECORD_OVERHEAD_BYTES } from './udp.ts'

/** Limits of the TCP side. */
export interface TcpLimits {
  readonly maxFrameBytes: number
  readonly maxConnections: number
  readonly idleSeconds: number
}

const FEED = 'syslog'
/** A connection is not read while it has more than this waiting for the disk. */
const MAX_WAITING_BYTES = 1024 * 1024
/** No connection is read while all together have more than this waiting. */
const MAX_ALL_WAITING_BYTES = 128 * 1024 * 1024
/** What unfinished frames of all connections may hold; the connection that goes over it is closed. */
const MAX_HELD_BYTES = 256 * 1024 * 1024

/** What the connections of one listener share. */
interface Shared {
  readonly context: InputContext
  readonly limits: TcpLimits
  readonly open: Set<Connection>
  /** Connections that are not read for the moment. */
  readonly blocked: Set<Connection>
  heldBytes: number
  waitingBytes: number
}

/** Listens for syslog over TCP. A sender waits, by TCP's own means, while the journal is behind. */
export async function listenTcp(
  address: Address,
  limits: TcpLimits,
  context: InputContext,
): Promise<Listener> {
  const shared: Shared = {
    context,
    limits,
    open: new Set(),
    blocked: new Set(),
    heldBytes: 0,
    waitingBytes: 0,
  }
  const server = createServer({ noDelay: true, keepAlive: true, keepAliveInitialDelay: 60_000 })
  server.on('connection', (socket) => {
    if (shared.open.size >= limits.maxConnections) {
      context.refused(FEED, 'syslog.too-many-connections', 1)
      socket.destroy()
      return
    }
    shared.open.add(new Connection(socket, shared))
  })
  await listen(server, address)
  server.on('error', (error) =>
    context.log.warn('tcp listener reported an error', { reason: reasonOf(error) }),
  )
  const bound = server.address()
  const place = typeof bound === 'object' && bound !== null ? textOfAddress(bound) : ''
  return {
    listening: `tcp ${place}`,
    async close() {
      const closed = once(server, 'close')
      server.close()
      await Promise.all([...shared.open].map((connection) => connection.end()))
      await closed
    },
  }
}

async function listen(server: Server, address: Address): Promise<void> {
  try {
    server.listen(address.port, address.host)
    await once(server, 'listening')
  } catch (error) {
    throw listenFailure(error, 'tcp', address)
  }
}

/** Reads one connection to its end. What it read goes to disk in order; while there is too much of it, it does not read. */
class Connection {
  readonly #socket: Socket
  readonly #shared: Shared
  readonly #framer: SyslogFramer
  readonly #meta: Readonly<Record<string, string>>
  #heldBytes = 0
  #waiting: RawRecord[] = []
  #waitingBytes = 0
  #writing: Promise<void> | undefined
  #isOver = false

  constructor(socket: Socket, shared: Shared) {
    const { context, limits } = shared
    this.#socket = socket
    this.#shared = shared
    this.#framer = createSyslogFramer({ maxFrameBytes: limits.maxFrameBytes })
    this.#meta = { peer: socket.remoteAddress ?? '', transport: 'tcp' }
    // A connection that we ourselves do not read is not idle: its data waits in the system's buffers.
    socket.setTimeout(limits.idleSeconds * 1000, () => {
      if (!shared.blocked.has(this)) socket.destroy()
    })
    socket.on('readable', () => this.read())
    socket.on('error', (error) =>
      context.log.debug('tcp connection broke', {
        peer: this.#meta['peer'],
        reason: reasonOf(error),
      }),
    )
    socket.on('close', () => void this.end())
  }

  /** Reads what is there as long as there is room for it. */
  read(): void {
    this.#shared.blocked.delete(this)
    while (!this.#isOver) {
      if (this.#isFull()) {
        this.#shared.blocked.add(this)
        return
      }
      const chunk: unknown = this.#socket.read()
      if (!(chunk instanceof Uint8Array)) return
      this.#take(chunk)
    }
  }

  /** Closes it and writes what was received, half a frame too. */
  async end(): Promise<void> {
    if (!this.#isOver) {
      const rest: unknown = this.#socket.read()
      if (rest instanceof Uint8Array) this.#take(rest)
      this.#send(this.#framer.finish())
      this.#isOver = true
      this.#shared.heldBytes -= this.#heldBytes
      this.#shared.blocked.delete(this)
    }
    this.#socket.destroy()
    await this.#writing
    this.#shared.open.delete(this)
  }

  #isFull(): boolean {
    return (
      this.#waitingBytes > MAX_WAITING_BYTES || this.#shared.waitingBytes > MAX_ALL_WAITING_BYTES
    )
  }

  #take(chunk: Uint8Array): void {
    this.#send(this.#framer.push(chunk))
    this.#shared.heldBytes += this.#framer.held - this.#heldBytes
    this.#heldBytes = this.#framer.held
    if (this.#shared.heldBytes <= MAX_HELD_BYTES) return
    this.#shared.context.refused(FEED, 'syslog.out-of-memory', 1)
    this.#socket.destroy()
  }

  #send(frames: readonly SyslogFrame[]): void {
    if (frames.length === 0) return
    const received = this.#shared.context.clock.micros()
    for (const { bytes, tooLong } of frames) {
      const record = { feed: FEED, received, bytes, meta: this.#meta }
      this.#waiting.push(tooLong ? { ...record, dead: 'syslog.too-long' } : record)
      this.#count(bytes.length + RECORD_OVERHEAD_BYTES)
    }
    this.#writing ??= this.#write()
  }

  #count(change: number): void {
    this.#waitingBytes += change
    this.#shared.waitingBytes += change
  }

  async #write(): Promise<void> {
    const { context, blocked } = this.#shared
    while (this.#waiting.length > 0) {
      const records = this.#waiting
      const sizeBytes = this.#waitingBytes
      this.#waiting = []
      const reason = await writeOut(records, context)
      if (reason !== undefined) context.refused(FEED, reason, records.length)
      this.#count(-sizeBytes)
      for (const connection of [...blocked]) connection.read()
    }
    this.#writing = undefined
  }
}

/** Undefined when the records are durable, otherwise why they are lost. */
async function writeOut(
  records: readonly RawRecord[],
  context: InputContext,
): Promise<string | undefined> {
  try {
    return (await appendUntilDone(context, records)) === undefined ? 'files.full' : undefined
  } catch (error) {
    context.log.error('tcp records were lost', { reason: reasonOf(error) })
    return 'syslog.lost'
  }
}
