import type { Micros } from '#base/clock.ts'
import { isObject } from '#base/json.ts'
import { canonicalUser } from '#shape/entity.ts'
import type { Event } from '#shape/event.ts'
import type { Finding } from '#shape/finding.ts'
import { digestOf, findingOf, shown } from '../../finding.ts'
import { fieldText } from '../sigma/naive.ts'
import { fold } from '../sigma/text.ts'
import type { BaselineRule } from './rule.ts'

/** What one entity has shown so far. Times are event times in microseconds. */
interface History {
  first: Micros
  last: Micros
  events: number
  /** Value with the time it was last seen. */
  values: Map<string, Micros>
}

/** The state of the baselines as plain data, by rule id and version. */
export type BaselineState = readonly {
  readonly rule: string
  readonly histories: readonly (readonly [
    entity: string,
    first: number,
    last: number,
    events: number,
    values: readonly (readonly [string, number])[],
  ])[]
}[]

const MAX_ENTITIES = 100_000
const MAX_VALUES = 200
const DAY = 86_400_000_000

/** Baselines: what is normal for each entity, and the first time that it does something else. */
export class BaselineEngine {
  private readonly rules: readonly BaselineRule[]
  private histories: Map<string, History>[]
  evictions = 0

  constructor(rules: readonly BaselineRule[]) {
    this.rules = rules
    this.histories = rules.map(() => new Map())
  }

  /** Learns from the event, and says what is new about it. */
  match(event: Event, detected: Micros): Finding[] {
    const findings: Finding[] = []
    for (const [at, rule] of this.rules.entries()) {
      if (!concerns(rule, event)) continue
      const entity = entityText(rule, event)
      const value = fieldText(event, rule.value, true)
      if (entity === undefined || value === null || value === '' || value === '-') continue
      const finding = this.learn(at, { rule, event, entity, value, detected })
      if (finding !== undefined) findings.push(finding)
    }
    return findings
  }

  private learn(at: number, what: Sighting): Finding | undefined {
    const { rule, event, entity } = what
    const histories = this.histories[at] ?? new Map<string, History>()
    const known = histories.get(entity)
    const history = known ?? { first: event.time, last: event.time, events: 0, values: new Map() }
    const finding = known === undefined ? undefined : judge(history, what)
    histories.delete(entity)
    histories.set(entity, history)
    this.remember(history, rule, { value: fold(what.value), time: event.time })
    if (histories.size > MAX_ENTITIES) {
      const [oldest] = histories.keys()
      if (oldest !== undefined) histories.delete(oldest)
      this.evictions += 1
    }
    return finding
  }

  private remember(
    history: History,
    rule: BaselineRule,
    seen: { value: string; time: Micros },
  ): void {
    history.events += 1
    history.first = Math.min(history.first, seen.time)
    history.last = Math.max(history.last, seen.time)
    const latest = Math.max(history.values.get(seen.value) ?? 0, seen.time)
    history.values.delete(seen.value)
    history.values.set(seen.value, latest)
    if (history.values.size <= MAX_VALUES) return
    const [oldest] = history.values.keys()
    if (oldest !== undefined) history.values.delete(oldest)
    this.evictions += 1
    for (const [value, time] of history.values)
      if (time < history.last - rule.memory) history.values.delete(value)
  }

  state(): BaselineState {
    return this.rules.map((rule, at) => ({
      rule: `${rule.info.id}@${rule.info.version}`,
      histories: [...(this.histories[at] ?? [])].map(
        ([entity, { first, last, events, values }]) =>
          [entity, first, last, events, [...values]] as const,
      ),
    }))
  }

  /** Takes a state back; histories of rules that are gone or have changed are left out. */
  restore(state: BaselineState): void {
    this.histories = this.rules.map((rule) => {
      const kept = state.find((one) => one.rule === `${rule.info.id}@${rule.info.version}`)
      return new Map(
        (kept?.histories ?? []).map(([entity, first, last, events, values]) => [
          entity,
          { first, last, events, values: new Map(values) },
        ]),
      )
    })
  }
}

interface Sighting {
  readonly rule: BaselineRule
  readonly event: Event
  readonly entity: string
  readonly value: string
  readonly detected: Micros
}

function concerns(rule: BaselineRule, event: Event): boolean {
  if (rule.outcome !== undefined && event.what.outcome !== rule.outcome) return false
  return rule.families.some((family) =>
    family.endsWith('*') ? event.family.startsWith(family.slice(0, -1)) : event.family === family,
  )
}

/** Users meet under one name whatever their domain is written like. */
function entityText(rule: BaselineRule, event: Event): string | undefined {
  const text = fieldText(event, rule.entity, true)
  if (text === null) return undefined
  const entity = rule.entity === 'who.user' ? canonicalUser(text) : fold(text)
  return entity === '' || entity === '-' ? undefined : entity
}

/** News only when enough is known, and when the value is not among what is remembered. */
function judge(history: History, what: Sighting): Finding | undefined {
  const { rule, event, value } = what
  const seen = history.values.get(fold(value))
  if (seen !== undefined && event.time - seen <= rule.memory) return undefined
  const age = event.time - history.first
  if (history.events < rule.minEvents || age < rule.minAge) return undefined
  const digest = digestOf(event)
  const known = history.values.size
  const days = Math.floor(age / DAY)
  const usual = [...history.values.keys()].slice(-3).join(', ')
  return findingOf({
    rule: rule.info,
    first: digest,
    last: digest,
    positions: [event.id],
    count: 1,
    why: `${what.entity}: ${history.events} events with ${known} ${known === 1 ? 'value' : 'values'} of ${rule.value} in ${days} days, never ${shown(value)}.`,
    matched: [
      { field: rule.entity, expected: 'one entity', seen: what.entity.slice(0, 200) },
      {
        field: rule.value,
        expected: `one of ${known} known (${usual.slice(0, 150)})`,
        seen: value.slice(0, 200),
      },
    ],
    entities: digest.entities,
    detected: what.detected,
  })
}

/** Whether data has the form of a baseline state; histories are trusted, only this room writes them. */
export function isBaselineState(value: unknown): value is BaselineState {
  return (
    Array.isArray(value) &&
    value.every(
      (one) => isObject(one) && typeof one['rule'] === 'string' && Array.isArray(one['histories']),
    )
  )
}
