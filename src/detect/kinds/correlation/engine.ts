import type { Micros } from '#base/clock.ts'
import type { Event } from '#shape/event.ts'
import type { Finding } from '#shape/finding.ts'
import { digestOf } from '../../finding.ts'
import { alertFinding } from './alert.ts'
import { type Alert, Group, type Item } from './group.ts'
import { TimeHeap } from './heap.ts'
import { type Closing, drainInto, type Held } from './held.ts'
import { type Arrival, carriedNamesOf, groupValues, itemFor, keyOf } from './reach.ts'
import type { CorrelationRule } from './rule.ts'
import { type CorrelationState, finite, infinite } from './state.ts'

/** Gives the text of a field of a matched event; null when it has none. */
export type FieldReader = (event: Event, ruleId: string, field: string) => string | null

const MAX_HELD = 500_000
const MAX_GROUPS = 50_000
/** Cloud sources deliver minutes to an hour late while others keep time: their groups wait that much longer. */
const KEPT_MS = 3_600_000
const SWEEP_EVERY = 20_000
/** An event may claim to be this much later than it was received; beyond, its clock is wrong. */
const MAX_AHEAD_MS = 5_000

/**
 * Correlations over the events that Sigma rules matched. Events are taken in order of event time as far as the
 * allowed lateness reaches; what comes later still counts where its window is open, and is counted as late.
 */
export class CorrelationEngine {
  private readonly rules: readonly CorrelationRule[]
  private readonly latenessMs: number
  private readonly readField: FieldReader
  /** Correlations that listen to a rule, with the place of the rule among their sources. */
  private readonly listeners = new Map<
    string,
    { readonly correlation: number; readonly source: number }[]
  >()
  private readonly carriedNames: readonly (readonly string[])[]
  private groups: Map<string, Group>[]
  private held = new TimeHeap<Held>()
  /** Arrivals for deferred correlations: only a watermark lets them in. */
  private waiting = new TimeHeap<Held>()
  private closings = new TimeHeap<Closing>()
  private newest = Number.NEGATIVE_INFINITY
  private done = Number.NEGATIVE_INFINITY
  private advanced = Number.NEGATIVE_INFINITY
  private sinceSweep = 0
  evictions = 0
  late = 0

  constructor(
    rules: readonly CorrelationRule[],
    options: { latenessMs: number; readField: FieldReader },
  ) {
    this.rules = rules
    this.latenessMs = options.latenessMs
    this.readField = options.readField
    this.groups = rules.map(() => new Map())
    for (const [correlation, rule] of rules.entries())
      for (const [source, { ruleId }] of rule.sources.entries()) {
        const list = this.listeners.get(ruleId) ?? []
        list.push({ correlation, source })
        this.listeners.set(ruleId, list)
      }
    this.carriedNames = carriedNamesOf(rules, this.listeners)
  }

  /** Takes an event with the ids of the Sigma rules that it matched; gives the findings that are now due. */
  offer(event: Event, ruleIds: readonly string[], detected: Micros): Finding[] {
    this.moveOn(event)
    const listening = ruleIds.filter((id) => this.listeners.has(id))
    if (listening.length > 0) this.take(event, listening)
    return this.run(this.newest - this.latenessMs, { closes: false, detected })
  }

  /** Says that all events up to `watermark` are in. */
  advance(watermark: Micros, detected: Micros): Finding[] {
    return this.run(Math.floor(watermark / 1_000), { closes: true, detected })
  }

  private moveOn(event: Event): void {
    const latest = Math.min(timeOf(event), msOf(event.received) + MAX_AHEAD_MS)
    if (latest > this.newest) this.newest = latest
  }

  private take(event: Event, ruleIds: readonly string[]): void {
    const digest = digestOf(event)
    const t = timeOf(event)
    if (t < this.done) this.late += 1
    const reach = new Map<number, number[]>()
    for (const id of ruleIds)
      for (const { correlation, source } of this.listeners.get(id) ?? [])
        reach.set(correlation, [...(reach.get(correlation) ?? []), source])
    for (const [correlation, sources] of reach)
      this.hold(correlation, sources, {
        t,
        positions: [event.id],
        first: digest,
        last: digest,
        read: (ruleId, field) => this.readField(event, ruleId, field),
      })
  }

