import type { Micros } from '#base/clock.ts'
import type { Plan } from '#plan/index.ts'
import { entityKey } from '#shape/entity.ts'
import type { Finding } from '#shape/finding.ts'
import type { Incident } from '#shape/incident.ts'
import { LEVEL_RISK } from '#shape/severity.ts'
import { combine, incidentFrom, substanceOf, substanceOfIncident } from './build.ts'
import { isNear, JOIN_WINDOW_MICROS, joinKeysOf, joinsOf } from './joins.ts'

/** What absorbing a finding must know besides the open incidents. */
export interface AbsorbContext {
  readonly now: Micros
  /** Signals of the last 24 h of event time about the finding's entities (`wanted`), without those in incidents. */
  readonly signals?: readonly Finding[]
  /** Incidents closed lately: a replayed finding of theirs is left alone, a new one opens an incident related to them. */
  readonly closed?: readonly Incident[]
}

/** What came of a finding. */
interface Absorbed {
  /** The incident to keep; undefined when the finding is only a signal so far, or was absorbed before. */
  readonly incident: Incident | undefined
  /** Incidents that turned out to be this one, closed as duplicates, to keep too. */
  readonly merged: readonly Incident[]
  readonly isNew: boolean
}

/** Joins findings into incidents. Keeps nothing: what it is given decides. */
export interface IncidentRoom {
  /** What to fetch before absorbing: entity keys, and the event time from which signals and incidents matter. */
  wanted(finding: Finding): { readonly entityKeys: readonly string[]; readonly since: Micros }
  /**
   * Puts a finding where it belongs. Hand in every open incident whose end is at `since` or later: joining two may
   * join a third. An alert joins or opens; a signal joins, and opens only when the risk of an entity has added up.
   */
  absorb(finding: Finding, open: readonly Incident[], context: AbsorbContext): Absorbed
}

const DEFAULT_THRESHOLD = 100
const NO_KEYS = { keys: [], victims: [] }
const NOTHING: Absorbed = { incident: undefined, merged: [], isNew: false }

/** Makes the room for a plan. `riskThreshold`: points at which signals about one entity ask for a person. */
export function createIncidentRoom(options: { plan: Plan; riskThreshold?: number }): IncidentRoom {
  const { plan, riskThreshold = DEFAULT_THRESHOLD } = options
  return {
    wanted: (finding) => ({
      entityKeys: finding.entities.map(entityKey),
      since: Math.min(finding.start, finding.time) - JOIN_WINDOW_MICROS,
    }),
    absorb(finding, open, context) {
      const { keys, victims } = joinsOf(finding, plan)
      const span = spanOf(finding)
      const isSignal = finding.kind === 'signal'
      const fits = isSignal ? meetsActing : meets
      const fitting = open.filter((one) => one.status === 'open' && fits(one, keys, span))
      const closed = (context.closed ?? []).filter((one) => meets(one, keys, span))
      if ([...fitting, ...closed].some((one) => one.findingIds.includes(finding.id))) return NOTHING
      const [host] = fitting.sort(olderFirst)
      const work = { plan, finding, open, now: context.now }
      const own = isSignal ? NO_KEYS : { keys, victims }
      if (host) return join({ ...work, host, ...own })
      const signals = freshSignals(finding, open, context)
      if (!isSignal) return openNew({ ...work, ...own, signals, closed })
      const trigger = riskyKey(finding, signals, { plan, riskThreshold, keys })
      if (trigger === undefined) return NOTHING
      return openNew({ ...work, keys: [trigger], victims: [], signals, closed })
    },
  }
}

function spanOf(finding: Finding) {
  return {
    start: Math.min(finding.start, finding.time),
    end: Math.max(finding.start, finding.time),
  }
}

const joinSets = new WeakMap<Incident, ReadonlySet<string>>()

function joinSetOf(incident: Incident): ReadonlySet<string> {
  const known = joinSets.get(incident)
  if (known) return known
  const made = new Set(incident.joins ?? incident.entities.map(entityKey))
  joinSets.set(incident, made)
  return made
}

function meets(
  incident: Incident,
  keys: readonly string[],
  span: { start: Micros; end: Micros },
): boolean {
  if (!isNear(incident, span)) return false
  const own = joinSetOf(incident)
  return keys.some((key) => own.has(key))
}

/** Signals meet only what acts: the everyday signals of somebody who was attacked are not part of the attack. */
function meetsActing(
  incident: Incident,
  keys: readonly string[],
  span: { start: Micros; end: Micros },
): boolean {
  const victims = incident.victims ?? []
  return meets(
    incident,
    keys.filter((key) => !victims.includes(key)),
    span,
  )
}

