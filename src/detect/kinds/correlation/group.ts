import type { EventDigest } from '../../finding.ts'
import type { CorrelationRule } from './rule.ts'
import { closedAmount, isWithinLimits, Tally } from './tally.ts'

/** One event (or inner alert) in the window of a group. Times in milliseconds. */
export interface Item {
  readonly t: number
  readonly positions: readonly string[]
  /** Indices of the correlation's sources that matched. */
  readonly sources: readonly number[]
  /** What `value_count` counts; null when the event has none. */
  readonly value: string | null
  /** What sums and averages read; null when the event has none. */
  readonly number: number | null
  /** Texts of fields that outer correlations will ask for. */
  readonly carried: Readonly<Record<string, string | null>>
  /** Absent when it is the last one too. */
  readonly first?: EventDigest
  readonly last: EventDigest
}

/** A condition that holds. */
export interface Alert {
  readonly t: number
  readonly items: readonly Item[]
  readonly amount: number | undefined
}

/** The state of a group as plain data. */
export interface GroupState {
  readonly items: readonly Item[]
  readonly quietUntil: number
  readonly opened: number | null
}

const MAX_INSTANTS = 100
const NEVER = Number.NEGATIVE_INFINITY

/** The events of one group of one correlation, and when it may speak again. */
export class Group {
  private readonly rule: CorrelationRule
  private readonly span: number
  private readonly maxItems: number
  private items: Item[] = []
  private head = 0
  private tally: Tally
  private quietUntil = NEVER
  /** Start of the open window of a deferred type. */
  opened: number | undefined
  /** Items dropped because the group was full. */
  dropped = 0

  constructor(rule: CorrelationRule, state?: GroupState) {
    this.rule = rule
    this.span = rule.span / 1_000
    this.maxItems = Math.max(
      10_000,
      ...rule.limits.map((limit) => Math.min(1_000_000, limit.value + 1)),
    )
    this.tally = new Tally(rule)
    if (state === undefined) return
    this.items = [...state.items]
    this.quietUntil = state.quietUntil
    this.opened = state.opened ?? undefined
    this.rebuild()
  }

  get size(): number {
    return this.items.length - this.head
  }

  /** Time of the newest item. */
  get newest(): number {
    return this.items.at(-1)?.t ?? NEVER
  }

  /** True when nothing in it can matter for an event at or after `t`. */
  isIdle(t: number): boolean {
    return this.opened === undefined && this.quietUntil < t && this.newest < t - this.span
  }

  state(): GroupState {
    return {
      items: this.items.slice(this.head),
      quietUntil: this.quietUntil,
      opened: this.opened ?? null,
    }
  }

  /** Adds the items of one instant and judges. Items of an earlier instant than the newest are put in their place. */
  addEager(t: number, added: readonly Item[]): Alert | undefined {
    const late = t < this.newest
    for (const item of added) this.insert(item)
    if (late) {
      this.rebuild()
      return this.judgeLate(t)
    }
    this.tally.step(t, sourcesOf(added))
    this.prune(t - this.span)
    if (t <= this.quietUntil || !this.tally.holds(t - this.span)) return undefined
    this.quietUntil = t + this.span
    return { t, items: this.items.slice(this.head), amount: this.tally.amount() }
  }

  /** Adds items to the open window, or opens one. Answers whether a window was opened. */
  addDeferred(t: number, added: readonly Item[], late: boolean): boolean {
    const inside = this.opened !== undefined && t >= this.opened
    if (!inside && (late || this.opened !== undefined)) {
      this.dropped += added.length
      return false
    }
    const opens = this.opened === undefined && added.some((item) => this.isOpener(item))
    if (!inside && !opens) return false
    if (opens) this.opened = t
    for (const item of added) this.insert(item)
    return opens
  }

  /** Judges the window that opened at `t - span`, and closes it. */
  close(t: number): Alert | undefined {
    if (this.opened === undefined || this.opened + this.span !== t) return undefined
    const items = this.items.slice(this.head)
    this.items = []
    this.head = 0
    this.tally = new Tally(this.rule)
    this.opened = undefined
    const amount = closedAmount(this.rule, items)
    return this.holdsClosed(items, amount, t) ? { t, items, amount } : undefined
  }

  private holdsClosed(items: readonly Item[], amount: number | undefined, t: number): boolean {
    if (this.rule.terms.length > 0) return tallyOf(this.rule, items).holds(t - this.span)
    return amount !== undefined && isWithinLimits(amount, this.rule.limits)
  }

  private isOpener(item: Item): boolean {
    const { terms } = this.rule
    if (terms.length === 0) return true
    return item.sources.some((source) => terms.some((term) => term.seen.includes(source)))
  }

  private insert(item: Item): void {
    let at = this.items.length
    while (at > this.head && (this.items[at - 1]?.t ?? NEVER) > item.t) at -= 1
    if (at === this.items.length) this.items.push(item)
    else this.items.splice(at, 0, item)
    this.tally.add(item)
    if (this.size > this.maxItems) this.drop()
  }

  private drop(): void {
    const oldest = this.items[this.head]
    if (oldest === undefined) return
    this.tally.remove(oldest)
    this.head += 1
    this.dropped += 1
    this.compact()
  }

  private prune(from: number): void {
    for (;;) {
      const oldest = this.items[this.head]
      if (oldest === undefined || oldest.t >= from) break
      this.tally.remove(oldest)
      this.head += 1
    }
    this.compact()
  }

  private compact(): void {
    if (this.head < 64 || this.head * 2 < this.items.length) return
    this.items = this.items.slice(this.head)
    this.head = 0
  }

  private rebuild(): void {
    this.items = this.items.slice(this.head)
    this.head = 0
    this.tally = tallyOf(this.rule, this.items)
  }

  /** A late item can only complete windows that end at its own or a later instant. */
  private judgeLate(t: number): Alert | undefined {
    const instants = [...new Set(this.items.map((item) => item.t))].filter(
      (one) => one >= t && one <= t + this.span && one > this.quietUntil,
    )
    for (const instant of instants.slice(0, MAX_INSTANTS)) {
      const items = this.items.filter((item) => item.t >= instant - this.span && item.t <= instant)
      const tally = tallyOf(this.rule, items)
      if (!tally.holds(instant - this.span)) continue
      this.quietUntil = instant + this.span
      return { t: instant, items, amount: tally.amount() }
    }
    return undefined
  }
}

function sourcesOf(items: readonly Item[]): Set<number> {
  return new Set(items.flatMap((item) => item.sources))
}

/** The tally of items in order of time. */
function tallyOf(rule: CorrelationRule, items: readonly Item[]): Tally {
  const tally = new Tally(rule)
  let at = 0
  while (at < items.length) {
    const t = items[at]?.t ?? 0
    const same: Item[] = []
    for (; at < items.length && items[at]?.t === t; at += 1) {
      const item = items[at]
      if (item !== undefined) same.push(item)
    }
    for (const item of same) tally.add(item)
    tally.step(t, sourcesOf(same))
  }
  return tally
}
