import type { Micros } from '#base/clock.ts'

/** Kinds of observable values that intelligence speaks of. */
const INDICATOR_KINDS = [
  'ip',
  'domain',
  'url',
  'sha256',
  'sha1',
  'md5',
  'email',
  'user-agent',
] as const

/** One of the indicator kinds. */
export type IndicatorKind = (typeof INDICATOR_KINDS)[number]

/** A piece of threat intelligence. `value` is normalised: lower case where the kind is case-insensitive. */
export interface Indicator {
  readonly id: string
  readonly kind: IndicatorKind
  readonly value: string
  /** 0 to 100. */
  readonly confidence: number
  readonly validFrom: Micros
  readonly validUntil: Micros
  /** Feed or file it came from, with the line. */
  readonly feed: string
  readonly description: string
  readonly techniques: readonly string[]
}
