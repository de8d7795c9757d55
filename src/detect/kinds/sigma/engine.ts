import type { Event } from '#shape/event.ts'
import { Bucket, type Entry } from './bucket.ts'
import { EventView, FieldTable } from './event-view.ts'
import { compileBlocks, type Matcher } from './matcher.ts'
import { RegexBudget } from './regex.ts'
import { isFamily, isHintless, type Route, routeOf } from './route.ts'
import type { Detection, SigmaRule } from './rule.ts'
import type { ChannelRoute } from './windows-channels.ts'
import { eventIdsOf, type WitnessSet, witnessOf } from './witness.ts'

/** A rule with what routing and indexing need to know of it; the matcher is made when first needed. */
interface Prepared {
  readonly rule: SigmaRule
  readonly route: Route
  readonly witness: WitnessSet | undefined
  readonly eventIds: ReadonlySet<string> | undefined
  readonly keywords: boolean
  matcher: Matcher | undefined
}

const MAX_BUCKETS = 4_096
/** Stands for every event id that no rule speaks of. */
const OTHER_ID = 'other'

/** Matches events against Sigma rules: route, then witness literals, then the few rules that are left. */
export class SigmaEngine {
  private readonly prepared: readonly Prepared[]
  private readonly table = new FieldTable()
  private readonly budget = new RegexBudget()
  private readonly view = new EventView(this.table)
  private readonly buckets = new Map<string, Bucket>()
  private readonly channels = new Map<string, Set<string>>()
  private readonly prefixes: string[] = []

  constructor(rules: readonly SigmaRule[]) {
    this.prepared = rules.map((rule) => prepare(rule))
    for (const { route, eventIds } of this.prepared)
      for (const one of channelsOf(route)) this.learnChannel(one, eventIds)
  }

  private learnChannel(route: ChannelRoute, eventIds: ReadonlySet<string> | undefined): void {
    const ids = this.channels.get(route.channel) ?? new Set<string>()
    this.channels.set(route.channel, ids)
    if (route.prefix === true && !this.prefixes.includes(route.channel))
      this.prefixes.push(route.channel)
    for (const id of route.eventIds ?? []) ids.add(String(id))
    for (const id of eventIds ?? []) ids.add(id)
  }

  /** How often an expression saw only the beginning of a value. */
  get regexSkipped(): number {
    return this.budget.skipped
  }

  /** Indices of the rules that match, ascending. */
  match(event: Event): readonly number[] {
    const { view } = this
    view.load(event)
    const bucket = this.bucketOf(event, view)
    if (bucket.isEmpty) return []
    this.budget.reset()
    return bucket.match(view)
  }

  /** Indices of the rules that look at the event at all, whether they match or not. */
  admitted(event: Event): number[] {
    this.view.load(event)
    return this.bucketOf(event, this.view).admitted(this.view)
  }

  private bucketOf(event: Event, view: EventView): Bucket {
    const key = view.windowsKey
    const channel = key === undefined ? '' : this.channelName(key.channel)
    const ids = this.channels.get(channel)
    const id = key === undefined ? '' : String(key.eventId)
    const knownId = ids?.has(id) === true ? id : OTHER_ID
    const name = `${event.family}\n${key === undefined ? '-' : channel}\n${knownId}`
    let bucket = this.buckets.get(name)
    if (bucket === undefined) {
      if (this.buckets.size >= MAX_BUCKETS) this.buckets.clear()
      bucket = this.makeBucket(
        event.family,
        key === undefined ? undefined : { channel, id: knownId },
      )
      this.buckets.set(name, bucket)
      // Compiling may have named new fields: the view must place the event's keys again.
      view.load(event)
    }
    return bucket
  }

  /** The channel as rules name it; '' for one that no rule names. */
  private channelName(channel: string): string {
    if (this.channels.has(channel) && !this.prefixes.includes(channel)) return channel
    return this.prefixes.find((prefix) => channel.startsWith(prefix)) ?? ''
  }

  private makeBucket(family: string, windows: { channel: string; id: string } | undefined): Bucket {
    const entries: Entry[] = []
    for (const [index, one] of this.prepared.entries()) {
      const guard = this.admission(one, family, windows)
      if (guard === undefined) continue
      one.matcher ??= compileBlocks([one.rule.block, ...one.rule.filters], {
        table: this.table,
        budget: this.budget,
        sysmonNames: speaksSysmon(one.route),
      })
      entries.push({
        rule: index,
        matcher: one.matcher,
        guard,
        witness: one.witness,
        sysmonNames: speaksSysmon(one.route),
      })
    }
    return new Bucket(entries, this.table)
  }

  /** Undefined when the rule never sees such events, else what each event must still satisfy. */
  private admission(
    one: Prepared,
    family: string,
    windows: { channel: string; id: string } | undefined,
  ): Matcher | undefined {
    if (windows === undefined) return admitsFamily(one, family) ? always : undefined
    if (one.route.kind === 'unknown') return admitsFamily(one, family) ? always : undefined
    if (one.route.kind === 'windows' && one.route.channels.length === 0) return always
    if (one.route.kind === 'families' && isFamily(family, one.route.families)) return always
    const routes = channelsOf(one.route).filter((route) => servesEvent(route, windows))
    if (routes.length === 0) return undefined
    if (one.eventIds !== undefined && !one.eventIds.has(windows.id)) return undefined
    if (routes.some((route) => route.only === undefined)) return always
    return this.onlyGuard(routes)
  }

  private onlyGuard(routes: readonly ChannelRoute[]): Matcher {
    const checks = routes.flatMap(({ only }) =>
      only === undefined
        ? []
        : [{ slot: this.table.intern(only.field, false), values: only.values }],
    )
    return (view) =>
      checks.some(({ slot, values }) =>
        view.value(slot).folded.some((text) => values.includes(text)),
      )
  }
}

const always: Matcher = () => true

function prepare(rule: SigmaRule): Prepared {
  const blocks = [rule.block, ...rule.filters]
  return {
    rule,
    route: routeOf(rule.logSource),
    witness: witnessOf(blocks),
    eventIds: eventIdsOf([rule.block]),
    keywords: usesKeywords(rule),
    matcher: undefined,
  }
}

function usesKeywords(rule: SigmaRule): boolean {
  const inside = (detection: Detection): boolean =>
    detection.kind === 'item' ? detection.field === undefined : detection.parts.some(inside)
  return [...rule.block.detections.values()].some(inside)
}

/** Whether fields of the rule may be renamed from native Windows ones. */
export function speaksSysmon(route: Route): boolean {
  return route.kind === 'windows'
    ? route.sysmonNames
    : route.kind === 'families' && route.windows !== undefined
}

function channelsOf(route: Route): readonly ChannelRoute[] {
  if (route.kind === 'windows') return route.channels
  return route.kind === 'families' ? (route.windows ?? []) : []
}

function servesEvent(route: ChannelRoute, windows: { channel: string; id: string }): boolean {
  if (route.channel !== windows.channel) return false
  return route.eventIds === undefined || route.eventIds.some((id) => String(id) === windows.id)
}

/**
 * Events outside Windows. A family that gives no hint is open to rules of unknown log sources, and to others when
 * they look at named fields: keywords alone would fire on any text.
 */
function admitsFamily({ route, keywords, witness }: Prepared, family: string): boolean {
  if (route.kind === 'windows') return false
  if (route.kind === 'families') {
    if (isFamily(family, route.families)) return true
    return isHintless(family) && !keywords && witness !== undefined
  }
  if (route.product === undefined || isHintless(family)) return true
  return family === route.product || family.startsWith(`${route.product}.`)
}
