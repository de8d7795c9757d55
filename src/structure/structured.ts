import type { JournalRecord } from '#base/journal.ts'
import type { DeadLetter, Event } from '#shape/event.ts'
import type { SourceRoute } from '#shape/route.ts'

/** What one record became. Exactly one of `events` and `dead` is empty, unless parts of the record were damaged. */
export interface Structured {
  /** Id of the source in the plan; else `syslog:<host>` or the feed. */
  readonly source: string
  readonly events: Event[]
  readonly dead: DeadLetter[]
}

/** What a structurer is made of. */
export interface StructurerOptions {
  /** How records find their source and family, in the order of the plan. */
  readonly routes: readonly SourceRoute[]
  /** Zone of times that name none: IANA name or `+02:00`. Default UTC. An unknown zone counts as UTC. */
  readonly zone?: string
}

/** Turns records into events; keeps no state between records. */
export interface Structurer {
  /** Never throws, whatever the bytes. */
  structure(record: JournalRecord): Structured
  /** Ids of all families, alphabetical, without `unknown`. */
  readonly families: readonly string[]
}