  /** Puts an event or inner alert before the groups of a correlation that it belongs to. */
  private hold(correlation: number, sources: readonly number[], from: Arrival): void {
    const rule = this.rules[correlation]
    if (rule === undefined) return
    const byKey = new Map<string, number[]>()
    for (const source of sources) {
      const ref = rule.sources[source]
      const key = ref === undefined ? undefined : keyOf(ref, from)
      if (key !== undefined) byKey.set(key, [...(byKey.get(key) ?? []), source])
    }
    for (const [key, members] of byKey) {
      const item = itemFor(rule, members, { from, carried: this.carriedNames[correlation] ?? [] })
      this.admit({ t: from.t, correlation, key, item }, rule.deferred)
    }
  }

  private admit(held: Held, deferred: boolean): void {
    if (!deferred) {
      this.held.push(held)
      return
    }
    this.waiting.push(held)
    if (this.waiting.size <= MAX_HELD) return
    this.waiting.pop()
    this.evictions += 1
  }

  /** Judges instant by instant up to `limit`; what is deferred only when `closes` says that all events are in. */
  private run(limit: number, how: { closes: boolean; detected: Micros }): Finding[] {
    const findings: Finding[] = []
    for (;;) {
      const deferred = how.closes ? Math.min(this.waiting.next, this.closings.next) : Infinity
      const t = Math.min(this.held.next, deferred)
      const full = this.held.size > MAX_HELD
      if (t === Infinity || !(t <= limit || full)) break
      findings.push(...this.instant(t, how))
      if (t > this.done) this.done = t
      if (how.closes && t > this.advanced) this.advanced = t
    }
    this.sweep()
    return findings
  }

  private instant(t: number, how: { closes: boolean; detected: Micros }): Finding[] {
    const findings: Finding[] = []
    const arrivals = new Map<number, Map<string, Item[]>>()
    const drain = () => {
      drainInto(this.held, t, arrivals)
      if (how.closes) drainInto(this.waiting, t, arrivals)
    }
    drain()
    const closing = how.closes ? this.drainClosings(t) : []
    for (const [correlation, rule] of this.rules.entries()) {
      const ends = closing.filter((one) => one.correlation === correlation)
      const alerts = this.alertsOf(correlation, t, { arrived: arrivals.get(correlation), ends })
      for (const { key, alert } of alerts) {
        this.passOn(rule, key, alert)
        if (!rule.silent) findings.push(alertFinding(rule, key, { alert, detected: how.detected }))
      }
      // Inner alerts of this very instant reach the outer correlations, which come later in the list.
      if (alerts.length > 0) drain()
    }
    return findings
  }

  private alertsOf(
    correlation: number,
    t: number,
    what: { arrived: ReadonlyMap<string, Item[]> | undefined; ends: readonly Closing[] },
  ): { key: string; alert: Alert }[] {
    const alerts: { key: string; alert: Alert }[] = []
    for (const [key, items] of what.arrived ?? []) {
      const alert = this.feed(correlation, key, { t, items })
      if (alert !== undefined) alerts.push({ key, alert })
    }
    for (const { key } of what.ends) {
      const alert = this.groups[correlation]?.get(key)?.close(t)
      if (alert !== undefined) alerts.push({ key, alert })
    }
    return alerts
  }

  private drainClosings(t: number): Closing[] {
    const due: Closing[] = []
    while (this.closings.next <= t) {
      const one = this.closings.pop()
      if (one !== undefined) due.push(one)
    }
    return due
  }

  private feed(
    correlation: number,
    key: string,
    what: { t: number; items: readonly Item[] },
  ): Alert | undefined {
    const rule = this.rules[correlation]
    const groups = this.groups[correlation]
    if (rule === undefined || groups === undefined) return undefined
    const group = groups.get(key) ?? new Group(rule)
    groups.delete(key)
    groups.set(key, group)
    if (groups.size > MAX_GROUPS) this.evict(groups)
    const before = group.dropped
    const alert = rule.deferred
      ? this.feedDeferred(group, { ...what, correlation, key })
      : group.addEager(what.t, what.items)
    this.evictions += group.dropped - before
    return alert
  }

