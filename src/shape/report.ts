import type { Micros } from '#base/clock.ts'
import type { Level } from './severity.ts'

/** Coverage has four states; only the last is green. */
export type CoverageState = 'no-data' | 'no-rule' | 'unproven' | 'proven'

/** One threat (ATT&CK technique) of the plan, judged against live data. */
export interface CoverageCell {
  readonly technique: string
  readonly name: string
  readonly tactics: readonly string[]
  readonly targets: readonly string[]
  readonly state: CoverageState
  /** Rules that look for it, and the sources that feed them now. */
  readonly rules: readonly string[]
  readonly sources: readonly string[]
  readonly provenAt?: Micros
  /** One sentence: why this state and what to do next. */
  readonly text: string
}

/** Something the plan requires and the live data cannot show. */
export interface BlindSpot {
  readonly id: string
  readonly kind:
    | 'source-never'
    | 'source-silent'
    | 'field-missing'
    | 'threat-no-data'
    | 'threat-no-rule'
    | 'obligation-unmet'
    | 'source-degraded'
  readonly level: Level
  /** Source, technique or clause it is about. */
  readonly subject: string
  /** Plan targets that are unprotected because of it. */
  readonly targets: readonly string[]
  readonly text: string
  /** The way out. */
  readonly fix: string
  /** `plan.yaml:12` where the plan asks for it. */
  readonly at: string
}

/** What one source costs and what it gave. */
export interface NoiseRow {
  readonly source: string
  readonly events: number
  readonly bytes: number
  /** Shares of the whole, 0 to 1. */
  readonly eventShare: number
  readonly byteShare: number
  /** Alerts it contributed to, and those closed as true and as false or benign. */
  readonly alerts: number
  readonly closedTrue: number
  readonly closedFalse: number
  /** Rules that can fire on it, plan targets and obligations that it serves. */
  readonly rules: number
  readonly serves: readonly string[]
  readonly verdict: 'signal' | 'noise' | 'unknown'
  readonly text: string
}

/** State of one source; `unplanned` = it sends and the plan does not know it. */
export type SourceState = 'healthy' | 'degraded' | 'silent' | 'never' | 'unplanned'

/** One row of the sources page. */
export interface SourceReport {
  readonly id: string
  readonly family: string
  readonly families: readonly string[]
  readonly state: SourceState
  readonly text: string
  readonly owner: string
  readonly freshnessMs: number
  readonly lastReceived: Micros
  readonly lastTime: Micros
  readonly received: number
  readonly stored: number
  readonly dead: number
  readonly dropped: number
  readonly events: number
  readonly bytes: number
  readonly findings: number
  readonly fieldPresence: Readonly<Record<string, number>>
  readonly perMinute: readonly number[]
  /** Rules that depend on its families. */
  readonly rules: number
  readonly targets: readonly string[]
}

/** One target of the plan and whether it is watched. */
export interface TargetReport {
  readonly id: string
  readonly name: string
  readonly owner: string
  readonly criticality: string
  readonly exposure: string
  readonly sources: readonly string[]
  readonly threats: readonly { readonly technique: string; readonly state: CoverageState }[]
  readonly blindSpots: number
  readonly openIncidents: number
}

/** One clause of a standard and whether live data meet it. */
export interface ObligationReport {
  readonly id: string
  readonly standard: string
  readonly clause: string
  readonly text: string
  readonly state: 'met' | 'unmet' | 'unknown'
  readonly evidence: string
}

/** The plan judged against live data. */
export interface PlanReport {
  /** One sentence of truth for the home page. */
  readonly sentence: string
  /** True only when nothing below is unknown, blind or unmet. */
  readonly green: boolean
  readonly planPath: string
  readonly planName: string
  readonly judged: Micros
  readonly sources: readonly SourceReport[]
  readonly targets: readonly TargetReport[]
  readonly coverage: readonly CoverageCell[]
  readonly blindSpots: readonly BlindSpot[]
  readonly noise: readonly NoiseRow[]
  readonly obligations: readonly ObligationReport[]
  readonly budget: {
    readonly alertsPerDay: number
    readonly alertsLastDay: number
    readonly over: boolean
  }
}
