import type { Micros } from '#base/clock.ts'
import { derivedId } from '#base/hash.ts'
import { type Entity, entitiesOf } from '#shape/entity.ts'
import type { Event, Position } from '#shape/event.ts'
import type { Finding, MatchedField, RuleInfo } from '#shape/finding.ts'
import { type Level, levelRank } from '#shape/severity.ts'

/** What a finding keeps of an event. Plain data, so that it can lie in a snapshot. */
export interface EventDigest {
  readonly id: Position
  readonly time: Micros
  readonly received: Micros
  readonly source: string
  readonly family: string
  readonly action: string
  readonly outcome: string
  readonly object: string
  readonly message: string
  readonly entities: readonly Entity[]
}

/** What a rule kind knows of a hit. */
export interface Hit {
  readonly rule: RuleInfo
  /** First and last event; the same for a rule of one event. */
  readonly first: EventDigest
  readonly last: EventDigest
  readonly positions: readonly Position[]
  readonly count: number
  readonly why: string
  readonly matched: readonly MatchedField[]
  readonly entities: readonly Entity[]
  readonly detected: Micros
  /** What makes the id, beside rule and version; the positions when absent. */
  readonly identity?: readonly (string | number)[]
  /** Event time of the hit when it is not the last event's: the end of a window. */
  readonly time?: Micros
}

const MAX_POSITIONS = 100
const MAX_ENTITIES = 30

/** Whether a level asks for a person. */
function kindOfLevel(level: Level): 'signal' | 'alert' {
  return levelRank(level) >= levelRank('medium') ? 'alert' : 'signal'
}

/** The finding of a hit. */
export function findingOf(hit: Hit): Finding {
  const { rule, first, last } = hit
  return {
    id: derivedId('finding', [rule.id, rule.version, ...(hit.identity ?? hit.positions)]),
    kind: kindOfLevel(rule.level),
    ruleId: rule.id,
    ruleTitle: rule.title,
    ruleKind: rule.kind,
    ruleVersion: rule.version,
    level: rule.level,
    techniques: rule.techniques,
    tactics: rule.tactics,
    time: hit.time ?? last.time,
    start: first.time,
    received: last.received,
    detected: hit.detected,
    source: last.source,
    family: last.family,
    positions: hit.positions.slice(-MAX_POSITIONS),
    count: hit.count,
    why: hit.why,
    matched: hit.matched.slice(0, 10),
    entities: hit.entities.slice(0, MAX_ENTITIES),
    action: last.action,
    outcome: last.outcome,
    object: last.object,
    message: last.message,
  }
}

/** What is kept of an event. */
export function digestOf(event: Event): EventDigest {
  return {
    id: event.id,
    time: event.time,
    received: event.received,
    source: event.source,
    family: event.family,
    action: event.what.action,
    outcome: event.what.outcome,
    object: event.what.object ?? '',
    message: event.message,
    entities: allEntities(event),
  }
}

/** Entities of several events, each once, in order of appearance. */
export function joinEntities(lists: Iterable<readonly Entity[]>): Entity[] {
  const found = new Map<string, Entity>()
  for (const list of lists) {
    for (const entity of list) {
      const key = `${entity.kind}:${entity.id}`
      if (!found.has(key)) found.set(key, entity)
    }
    if (found.size >= MAX_ENTITIES) break
  }
  return [...found.values()]
}

/** Native fields that name a process, a file, a domain or a repository. */
const FIELD_ENTITIES: readonly (readonly [string, Entity['kind'], Entity['role']])[] = [
  ['Image', 'process', 'actor'],
  ['NewProcessName', 'process', 'actor'],
  ['exe', 'process', 'actor'],
  ['TargetImage', 'process', 'target'],
  ['TargetFilename', 'file', 'target'],
  ['ImageLoaded', 'file', 'target'],
  ['QueryName', 'domain', 'destination'],
  ['repo', 'repository', 'target'],
  ['repository', 'repository', 'target'],
]

/** Entities of the event's columns, and those that its native fields name. */
function allEntities(event: Event): Entity[] {
  const found = entitiesOf(event)
  for (const [field, kind, role] of FIELD_ENTITIES) {
    const value = Object.hasOwn(event.fields, field) ? event.fields[field] : undefined
    if (typeof value === 'string' && value !== '' && value !== '-' && value.length <= 1_000)
      found.push({ kind, id: value.toLowerCase(), name: value, role })
  }
  const sha256 = sha256Of(event)
  if (sha256 !== undefined)
    found.push({ kind: 'file', id: `sha256:${sha256}`, name: sha256, role: 'target' })
  return joinEntities([found])
}

function sha256Of(event: Event): string | undefined {
  const hashes = Object.hasOwn(event.fields, 'Hashes') ? event.fields['Hashes'] : undefined
  if (typeof hashes !== 'string' || hashes.length > 1_000) return undefined
  return /SHA256=([0-9A-Fa-f]{64})/.exec(hashes)?.[1]?.toLowerCase()
}

const MAX_SHOWN = 80

/** A value as a sentence shows it: one line, at most 80 characters. */
export function shown(text: string): string {
  const line = text.replace(/\s+/g, ' ')
  return `"${line.length <= MAX_SHOWN ? line : `${line.slice(0, MAX_SHOWN - 1)}…`}"`
}

/** A time span as people say it. */
export function spanText(micros: number): string {
  const seconds = micros / 1_000_000
  for (const [size, unit] of [
    [86_400, 'd'],
    [3_600, 'h'],
    [60, 'm'],
  ] as const)
    if (seconds >= size && seconds % size === 0) return `${seconds / size}${unit}`
  return `${seconds}s`
}
