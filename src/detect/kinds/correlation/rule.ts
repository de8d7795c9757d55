import type { RuleInfo } from '#shape/finding.ts'

/** What a correlation computes over its window. */
export const CORRELATION_TYPES = [
  'event_count',
  'temporal',
  'temporal_ordered',
  'value_avg',
  'value_count',
  'value_median',
  'value_percentile',
  'value_sum',
] as const

/** One of the correlation types. */
export type CorrelationType = (typeof CORRELATION_TYPES)[number]

/** Comparison of the computed number. */
export type Operator = 'gt' | 'gte' | 'lt' | 'lte' | 'eq' | 'neq'

/** A limit; two of them form a range. */
export interface Limit {
  readonly operator: Operator
  readonly value: number
}

/** One way to satisfy a correlation over rules: these seen (in this order, if ordered), those not. */
export interface Term {
  /** Indices into `sources`. */
  readonly seen: readonly number[]
  readonly unseen: readonly number[]
}

/** A rule that a correlation listens to. */
export interface SourceRef {
  /** Id of a Sigma rule or of another correlation. */
  readonly ruleId: string
  /** Field to read for each group-by name; aliases resolved. */
  readonly groupFields: readonly string[]
}

/** A checked correlation. Times in microseconds. */
export interface CorrelationRule {
  readonly info: RuleInfo
  readonly name: string | undefined
  readonly type: CorrelationType
  readonly sources: readonly SourceRef[]
  readonly groupBy: readonly string[]
  readonly span: number
  readonly limits: readonly Limit[]
  /** Fields whose values are counted or computed; empty for event and temporal types. */
  readonly valueFields: readonly string[]
  readonly percentile: number
  /** For temporal types without limits: any one of these must hold. */
  readonly terms: readonly Term[]
  /** Judged once when the window closes, not as soon as it holds. */
  readonly deferred: boolean
  /** Referenced by another correlation: raises no findings of its own. */
  readonly silent: boolean
}
