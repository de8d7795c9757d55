import type { Micros } from '#base/clock.ts'
import type { Entity } from './entity.ts'
import type { Position } from './event.ts'
import type { Level } from './severity.ts'

/** Kinds of rules that can find. */
export type RuleKindName = 'sigma' | 'correlation' | 'baseline' | 'indicator' | 'silence'

/** What a rule is, without how it matches. */
export interface RuleInfo {
  readonly id: string
  readonly title: string
  readonly kind: RuleKindName
  readonly level: Level
  readonly description: string
  /** ATT&CK technique ids, upper case: `T1110.003`. */
  readonly techniques: readonly string[]
  /** ATT&CK tactic short names: `credential-access`. */
  readonly tactics: readonly string[]
  /** Families that can feed it; empty when any can. */
  readonly families: readonly string[]
  readonly author?: string
  readonly references?: readonly string[]
  readonly falsePositives?: readonly string[]
  /** File it came from, and a hash of its content: the version. */
  readonly path: string
  readonly version: string
}

/** A field that made the rule match, with what the rule expected and what was seen. */
export interface MatchedField {
  readonly field: string
  readonly expected: string
  readonly seen: string
}

/** One hit of one rule. `id` is derived from rule, version and positions, so a replay finds the same one. */
export interface Finding {
  readonly id: string
  /** A signal feeds risk and correlation only; an alert asks for a person. */
  readonly kind: 'signal' | 'alert'
  readonly ruleId: string
  readonly ruleTitle: string
  readonly ruleKind: RuleKindName
  readonly ruleVersion: string
  readonly level: Level
  readonly techniques: readonly string[]
  readonly tactics: readonly string[]
  /** Event time of the (last) event. */
  readonly time: Micros
  /** Event time of the first event. */
  readonly start: Micros
  /** When that event was received, and when the finding was made. */
  readonly received: Micros
  readonly detected: Micros
  readonly source: string
  readonly family: string
  /** At most 100 positions, newest last; `count` is the whole number. */
  readonly positions: readonly Position[]
  readonly count: number
  /** One sentence: why. */
  readonly why: string
  readonly matched: readonly MatchedField[]
  readonly entities: readonly Entity[]
  /** What happened, as the (last) event says: native action, outcome, object. */
  readonly action: string
  readonly outcome: string
  readonly object: string
  /** One line of the (last) event for people. */
  readonly message: string
}
