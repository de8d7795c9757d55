import { z } from 'zod'
import type { LedgerRow as LedgerRowShape } from '#shape/health.ts'
import { listOf, MicrosValue, PageQuery, pageOf } from './values.ts'

/** What was counted for one source in one minute of reception. */
const LedgerRow = z.object({
  source: z.string(),
  minute: z.number().describe('Epoch minutes, UTC.'),
  received: z.number(),
  bytes: z.number(),
  stored: z.number(),
  dropped: z.number(),
  dead: z.number(),
  events: z.number(),
  findings: z.number(),
  reasons: z.record(z.string(), z.number()),
  delaySumMs: z.number(),
  delayMaxMs: z.number(),
}) satisfies z.ZodType<LedgerRowShape>

/** Ledger rows, oldest first. */
export const LedgerList = z.object({ items: listOf(LedgerRow) })
export type LedgerList = z.infer<typeof LedgerList>

/** Which minutes of which source. The last hour when no bound is given, at most a week. */
export const LedgerQuery = z.strictObject({
  source: z.string().max(200).exactOptional(),
  fromMinute: z.coerce.number().int().min(0).exactOptional(),
  toMinute: z.coerce.number().int().min(0).exactOptional(),
})
export type LedgerQuery = z.infer<typeof LedgerQuery>

/** A record that could not become an event. */
export const DeadLetter = z.object({
  id: z.string(),
  source: z.string(),
  received: MicrosValue,
  reason: z.string(),
  detail: z.string(),
  raw: z.string().describe('At most 64 KiB, bytes that are not UTF-8 replaced.'),
})
export type DeadLetter = z.infer<typeof DeadLetter>

/** Dead letters, newest first. */
export const DeadLetterPage = pageOf(DeadLetter)

/** Which dead letters. */
export const DeadLetterQuery = z.strictObject({
  source: z.string().max(200).exactOptional(),
  ...PageQuery,
})
export type DeadLetterQuery = z.infer<typeof DeadLetterQuery>
