import { z } from 'zod'
import { CLOSE_REASONS, type Incident as IncidentShape } from '#shape/incident.ts'
import { Entity } from './finding.ts'
import { LevelValue, listOf, MicrosValue, PageQuery, pageOf } from './values.ts'

/** How an incident ended. */
export const CloseReason = z.enum(CLOSE_REASONS)
export type CloseReason = z.infer<typeof CloseReason>

/** One line of the story. */
export const TimelineEntry = z.object({
  time: MicrosValue,
  findingId: z.string(),
  ruleId: z.string(),
  title: z.string(),
  level: LevelValue,
  tactic: z.string(),
  who: z.string(),
  what: z.string(),
  where: z.string(),
  why: z.string(),
  positions: listOf(z.string()),
  count: z.number(),
})
export type TimelineEntry = z.infer<typeof TimelineEntry>

/** Alerts joined by shared entities into one story for one person to close. */
export const Incident = z.object({
  id: z.string(),
  title: z.string(),
  story: z.string(),
  status: z.enum(['open', 'closed']),
  level: LevelValue,
  levelWhy: z.string(),
  opened: MicrosValue,
  start: MicrosValue,
  end: MicrosValue,
  updated: MicrosValue,
  findingIds: listOf(z.string()),
  findingCount: z.number(),
  entities: listOf(Entity.extend({ findings: z.number(), target: z.string().exactOptional() })),
  timeline: listOf(TimelineEntry),
  techniques: listOf(z.string()),
  tactics: listOf(z.string()),
  targets: listOf(z.string()),
  owner: z.string(),
  advice: listOf(
    z.object({
      technique: z.string(),
      techniqueName: z.string(),
      mitigationId: z.string(),
      mitigation: z.string(),
    }),
  ),
  risk: z.number(),
  closeReason: CloseReason.exactOptional(),
  closeNote: z.string().exactOptional(),
  closedBy: z.string().exactOptional(),
  closedAt: MicrosValue.exactOptional(),
  merged: listOf(z.string()),
}) satisfies z.ZodType<IncidentShape>
export type Incident = z.infer<typeof Incident>

/** Incidents: open before closed, then strongest level, then last updated. */
export const IncidentPage = pageOf(Incident)
export type IncidentPage = z.infer<typeof IncidentPage>

/** Which incidents. */
export const IncidentQuery = z.strictObject({
  status: z.enum(['open', 'closed', 'all']).default('open'),
  level: LevelValue.exactOptional().describe('This level and stronger.'),
  target: z.string().max(200).exactOptional(),
  owner: z.string().max(200).exactOptional(),
  text: z.string().max(400).exactOptional().describe('Part of title, story or an entity.'),
  ...PageQuery,
})
export type IncidentQuery = z.infer<typeof IncidentQuery>

/** Closing needs a reason. */
export const CloseRequest = z.strictObject({
  reason: CloseReason.describe('true, benign, false or duplicate.'),
  note: z.string().trim().max(4000).default(''),
})
export type CloseRequest = z.infer<typeof CloseRequest>

/** Who holds it now; empty gives it back. */
export const AssignRequest = z.strictObject({ owner: z.string().trim().max(200) })
