import { createSocket, type RemoteInfo, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { Failure, reasonOf } from '#base/failure.ts'
import type { RawRecord } from '#base/journal.ts'
import { isRetryable } from '../../batcher.ts'
import { trimFraming } from '../../framing/syslog-frames.ts'
import type { InputContext } from '../../input.ts'
import { type Address, listenFailure, textOfAddress } from './address.ts'

/** A listener of one transport. */
export interface Listener {
  readonly listening: string
  close(): Promise<void>
}

/** Datagrams that wait for the disk; above this new ones are refused and counted. */
const MAX_WAITING_BYTES = 32 * 1024 * 1024
const RECEIVE_BUFFER_BYTES = 8 * 1024 * 1024
/** What a record costs in memory besides its bytes. */
export const RECORD_OVERHEAD_BYTES = 400
const FEED = 'syslog'

/** Listens for syslog datagrams: one datagram is one record. Nobody can be asked to wait, so what finds no room is counted. */
export async function listenUdp(address: Address, context: InputContext): Promise<Listener> {
  const socket = createSocket({ type: address.host.includes(':') ? 'udp6' : 'udp4' })
  await bind(socket, address)
  enlargeBuffer(socket, context)
  let waiting: RawRecord[] = []
  let waitingBytes = 0
  let writing: Promise<void> | undefined

  const write = async () => {
    while (waiting.length > 0) {
      const records = waiting
      waiting = []
      waitingBytes = 0
      try {
        await context.journal.append(records)
      } catch (error) {
        context.refused(FEED, error instanceof Failure ? error.code : 'syslog.lost', records.length)
        if (!isRetryable(error))
          context.log.error('udp records were lost', { reason: reasonOf(error) })
      }
    }
    writing = undefined
  }
  socket.on('message', (datagram: Buffer, from: RemoteInfo) => {
    const bytes = trimFraming(datagram)
    if (bytes.length === 0) return
    if (waitingBytes + bytes.length > MAX_WAITING_BYTES) {
      context.refused(FEED, 'syslog.busy', 1)
      return
    }
    waitingBytes += bytes.length + RECORD_OVERHEAD_BYTES
    waiting.push({
      feed: FEED,
      received: context.clock.micros(),
      bytes,
      meta: { peer: from.address, transport: 'udp' },
    })
    writing ??= write()
  })
  socket.on('error', (error) =>
    context.log.warn('udp socket reported an error', { reason: reasonOf(error) }),
  )
  return {
    listening: `udp ${textOfAddress(socket.address())}`,
    async close() {
      socket.close()
      await once(socket, 'close')
      await writing
    },
  }
}

async function bind(socket: Socket, address: Address): Promise<void> {
  try {
    socket.bind(address.port, address.host)
    await once(socket, 'listening')
  } catch (error) {
    throw listenFailure(error, 'udp', address)
  }
}

/** The system caps what it gives; a small buffer loses datagrams in bursts, so that is told once. */
function enlargeBuffer(socket: Socket, context: InputContext): void {
  try {
    socket.setRecvBufferSize(RECEIVE_BUFFER_BYTES)
    const givenBytes = socket.getRecvBufferSize()
    if (givenBytes < RECEIVE_BUFFER_BYTES)
      context.log.info('udp receive buffer was capped by the system', {
        givenBytes,
        wantedBytes: RECEIVE_BUFFER_BYTES,
      })
  } catch (error) {
    context.log.warn('udp receive buffer was not enlarged', { reason: reasonOf(error) })
  }
}
