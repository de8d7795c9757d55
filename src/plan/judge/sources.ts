import type { Micros } from '#base/clock.ts'
import type { SourceFacts } from '#shape/health.ts'
import type { BlindSpot, SourceReport, SourceState } from '#shape/report.ts'
import { shortDuration } from '../duration.ts'
import type { Plan, PlanSource } from '../schema.ts'
import { atTime, hasFamily, type Judged, levelOfTargets, percent, planSpot } from './input.ts'

/** Below this share a field counts as missing. */
const FIELD_SHARE = 0.5
const DEAD_SHARE = 0.05
const FUTURE_MS = 15 * 60_000
const LATE_MS = 60 * 60_000

/** A source with its state, and each reason why it is not healthy. */
export interface JudgedSource {
  readonly report: SourceReport
  readonly source?: PlanSource
  readonly blindSpots: readonly BlindSpot[]
}

/** Judges every source of the plan, then those that send unasked. */
export function judgeSources(plan: Plan, judged: Judged): JudgedSource[] {
  const facts = new Map(judged.facts.map((one) => [one.source, one]))
  const planned = plan.sources.map((source, index) =>
    judgePlanned(plan, { source, index, facts: facts.get(source.id) }, judged),
  )
  const known = new Set(plan.sources.map((source) => source.id))
  const unplanned = judged.facts
    .filter((one) => !known.has(one.source) && one.received > 0)
    .map((one) => ({ report: unplannedReport(plan, one, judged), blindSpots: [] }))
  return [...planned, ...unplanned]
}

interface Subject {
  readonly source: PlanSource
  readonly index: number
  readonly facts: SourceFacts | undefined
}

function judgePlanned(plan: Plan, subject: Subject, judged: Judged): JudgedSource {
  const { source, facts } = subject
  const ruleCount = rulesFor(judged, facts?.families ?? familyList(source))
  const verdict = stateOf(subject, judged.now)
  const report: SourceReport = {
    ...reportBase(source.id, facts),
    family: source.family ?? '',
    state: verdict.state,
    text: verdict.text,
    owner: source.owner,
    freshnessMs: source.freshnessMs,
    rules: ruleCount,
    targets: source.targets,
  }
  return { report, source, blindSpots: sourceBlindSpots(plan, subject, verdict) }
}

const familyList = (source: PlanSource) => (source.family === undefined ? [] : [source.family])

function rulesFor(judged: Judged, families: readonly string[]): number {
  return judged.rules.filter((rule) => hasFamily(rule.families, families)).length
}

interface Verdict {
  readonly state: SourceState
  readonly text: string
  readonly missing: readonly MissingField[]
  /** Set when it sends but something other than a field is wrong. */
  readonly defect?: string
}

interface MissingField {
  readonly field: string
  readonly position: number
  readonly share: number
}

function stateOf({ source, facts }: Subject, now: Micros): Verdict {
  if (!facts || facts.lastReceived === 0)
    return { state: 'never', text: 'Nothing has arrived from it.', missing: [] }
  const silentMs = (now - facts.lastReceived) / 1_000
  if (silentMs > source.freshnessMs) {
    const text = `Nothing for ${shortDuration(silentMs)}, expected at least every ${shortDuration(source.freshnessMs)}; the last record came ${atTime(facts.lastReceived)}.`
    return { state: 'silent', text, missing: [] }
  }
  const defect = defectOf(source, facts)
  const missing = defect === undefined ? missingFields(source, facts) : []
  if (defect !== undefined) return { state: 'degraded', text: defect, missing, defect }
  if (missing.length > 0) {
    const names = missing.map(({ field, share }) =>
      share <= 0 ? field : `${field} (only in ${percent(share)} of its events)`,
    )
    return { state: 'degraded', text: `It sends, but lacks ${names.join(', ')}.`, missing }
  }
  return { state: 'healthy', text: healthyText(facts, silentMs), missing }
}

function healthyText(facts: SourceFacts, silentMs: number): string {
  const last = `Last record ${shortDuration(Math.max(0, silentMs))} ago`
  return facts.dead > 0
    ? `${last}; ${facts.dead} of ${facts.received} records could not be read.`
    : `${last}.`
}

