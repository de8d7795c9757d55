import { z } from 'zod'
import { ENTITY_KINDS } from '#shape/entity.ts'
import type { Finding as FindingShape } from '#shape/finding.ts'
import { LevelValue, listOf, MicrosQuery, MicrosValue, PageQuery, pageOf } from './values.ts'

/** A user, host, address … and the part it plays. */
export const Entity = z.object({
  kind: z.enum(ENTITY_KINDS),
  id: z.string(),
  name: z.string(),
  role: z.enum(['actor', 'target', 'source', 'destination', 'observer']),
})
export type Entity = z.infer<typeof Entity>

/** Kinds of rules that can find. */
export const RuleKind = z.enum(['sigma', 'correlation', 'baseline', 'indicator', 'silence'])

/** One hit of one rule. */
export const Finding = z.object({
  id: z.string(),
  kind: z.enum(['signal', 'alert']),
  ruleId: z.string(),
  ruleTitle: z.string(),
  ruleKind: RuleKind,
  ruleVersion: z.string(),
  level: LevelValue,
  techniques: listOf(z.string()),
  tactics: listOf(z.string()),
  time: MicrosValue,
  start: MicrosValue,
  received: MicrosValue,
  detected: MicrosValue,
  source: z.string(),
  family: z.string(),
  positions: listOf(z.string()),
  count: z.number(),
  why: z.string(),
  matched: listOf(z.object({ field: z.string(), expected: z.string(), seen: z.string() })),
  entities: listOf(Entity),
  action: z.string(),
  outcome: z.string(),
  object: z.string(),
  message: z.string(),
}) satisfies z.ZodType<FindingShape>
export type Finding = z.infer<typeof Finding>

/** Findings, newest first. */
export const FindingPage = pageOf(Finding)

/** Which findings. */
export const FindingQuery = z.strictObject({
  incident: z.string().max(200).exactOptional(),
  rule: z.string().max(200).exactOptional(),
  source: z.string().max(200).exactOptional(),
  kind: z.enum(['signal', 'alert']).exactOptional(),
  from: MicrosQuery.exactOptional(),
  to: MicrosQuery.exactOptional(),
  ...PageQuery,
})
export type FindingQuery = z.infer<typeof FindingQuery>
