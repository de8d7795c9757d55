import { z } from 'zod'
import { listOf, MicrosValue } from './values.ts'

/** One address that this server listens on. */
const Listening = z.object({
  name: z.string().describe('`http`, `syslog-udp`, `syslog-tcp` …'),
  address: z.string().describe('Host or address as configured, `127.0.0.1`.'),
  port: z.number(),
  url: z.string().exactOptional().describe('Only for http: where the console and the intake are.'),
})

/** What the server knows of itself, and what it does not know yet. */
export const Status = z.object({
  version: z.string(),
  startedAt: MicrosValue,
  now: MicrosValue,
  listening: listOf(Listening),
  ownLogs: listOf(
    z.object({
      name: z.string(),
      state: z.enum(['read', 'unreadable', 'absent']),
      text: z.string(),
    }),
  ).describe("This machine's own logs and whether they are read."),
  pipeline: z.object({
    received: z.number().describe('Records in the journal since the data folder was made.'),
    stored: z.number(),
    dead: z.number(),
    dropped: z.number(),
    lagRecords: z.number().describe('Records in the journal that are not yet stored and judged.'),
    lagMs: z.number().describe('Age of the oldest of them; 0 when none.'),
  }),
  health: z.object({ state: z.enum(['ok', 'degraded', 'unknown']), sentence: z.string() }),
  unknowns: listOf(z.string()).describe('Sentences about what is not known yet.'),
})
export type Status = z.infer<typeof Status>

/** Kinds of things that change while somebody looks. */
const LIVE_KINDS = ['incident', 'finding', 'source', 'run', 'plan'] as const

/** One change, as the event stream sends it: read the thing again. */
export const LiveEvent = z.object({ kind: z.enum(LIVE_KINDS), id: z.string() })
export type LiveEvent = z.infer<typeof LiveEvent>

/** The bare sign of life. */
export const Health = z.object({ status: z.enum(['ok', 'degraded', 'unknown']) })