  private feedDeferred(
    group: Group,
    what: { t: number; items: readonly Item[]; correlation: number; key: string },
  ): undefined {
    const { t, correlation, key } = what
    const opened = group.addDeferred(t, what.items, t < this.advanced)
    const span = this.rules[correlation]?.span ?? 0
    if (opened) this.closings.push({ t: t + span / 1_000, correlation, key })
    return undefined
  }

  /** The group that was fed longest ago goes. */
  private evict(groups: Map<string, Group>): void {
    const [oldest] = groups.keys()
    if (oldest === undefined) return
    this.evictions += Math.max(1, groups.get(oldest)?.size ?? 1)
    groups.delete(oldest)
  }

  private passOn(rule: CorrelationRule, key: string, alert: Alert): void {
    const listeners = this.listeners.get(rule.info.id) ?? []
    const last = alert.items.at(-1)
    const first = alert.items[0]
    if (listeners.length === 0 || last === undefined || first === undefined) return
    const values = groupValues(rule, key)
    const positions = [...new Set(alert.items.flatMap((item) => item.positions))]
    const reach = new Map<number, number[]>()
    for (const { correlation, source } of listeners)
      reach.set(correlation, [...(reach.get(correlation) ?? []), source])
    const read = (_ruleId: string, field: string) =>
      values.get(field) ?? last.carried[field] ?? null
    for (const [correlation, sources] of reach)
      this.hold(correlation, sources, {
        t: alert.t,
        positions,
        first: first.first ?? first.last,
        last: last.last,
        read,
      })
  }

  /** Now and then, groups that can no longer matter are let go. */
  private sweep(): void {
    this.sinceSweep += 1
    if (this.sinceSweep < SWEEP_EVERY) return
    this.sinceSweep = 0
    for (const groups of this.groups)
      for (const [key, group] of groups) if (group.isIdle(this.done - KEPT_MS)) groups.delete(key)
  }

  state(): CorrelationState {
    const idOf = (correlation: number) => versionedId(this.rules[correlation])
    return {
      done: finite(this.done),
      newest: finite(this.newest),
      advanced: finite(this.advanced),
      held: [...this.held.toList(), ...this.waiting.toList()].map(({ correlation, ...rest }) => ({
        ...rest,
        rule: idOf(correlation),
      })),
      groups: this.groups.flatMap((groups, correlation) =>
        [...groups]
          .filter(([, group]) => !group.isIdle(this.done - KEPT_MS))
          .map(([key, group]) => ({ rule: idOf(correlation), key, state: group.state() })),
      ),
    }
  }

  /** Takes a state back. Groups of rules that are gone or have changed are left out. */
  restore(state: CorrelationState): void {
    const places = new Map(this.rules.map((rule, at) => [versionedId(rule), at]))
    this.groups = this.rules.map(() => new Map())
    this.held = new TimeHeap()
    this.waiting = new TimeHeap()
    this.closings = new TimeHeap()
    this.done = infinite(state.done)
    this.newest = infinite(state.newest)
    this.advanced = infinite(state.advanced)
    for (const { rule, ...rest } of state.held) {
      const correlation = places.get(rule)
      if (correlation !== undefined)
        this.admit({ ...rest, correlation }, this.rules[correlation]?.deferred === true)
    }
    for (const { rule, key, state: kept } of state.groups) {
      const correlation = places.get(rule)
      const found = this.rules[correlation ?? -1]
      if (correlation === undefined || found === undefined) continue
      this.groups[correlation]?.set(key, new Group(found, kept))
      if (kept.opened !== null)
        this.closings.push({ t: kept.opened + found.span / 1_000, correlation, key })
    }
  }
}

/** Event time in milliseconds; the arrival when there is no usable one. */
function timeOf(event: Event): number {
  return msOf(Number.isFinite(event.time) ? event.time : event.received)
}

function msOf(micros: Micros): number {
  return Math.floor(micros / 1_000)
}

function versionedId(rule: CorrelationRule | undefined): string {
  return `${rule?.info.id ?? ''}@${rule?.info.version ?? ''}`
}
