import { z } from 'zod'
import { MAX_FRAME_BYTES } from '../../framing/syslog-frames.ts'
import { defineInput } from '../../input.ts'
import { parseAddress } from './address.ts'
import { listenTcp } from './tcp.ts'
import { type Listener, listenUdp } from './udp.ts'

const ListenAddress = z
  .string()
  .refine((text) => parseAddress(text) !== undefined, 'expected host:port, as 127.0.0.1:5514')

/** Syslog over UDP and TCP. Source: RFC 3164, RFC 5424, RFC 5426, RFC 6587. */
export const syslogInput = defineInput({
  name: 'syslog',
  summary: 'Listens for syslog over UDP and TCP; TCP frames may be octet-counted or lines.',
  config: z.strictObject({
    listen: ListenAddress.default('127.0.0.1:5514').describe(
      'Address and port to listen on, for both transports.',
    ),
    transports: z
      .array(z.enum(['udp', 'tcp']))
      .min(1)
      .default(['udp', 'tcp'])
      .describe('Transports to listen on.'),
    maxFrameBytes: z
      .int()
      .min(1024)
      .max(64 * 1024 * 1024)
      .default(MAX_FRAME_BYTES)
      .describe('Longest TCP message; of longer ones the beginning is kept as a dead letter.'),
    maxConnections: z
      .int()
      .min(1)
      .default(512)
      .describe('Most TCP connections at a time; more are refused and counted.'),
    idleSeconds: z
      .number()
      .min(0.1)
      .max(86_400)
      .default(3_600)
      .describe('A TCP connection that is silent for this long is closed.'),
  }),
  async open(config, context) {
    const address = parseAddress(config.listen) ?? { host: '127.0.0.1', port: 5514 }
    const listeners: Listener[] = []
    try {
      for (const transport of new Set(config.transports))
        listeners.push(
          transport === 'udp'
            ? await listenUdp(address, context)
            : await listenTcp(address, config, context),
        )
    } catch (error) {
      await Promise.all(listeners.map((listener) => listener.close()))
      throw error
    }
    return {
      name: 'syslog',
      listening: listeners.map((listener) => listener.listening),
      feeds: () => ['syslog'],
      close: async () => {
        await Promise.all(listeners.map((listener) => listener.close()))
      },
    }
  },
})
