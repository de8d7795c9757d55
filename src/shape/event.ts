import type { Micros } from '#base/clock.ts'

/**
 * Place of a record in the journal as text, `partition-seq`, and `partition-seq.n` for the n-th event (from 1)
 * of a record that holds several. Stable across replays; the identity of an event.
 */
export type Position = string

/** How the time of an event is known. `received` = no time in the record, the arrival stands in. */
export type TimeQuality = 'native' | 'zone-assumed' | 'year-inferred' | 'received'

/** OCSF actor.user.type_id in words. */
export type UserKind = 'user' | 'admin' | 'system' | 'service' | 'other'

/** Somebody acted upon. */
interface WhoTarget {
  user?: string
  userId?: string
  domain?: string
}

/** Who acted. */
export interface Who {
  user?: string
  userId?: string
  domain?: string
  kind?: UserKind
  session?: string
  target?: WhoTarget
}

/** Success or failure of the operation; a denied connection is `failure`. */
export type OutcomeWord = 'success' | 'failure' | 'unknown'

/** What happened. `classUid` and `activityId` are OCSF 1.8 ids (0 = unknown), `action` the native operation verbatim. */
export interface What {
  classUid: number
  activityId: number
  action: string
  outcome: OutcomeWord
  /** OCSF severity_id: 0 unknown, 1 informational, 2 low, 3 medium, 4 high, 5 critical, 6 fatal. */
  severity: number
  /** What was acted on: a file, bucket, repository, role, URL path. */
  object?: string
  /** Native code: EventID, message id, error code, HTTP status. */
  code?: string
}

/** Where it came from and where it went. `host` is the machine or service that logged it. */
export interface Where {
  srcIp?: string
  srcPort?: number
  dstIp?: string
  dstPort?: number
  host?: string
  region?: string
  account?: string
  country?: string
  url?: string
}

/** A record after structuring. */
export interface Event {
  readonly id: Position
  readonly partition: number
  readonly seq: number
  /** Id of the source in the plan, or the feed name when the plan does not know it. */
  readonly source: string
  /** Kind of log, `windows.security`; `unknown` when no mapping recognised it. */
  readonly family: string
  readonly received: Micros
  readonly time: Micros
  readonly timeQuality: TimeQuality
  readonly end?: Micros
  readonly who: Who
  readonly what: What
  readonly where: Where
  /** One line for people. */
  readonly message: string
  /** Native names and values, verbatim; nested where the record is. What rules speak. */
  readonly fields: Record<string, unknown>
  /** The bytes as received: the evidence. */
  readonly raw: Uint8Array
}

/** A record, or a part of one, that could not become an event. */
export interface DeadLetter {
  readonly id: Position
  readonly partition: number
  readonly seq: number
  readonly source: string
  readonly received: Micros
  /** Stable reason code: `json.too-deep`, `syslog.too-long`. */
  readonly reason: string
  readonly detail: string
  readonly raw: Uint8Array
}

/** The text form of a journal place. */
export function positionOf(partition: number, seq: number, part = 0): Position {
  return part === 0 ? `${partition}-${seq}` : `${partition}-${seq}.${part}`
}
