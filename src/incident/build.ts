import type { Micros } from '#base/clock.ts'
import { derivedId } from '#base/hash.ts'
import { type Plan, planLookup, techniqueOf } from '#plan/index.ts'
import type { Finding } from '#shape/finding.ts'
import type { Incident, IncidentEntity, TimelineEntry } from '#shape/incident.ts'
import { adviceFor } from './advice.ts'
import { entitiesOfFinding, mergeEntities, targetsOfFinding } from './entities.ts'
import { byCriticality, gradeOf } from './grade.ts'
import { inTacticOrder, storyOf, titleOf } from './story.ts'
import { lineOf, mergeLines } from './timeline.ts'

const MAX_FINDING_IDS = 1_000
const MAX_JOINS = 2_000
const MAX_RELATED = 20

/** What several findings or incidents come to before words and level are made of it. */
interface Substance {
  readonly id: string
  readonly opened: Micros
  readonly updated: Micros
  readonly start: Micros
  readonly end: Micros
  readonly findingIds: readonly string[]
  readonly findingCount: number
  readonly entities: readonly IncidentEntity[]
  readonly lines: readonly TimelineEntry[]
  readonly hidden: number
  readonly techniques: readonly string[]
  readonly tactics: readonly string[]
  readonly targets: readonly string[]
  readonly sources: readonly string[]
  readonly joins: readonly string[]
  readonly victims: readonly string[]
  readonly merged: readonly string[]
  readonly related: readonly string[]
  /** Set by a person; otherwise the owner of the most critical target. */
  readonly owner?: string
}

/** What one finding brings. `joins` empty: it adds to the story but never ties incidents together. */
export function substanceOf(
  finding: Finding,
  plan: Plan,
  more: { joins: readonly string[]; victims?: readonly string[]; now: Micros },
): Substance {
  const lookup = planLookup(plan)
  const watched = plan.sources.find((source) => source.id === finding.source)?.targets ?? []
  const derived = finding.techniques.flatMap((id) => techniqueOf(id)?.tactics.slice(0, 1) ?? [])
  return {
    id: derivedId('inc', [finding.id]),
    opened: more.now,
    updated: more.now,
    start: Math.min(finding.start, finding.time),
    end: Math.max(finding.start, finding.time),
    findingIds: [finding.id],
    findingCount: 1,
    entities: entitiesOfFinding(finding, lookup),
    lines: [lineOf(finding)],
    hidden: 0,
    techniques: finding.techniques,
    tactics: finding.tactics.length > 0 ? finding.tactics : derived,
    targets: targetsOfFinding(finding, lookup, watched),
    sources: [finding.source],
    joins: more.joins,
    victims: more.victims ?? [],
    merged: [],
    related: [],
  }
}

/** The substance of an incident, to go on with. An owner that the plan gave may change with the targets. */
export function substanceOfIncident(incident: Incident, plan: Plan): Substance {
  const lookup = planLookup(plan)
  const { owner, timeline, ...rest } = incident
  return {
    ...rest,
    lines: timeline,
    hidden: incident.hidden ?? 0,
    targets: incident.targets.filter((id) => lookup.target(id) !== undefined),
    sources: incident.sources ?? [],
    joins: incident.joins ?? [],
    victims: incident.victims ?? [],
    related: incident.related ?? [],
    ...(owner === ownerOf(incident.targets, plan) ? {} : { owner }),
  }
}

const union = (left: readonly string[], right: readonly string[]) => [
  ...new Set([...left, ...right]),
]

/** What acts anywhere is no longer only acted upon. */
function victimsOf(first: Substance, second: Substance): string[] {
  const acting = new Set(
    [first, second].flatMap(({ joins, victims }) => joins.filter((key) => !victims.includes(key))),
  )
  return union(first.victims, second.victims)
    .filter((key) => !acting.has(key))
    .slice(0, MAX_JOINS)
}

/** Both as one. The first gives id and opening. */
export function combine(first: Substance, second: Substance): Substance {
  const { lines, hidden } = mergeLines([...first.lines, ...second.lines])
  const owner = first.owner ?? second.owner
  return {
    id: first.id,
    opened: Math.min(first.opened, second.opened),
    updated: Math.max(first.updated, second.updated),
    start: Math.min(first.start, second.start),
    end: Math.max(first.end, second.end),
    findingIds: union(first.findingIds, second.findingIds).slice(0, MAX_FINDING_IDS),
    findingCount: first.findingCount + second.findingCount,
    entities: mergeEntities([...first.entities, ...second.entities]),
    lines,
    hidden: first.hidden + second.hidden + hidden,
    techniques: union(first.techniques, second.techniques),
    tactics: union(first.tactics, second.tactics),
    targets: union(first.targets, second.targets),
    sources: union(first.sources, second.sources),
    joins: union(first.joins, second.joins).slice(0, MAX_JOINS),
    victims: victimsOf(first, second),
    merged: union(first.merged, second.merged),
    related: union(first.related, second.related).slice(0, MAX_RELATED),
    ...(owner === undefined ? {} : { owner }),
  }
}

function ownerOf(targets: readonly string[], plan: Plan): string {
  const [top] = byCriticality(targets, planLookup(plan))
  return top && top.owner !== '' ? top.owner : plan.owner
}

/** The incident that this substance makes: title, story, level, advice. */
export function incidentFrom(substance: Substance, plan: Plan): Incident {
  const targets = byCriticality(substance.targets, planLookup(plan))
  const tactics = inTacticOrder(substance.tactics)
  const techniques = substance.techniques.toSorted()
  const { lines } = substance
  const told = { ...substance, timeline: lines, tactics }
  return {
    id: substance.id,
    title: titleOf(told, targets),
    story: storyOf(told, targets),
    status: 'open',
    ...gradeOf(lines, targets, tactics),
    opened: substance.opened,
    start: substance.start,
    end: substance.end,
    updated: substance.updated,
    findingIds: substance.findingIds,
    findingCount: substance.findingCount,
    entities: substance.entities,
    timeline: lines,
    techniques,
    tactics,
    targets: targets.map(({ id }) => id),
    owner: substance.owner ?? ownerOf(substance.targets, plan),
    advice: adviceFor(techniques),
    merged: substance.merged,
    sources: substance.sources.toSorted(),
    joins: substance.joins,
    victims: substance.victims,
    hidden: substance.hidden,
    related: substance.related,
  }
}