/** What makes a sending source useless or doubtful, besides missing fields. */
function defectOf(source: PlanSource, facts: SourceFacts): string | undefined {
  if (facts.events === 0) return 'It sends, but no record could be understood yet.'
  if (facts.dead > 0 && facts.dead / Math.max(1, facts.received) > DEAD_SHARE)
    return `${percent(facts.dead / facts.received)} of its records cannot be read (${facts.dead} dead letters).`
  if (source.family !== undefined && !facts.families.includes(source.family)) {
    const seen = facts.families.join(', ') || 'nothing known'
    return `Expected ${source.family}, but its records are ${seen}.`
  }
  const lateMs = (facts.lastReceived - facts.lastTime) / 1_000
  if (lateMs < -FUTURE_MS)
    return `Its clock is ${shortDuration(lateMs)} ahead: the newest event says ${atTime(facts.lastTime)}.`
  if (lateMs > Math.max(LATE_MS, 4 * source.freshnessMs))
    return `Its newest event is ${shortDuration(lateMs)} older than its arrival: it lags, or its clock is wrong.`
  return undefined
}

/** A field that nobody measured counts as missing: green needs evidence. */
function missingFields(source: PlanSource, facts: SourceFacts): MissingField[] {
  return source.fields
    .map((field, position) => ({ field, position, share: facts.fieldPresence[field] ?? 0 }))
    .filter(({ share }) => share < FIELD_SHARE)
}

function sourceBlindSpots(plan: Plan, subject: Subject, verdict: Verdict): BlindSpot[] {
  const { source, index } = subject
  const base = {
    level: levelOfTargets(plan, source.targets),
    targets: source.targets,
    at: planSpot(plan, `sources.${index}`),
  }
  const who = source.owner === '' ? 'its owner (the plan names none)' : source.owner
  const spot = (kind: BlindSpot['kind'], fix: string): BlindSpot => ({
    ...base,
    id: `${kind}:${source.id}`,
    kind,
    subject: source.id,
    text: sentenceAbout(source.id, verdict),
    fix,
  })
  if (verdict.state === 'never')
    return [
      spot(
        'source-never',
        `Connect ${source.id} (${routeWords(source)}), or take it out of the plan.`,
      ),
    ]
  if (verdict.state === 'silent')
    return [
      spot(
        'source-silent',
        `Ask ${who} why ${source.id} stopped; check the sender and the way to Vedette.`,
      ),
    ]
  if (verdict.defect !== undefined)
    return [
      spot(
        'source-degraded',
        `Look at the dead letters and newest records of ${source.id} with ${who}.`,
      ),
    ]
  return verdict.missing.map(({ field, position, share }) => ({
    ...base,
    id: `field-missing:${source.id}:${field}`,
    kind: 'field-missing',
    subject: `${source.id} ${field}`,
    text: `The plan needs ${field} from ${source.id}, but ${share <= 0 ? 'none' : `only ${percent(share)}`} of its events carry it.`,
    fix: `Make ${source.id} log ${field} (${who}), or correct the field name in the plan.`,
    at: planSpot(plan, `sources.${index}.fields.${position}`),
  }))
}

/** The text of a verdict begins with what is wrong: the source comes before it, as a sentence. */
function sentenceAbout(id: string, { state, text }: Verdict): string {
  if (state === 'never') return `Nothing has arrived from ${id}.`
  return `The source ${id} is ${state}. ${text}`
}

function routeWords({ match }: PlanSource): string {
  return Object.entries(match)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ')
}

function unplannedReport(plan: Plan, facts: SourceFacts, judged: Judged): SourceReport {
  const text =
    plan.path === ''
      ? 'It sends, but there is no plan yet that says what it is for.'
      : 'It sends, but the plan does not know it: nobody has said what it is for.'
  return {
    ...reportBase(facts.source, facts),
    family: facts.families[0] ?? '',
    state: 'unplanned',
    text,
    owner: '',
    freshnessMs: 0,
    rules: rulesFor(judged, facts.families),
    targets: [],
  }
}

function reportBase(id: string, facts: SourceFacts | undefined) {
  return {
    id,
    families: facts?.families ?? [],
    lastReceived: facts?.lastReceived ?? 0,
    lastTime: facts?.lastTime ?? 0,
    received: facts?.received ?? 0,
    stored: facts?.stored ?? 0,
    dead: facts?.dead ?? 0,
    dropped: facts?.dropped ?? 0,
    events: facts?.events ?? 0,
    bytes: facts?.bytes ?? 0,
    findings: facts?.findings ?? 0,
    fieldPresence: facts?.fieldPresence ?? {},
    perMinute: facts?.perMinute ?? [],
  }
}
