import { z } from 'zod'
import type { Run as RunShape } from '#shape/run.ts'
import { listOf, MicrosValue, PageQuery, pageOf } from './values.ts'

const RunStep = z.object({
  name: z.string(),
  action: z.string(),
  input: z.record(z.string(), z.unknown()),
  idempotencyKey: z.string(),
  status: z.enum(['planned', 'dry-run', 'running', 'done', 'failed', 'skipped', 'unknown']),
  effect: listOf(z.string()),
  detail: z.string(),
  startedAt: MicrosValue.exactOptional(),
  endedAt: MicrosValue.exactOptional(),
  optional: z.boolean().exactOptional().describe('True when the run may end well without it.'),
  undoneAt: MicrosValue.exactOptional().describe('When its effect was taken back.'),
  undoneBy: z.string().exactOptional(),
})

/** Where a run stands. */
const RunStatus = z.enum(['waiting', 'approved', 'running', 'done', 'failed', 'rejected'])

/** One execution of a playbook for one incident. */
export const Run = z.object({
  id: z.string(),
  playbookId: z.string(),
  playbookTitle: z.string(),
  incidentId: z.string(),
  status: RunStatus,
  created: MicrosValue,
  updated: MicrosValue,
  decidedBy: z.string().exactOptional(),
  decidedAt: MicrosValue.exactOptional(),
  reason: z.string().exactOptional(),
  steps: listOf(RunStep),
}) satisfies z.ZodType<RunShape>
export type Run = z.infer<typeof Run>

/** Runs, newest first. */
export const RunPage = pageOf(Run)

/** Which runs. */
export const RunQuery = z.strictObject({
  status: RunStatus.exactOptional(),
  incident: z.string().max(200).exactOptional(),
  ...PageQuery,
})
export type RunQuery = z.infer<typeof RunQuery>

/** Why a run must not happen. */
export const RejectRequest = z.strictObject({ reason: z.string().trim().min(1).max(1000) })
