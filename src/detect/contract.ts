import type { Micros } from '#base/clock.ts'
import type { Outcome } from '#base/outcome.ts'
import type { Event } from '#shape/event.ts'
import type { Finding, RuleInfo } from '#shape/finding.ts'
import type { Indicator } from '#shape/indicator.ts'
import type { BaselineRule } from './kinds/baseline/rule.ts'
import type { CorrelationRule } from './kinds/correlation/rule.ts'
import type { SigmaRule } from './kinds/sigma/rule.ts'

/** What keeps a rule from being used, or what its author should know. `line` counts from 1. */
export interface RuleProblem {
  readonly path: string
  readonly line: number
  readonly ruleId?: string
  /** `rejected`: the rule does not run. `warning`: it runs, and may not do what was meant. */
  readonly severity: 'rejected' | 'warning'
  /** Stable code, `sigma.placeholder`. */
  readonly code: string
  readonly text: string
}

/** Compiled rule files. Rules are in file order; every document that is no rule here is a problem. */
export interface RuleSet {
  readonly rules: readonly RuleInfo[]
  readonly problems: readonly RuleProblem[]
  readonly sigma: readonly SigmaRule[]
  readonly correlations: readonly CorrelationRule[]
  readonly baselines: readonly BaselineRule[]
}

/** What a detector has done since it was made. */
interface DetectorStats {
  readonly rules: number
  readonly events: number
  readonly findings: number
  /** Correlation groups, window items and baseline entries dropped to keep memory bounded. */
  readonly evictions: number
  /** Correlation items that came later than the allowed lateness; they were still used where a window was open. */
  readonly late: number
  /** Regular expressions not run because one event asked for more work than the budget allows. */
  readonly regexSkipped: number
  readonly indicators: number
}

/** Events in, findings out. Deterministic: the same events in the same order give the same findings. */
export interface Detector {
  /** Findings of these events. Correlations answer here too, as far as event time has advanced. */
  push(events: readonly Event[], detected: Micros): Finding[]
  /** Says that every event up to `watermark` has arrived: judges held-back events and closes windows. */
  advance(watermark: Micros, detected: Micros): Finding[]
  /** Replaces the indicator set. */
  setIndicators(list: readonly Indicator[]): void
  /** The whole state (correlation windows, baselines) as versioned text. */
  snapshot(): string
  /** Takes a snapshot back. `detect.snapshot-version` or `detect.snapshot-invalid` leave the state unchanged. */
  restore(text: string): Outcome<void>
  stats(): DetectorStats
}

/** How to make a detector. */
export interface DetectorOptions {
  readonly ruleSet: RuleSet
  readonly indicators?: readonly Indicator[]
  /** Baseline rules beside those of the rule set. */
  readonly baselines?: readonly BaselineRule[]
  /** Indicators with less confidence do not match; 50 by default. */
  readonly minConfidence?: number
  /**
   * How long correlations wait for events out of order, in event time; 0 by default. Within it, results do not
   * depend on the order of arrival; Infinity judges at `advance` only, which makes a scan exact.
   */
  readonly latenessMs?: number
}
