import { z } from 'zod'
import type {
  BlindSpot as BlindSpotShape,
  CoverageCell as CoverageCellShape,
  PlanReport as PlanReportShape,
  SourceReport as SourceReportShape,
} from '#shape/report.ts'
import { LevelValue, listOf, MicrosValue } from './values.ts'

/** Coverage has four states; only `proven` is green. */
export const CoverageState = z.enum(['no-data', 'no-rule', 'unproven', 'proven'])
export type CoverageState = z.infer<typeof CoverageState>

/** One threat of the plan judged against live data. */
export const CoverageCell = z.object({
  technique: z.string(),
  name: z.string(),
  tactics: listOf(z.string()),
  targets: listOf(z.string()),
  state: CoverageState,
  rules: listOf(z.string()),
  sources: listOf(z.string()),
  provenAt: MicrosValue.exactOptional(),
  text: z.string(),
}) satisfies z.ZodType<CoverageCellShape>
export type CoverageCell = z.infer<typeof CoverageCell>

/** Something the plan requires and the live data cannot show. */
const BlindSpot = z.object({
  id: z.string(),
  kind: z.enum([
    'source-never',
    'source-silent',
    'field-missing',
    'threat-no-data',
    'threat-no-rule',
    'obligation-unmet',
    'source-degraded',
  ]),
  level: LevelValue,
  subject: z.string(),
  targets: listOf(z.string()),
  text: z.string(),
  fix: z.string(),
  at: z.string(),
}) satisfies z.ZodType<BlindSpotShape>

/** One row of the sources page. */
export const SourceReport = z.object({
  id: z.string(),
  family: z.string(),
  families: listOf(z.string()),
  state: z.enum(['healthy', 'degraded', 'silent', 'never', 'unplanned']),
  text: z.string(),
  owner: z.string(),
  freshnessMs: z.number(),
  lastReceived: MicrosValue.describe('0 = never.'),
  lastTime: MicrosValue,
  received: z.number(),
  stored: z.number(),
  dead: z.number(),
  dropped: z.number(),
  events: z.number(),
  bytes: z.number(),
  findings: z.number(),
  fieldPresence: z.record(z.string(), z.number()),
  perMinute: listOf(z.number()),
  rules: z.number(),
  targets: listOf(z.string()),
}) satisfies z.ZodType<SourceReportShape>
export type SourceReport = z.infer<typeof SourceReport>

/** All sources. */
export const SourceList = z.object({ items: listOf(SourceReport) })

/** What one source costs and what it gave. */
const NoiseRow = z.object({
  source: z.string(),
  events: z.number(),
  bytes: z.number(),
  eventShare: z.number(),
  byteShare: z.number(),
  alerts: z.number(),
  closedTrue: z.number(),
  closedFalse: z.number(),
  rules: z.number(),
  serves: listOf(z.string()),
  verdict: z.enum(['signal', 'noise', 'unknown']),
  text: z.string(),
})

const TargetReport = z.object({
  id: z.string(),
  name: z.string(),
  owner: z.string(),
  criticality: z.string(),
  exposure: z.string(),
  sources: listOf(z.string()),
  threats: listOf(z.object({ technique: z.string(), state: CoverageState })),
  blindSpots: z.number(),
  openIncidents: z.number(),
})

const ObligationReport = z.object({
  id: z.string(),
  standard: z.string(),
  clause: z.string(),
  text: z.string(),
  state: z.enum(['met', 'unmet', 'unknown']),
  evidence: z.string(),
})

/** The plan judged against live data. */
export const PlanReport = z.object({
  sentence: z.string(),
  green: z.boolean(),
  planPath: z.string(),
  planName: z.string(),
  judged: MicrosValue,
  sources: listOf(SourceReport),
  targets: listOf(TargetReport),
  coverage: listOf(CoverageCell),
  blindSpots: listOf(BlindSpot),
  noise: listOf(NoiseRow),
  obligations: listOf(ObligationReport),
  budget: z.object({ alertsPerDay: z.number(), alertsLastDay: z.number(), over: z.boolean() }),
}) satisfies z.ZodType<PlanReportShape>
export type PlanReport = z.infer<typeof PlanReport>
