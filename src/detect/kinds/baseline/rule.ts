import type { OutcomeWord } from '#shape/event.ts'
import type { RuleInfo } from '#shape/finding.ts'

/** "First time this entity shows this value", with what must be known before it may say so. Times in microseconds. */
export interface BaselineRule {
  readonly info: RuleInfo
  /** Families it learns from; `x.*` means all that begin so. */
  readonly families: readonly string[]
  readonly outcome: OutcomeWord | undefined
  /** Path of the entity: `who.user`, `where.host`, or a native field. */
  readonly entity: string
  /** Path of the value whose first sight is news: `where.country`, `where.srcIp`, `where.host` … */
  readonly value: string
  /** An entity is judged after this time since its first event … */
  readonly minAge: number
  /** … and this many events. */
  readonly minEvents: number
  /** A value not seen for so long is forgotten. */
  readonly memory: number
}
