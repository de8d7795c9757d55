import type { Micros } from '#base/clock.ts'
import type { Entity } from './entity.ts'
import type { Position } from './event.ts'
import type { Level } from './severity.ts'

/** How an incident ended; one is required to close it. */
export const CLOSE_REASONS = ['true', 'benign', 'false', 'duplicate'] as const

/** One of the close reasons. */
type CloseReason = (typeof CLOSE_REASONS)[number]

/** One line in the story of an incident. */
export interface TimelineEntry {
  readonly time: Micros
  readonly findingId: string
  readonly ruleId: string
  readonly title: string
  readonly level: Level
  readonly tactic: string
  /** First technique of the rule. */
  readonly technique?: string
  readonly who: string
  readonly what: string
  readonly where: string
  readonly why: string
  readonly positions: readonly Position[]
  /** How many findings of the same rule, who and where this line stands for. */
  readonly count: number
}

/** What to do about a technique. Source: MITRE ATT&CK mitigations. */
export interface Advice {
  readonly technique: string
  readonly techniqueName: string
  readonly mitigationId: string
  readonly mitigation: string
}

/** An entity in an incident with how many findings name it. */
export interface IncidentEntity extends Entity {
  readonly findings: number
  /** How many of these are alerts. */
  readonly alerts?: number
  /** Id of the plan target it belongs to, when the plan names it. */
  readonly target?: string
}

/** Alerts joined by shared entities into one story for one person to close. */
export interface Incident {
  readonly id: string
  readonly title: string
  /** One sentence: who did what where and when, for a person who was asleep. */
  readonly story: string
  readonly status: 'open' | 'closed'
  readonly level: Level
  /** Why this level: `high rule “…”, critical target payroll`. */
  readonly levelWhy: string
  readonly opened: Micros
  /** Event time of the first and the last finding. */
  readonly start: Micros
  readonly end: Micros
  readonly updated: Micros
  readonly findingIds: readonly string[]
  readonly findingCount: number
  readonly entities: readonly IncidentEntity[]
  readonly timeline: readonly TimelineEntry[]
  readonly techniques: readonly string[]
  readonly tactics: readonly string[]
  readonly targets: readonly string[]
  readonly owner: string
  readonly advice: readonly Advice[]
  readonly risk: number
  readonly closeReason?: CloseReason
  readonly closeNote?: string
  readonly closedBy?: string
  readonly closedAt?: Micros
  /** Ids of incidents that turned out to be this one. */
  readonly merged: readonly string[]
  /** Sources whose findings it holds, sorted. */
  readonly sources?: readonly string[]
  /** Keys under which further findings join it; more exact than its entities. For the incident room only. */
  readonly joins?: readonly string[]
  /** Those of `joins` that name only what was acted upon: signals do not join by them. */
  readonly victims?: readonly string[]
  /** Findings that no timeline line stands for, because the timeline is full. */
  readonly hidden?: number
  /** Closed incidents that this one goes on from. */
  readonly related?: readonly string[]
}
