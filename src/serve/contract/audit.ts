import { z } from 'zod'
import { MicrosValue, PageQuery, pageOf } from './values.ts'

/** One thing somebody did, in a chain: `hash` covers the entry and the hash before it. */
export const AuditEntry = z.object({
  seq: z.number(),
  time: MicrosValue,
  who: z.string(),
  what: z.string().describe('`incident.close`, `token.create` …'),
  subject: z.string().describe('Id of the thing it was done to.'),
  detail: z.string(),
  hash: z.string(),
})
export type AuditEntry = z.infer<typeof AuditEntry>

/** The audit trail, newest first. */
export const AuditPage = pageOf(AuditEntry)

/** Which part of the trail. */
export const AuditQuery = z.strictObject(PageQuery)
export type AuditQuery = z.infer<typeof AuditQuery>
