import type { Item } from './group.ts'
import type { CorrelationRule, Limit, Operator, Term } from './rule.ts'

const COMPARE: Readonly<Record<Operator, (value: number, limit: number) => boolean>> = {
  gt: (value, limit) => value > limit,
  gte: (value, limit) => value >= limit,
  lt: (value, limit) => value < limit,
  lte: (value, limit) => value <= limit,
  eq: (value, limit) => value === limit,
  neq: (value, limit) => value !== limit,
}

/** Whether a number lies within all limits. */
export function isWithinLimits(value: number, limits: readonly Limit[]): boolean {
  return limits.every((limit) => COMPARE[limit.operator](value, limit.value))
}

/** What is known of the items in a window, kept up to date as items come and go. */
export class Tally {
  private readonly rule: CorrelationRule
  private count = 0
  private sum = 0
  private numbers = 0
  private readonly values = new Map<string, number>()
  private readonly sources: number[]
  /** Per term and step: the latest start of a chain that has come so far. */
  private readonly chains: number[][]

  constructor(rule: CorrelationRule) {
    this.rule = rule
    this.sources = rule.sources.map(() => 0)
    this.chains = rule.terms.map((term) => term.seen.map(() => Number.NEGATIVE_INFINITY))
  }

  add(item: Item): void {
    this.change(item, 1)
  }

  remove(item: Item): void {
    this.change(item, -1)
  }

  private change(item: Item, by: 1 | -1): void {
    this.count += by
    for (const source of item.sources) this.sources[source] = (this.sources[source] ?? 0) + by
    if (item.value !== null) {
      const left = (this.values.get(item.value) ?? 0) + by
      if (left > 0) this.values.set(item.value, left)
      else this.values.delete(item.value)
    }
    if (item.number !== null) {
      this.numbers += by
      this.sum = this.numbers === 0 ? 0 : this.sum + by * item.number
    }
  }

  /** Takes note of all items of one instant for the ordered chains; instants must come in order. */
  step(t: number, sources: ReadonlySet<number>): void {
    if (this.rule.type !== 'temporal_ordered') return
    for (const [index, term] of this.rule.terms.entries())
      stepChain(this.chains[index] ?? [], term, { t, sources })
  }

  /** The number that the limits speak of; undefined for types that have none or when there is no value. */
  amount(): number | undefined {
    switch (this.rule.type) {
      case 'event_count':
        return this.count
      case 'value_count':
        return this.values.size
      case 'value_sum':
        return this.numbers === 0 ? undefined : this.sum
      case 'temporal':
        return this.rulesSeen()
      default:
        return undefined
    }
  }

  /** Whether the condition holds for a window that starts at `from`. */
  holds(from: number): boolean {
    const { terms, limits } = this.rule
    if (terms.length > 0) return terms.some((term, index) => this.termHolds(term, index, from))
    const amount = this.amount()
    return amount !== undefined && isWithinLimits(amount, limits)
  }

  private termHolds(term: Term, index: number, from: number): boolean {
    if (term.unseen.some((source) => (this.sources[source] ?? 0) > 0)) return false
    if (this.rule.type === 'temporal_ordered')
      return (this.chains[index]?.at(-1) ?? Number.NEGATIVE_INFINITY) >= from
    return term.seen.every((source) => (this.sources[source] ?? 0) > 0)
  }

  private rulesSeen(): number {
    const ids = this.rule.sources.flatMap((source, at) =>
      (this.sources[at] ?? 0) > 0 ? [source.ruleId] : [],
    )
    return new Set(ids).size
  }
}

/** Lengthens the chains of a term; from the end, so that events of one instant are no order. */
function stepChain(
  chain: number[],
  term: Term,
  instant: { readonly t: number; readonly sources: ReadonlySet<number> },
): void {
  for (let at = term.seen.length - 1; at >= 0; at -= 1) {
    if (!instant.sources.has(term.seen[at] ?? -1)) continue
    const start = at === 0 ? instant.t : (chain[at - 1] ?? Number.NEGATIVE_INFINITY)
    if (start > (chain[at] ?? Number.NEGATIVE_INFINITY)) chain[at] = start
  }
}

/** The number that a closed window is judged by; undefined when there is none. */
export function closedAmount(rule: CorrelationRule, items: readonly Item[]): number | undefined {
  const numbers = items.flatMap((item) => (item.number === null ? [] : [item.number]))
  if (rule.type === 'value_avg')
    return numbers.length === 0 ? undefined : numbers.reduce((a, b) => a + b, 0) / numbers.length
  if (rule.type === 'value_median') return percentileOf(numbers, 50)
  if (rule.type === 'value_percentile') return percentileOf(numbers, rule.percentile)
  const tally = new Tally(rule)
  for (const item of items) tally.add(item)
  return tally.amount()
}

/** Linear interpolation between the ranks. */
function percentileOf(numbers: readonly number[], percentile: number): number | undefined {
  const sorted = [...numbers].sort((a, b) => a - b)
  const rank = ((sorted.length - 1) * percentile) / 100
  const low = sorted[Math.floor(rank)]
  const high = sorted[Math.ceil(rank)]
  return low === undefined || high === undefined ? undefined : low + (high - low) * (rank % 1)
}