function olderFirst(a: Incident, b: Incident): number {
  return a.opened - b.opened || a.start - b.start || (a.id < b.id ? -1 : 1)
}

interface Work {
  readonly plan: Plan
  readonly finding: Finding
  readonly open: readonly Incident[]
  readonly now: Micros
}

interface Keyed {
  readonly keys: readonly string[]
  readonly victims: readonly string[]
}

function join(work: Work & Keyed & { host: Incident }): Absorbed {
  const { plan, finding, host, keys, victims, now } = work
  const own = substanceOf(finding, plan, { joins: keys, victims, now })
  const added = keys.length > 0 ? own : withSpan(own, host)
  const grown = incidentFrom(combine(substanceOfIncident(host, plan), added), plan)
  return settle(work, { incident: grown, isNew: false })
}

function openNew(
  work: Work & Keyed & { signals: readonly Finding[]; closed: readonly Incident[] },
): Absorbed {
  const { plan, finding, keys, victims, signals, closed, now } = work
  let substance = substanceOf(finding, plan, { joins: keys, victims, now })
  const acting = new Set(keys.filter((key) => !victims.includes(key)))
  for (const signal of signals) {
    if (!joinKeysOf(signal, plan).some((key) => acting.has(key))) continue
    const added = substanceOf(signal, plan, { joins: [], now })
    substance = combine(substance, finding.kind === 'alert' ? withSpan(added, substance) : added)
  }
  const related = closed.map((one) => one.id)
  const incident = incidentFrom({ ...substance, related }, plan)
  return settle(work, { incident, isNew: true })
}

/** Signals tell the story but do not stretch it: a noisy one would hold an incident open for ever. */
function withSpan<T extends { start: Micros; end: Micros }>(
  substance: T,
  { start, end }: { readonly start: Micros; readonly end: Micros },
): T {
  return { ...substance, start, end }
}

/** Joins whatever has come within reach by growing, until nothing more does: the order of arrival then decides nothing. */
function settle(work: Work, start: { incident: Incident; isNew: boolean }): Absorbed {
  const { plan, now } = work
  let { incident, isNew } = start
  let rest = work.open.filter((one) => one.status === 'open' && one.id !== incident.id)
  const merged: Incident[] = []
  for (;;) {
    const keys = [...joinSetOf(incident)]
    const near = rest.find((one) => meets(one, keys, incident))
    if (!near) return { incident, merged, isNew }
    rest = rest.filter((one) => one !== near)
    const [older, younger] = olderFirst(near, incident) <= 0 ? [near, incident] : [incident, near]
    const both = combine(substanceOfIncident(older, plan), substanceOfIncident(younger, plan))
    const alsoMerged = younger === incident && isNew ? [] : [younger.id]
    if (younger !== incident || !isNew) merged.push(asDuplicate(younger, older.id, now))
    if (older === near) isNew = false
    incident = incidentFrom(
      { ...both, merged: [...both.merged, ...alsoMerged], updated: now },
      plan,
    )
  }
}

function asDuplicate(incident: Incident, into: string, now: Micros): Incident {
  return {
    ...incident,
    status: 'closed',
    closeReason: 'duplicate',
    closeNote: `Merged into ${into}.`,
    closedBy: 'vedette',
    closedAt: now,
    updated: now,
  }
}

/** Signals near the finding that no open incident has told yet. */
function freshSignals(
  finding: Finding,
  open: readonly Incident[],
  context: AbsorbContext,
): Finding[] {
  const given = context.signals ?? []
  if (given.length === 0) return []
  const told = new Set(open.flatMap((incident) => incident.findingIds))
  const seen = new Set([finding.id])
  return given.filter((signal) => {
    if (told.has(signal.id) || seen.has(signal.id)) return false
    seen.add(signal.id)
    return isNear(spanOf(signal), spanOf(finding))
  })
}

/** The key whose signals have added up to the threshold. One rule counts at most twice: repetition is not evidence. */
function riskyKey(
  finding: Finding,
  signals: readonly Finding[],
  settings: { plan: Plan; riskThreshold: number; keys: readonly string[] },
): string | undefined {
  const keyed = signals.map((signal) => ({
    signal,
    keys: new Set(joinKeysOf(signal, settings.plan)),
  }))
  return settings.keys.find((key) => {
    const about = [
      finding,
      ...keyed.filter(({ keys }) => keys.has(key)).map(({ signal }) => signal),
    ]
    const perRule = Map.groupBy(about, (signal) => signal.ruleId)
    const risk = [...perRule.values()].reduce((sum, group) => {
      const points = group.map((signal) => LEVEL_RISK[signal.level]).sort((a, b) => b - a)
      return sum + (points[0] ?? 0) + (points[1] ?? 0)
    }, 0)
    return risk >= settings.riskThreshold
  })
}
