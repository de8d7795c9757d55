import { z } from 'zod'
import type { RuleInfo as RuleInfoShape } from '#shape/finding.ts'
import { RuleKind } from './finding.ts'
import { LevelValue, listOf, MicrosValue } from './values.ts'

/** What a rule is, without how it matches. */
const RuleInfo = z.object({
  id: z.string(),
  title: z.string(),
  kind: RuleKind,
  level: LevelValue,
  description: z.string(),
  techniques: listOf(z.string()),
  tactics: listOf(z.string()),
  families: listOf(z.string()),
  author: z.string().exactOptional(),
  references: listOf(z.string()).exactOptional(),
  falsePositives: listOf(z.string()).exactOptional(),
  path: z.string(),
  version: z.string(),
}) satisfies z.ZodType<RuleInfoShape>

/** A rule and what it did: how often it fired, and when it was last proven. */
export const RuleStatus = RuleInfo.extend({
  findings: z.number().describe('Findings kept in the store.'),
  lastFinding: MicrosValue.exactOptional(),
  provenAt: MicrosValue.exactOptional().describe('Last true finding or canary; absent = unproven.'),
})
export type RuleStatus = z.infer<typeof RuleStatus>

/** All rules that run, and the files that do not with the reason. */
export const RuleList = z.object({
  items: listOf(RuleStatus),
  problems: listOf(z.object({ path: z.string(), code: z.string(), text: z.string() })),
})
export type RuleList = z.infer<typeof RuleList>
