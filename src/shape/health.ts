import type { Micros } from '#base/clock.ts'

/** The ledger's row for one source and one minute of reception. received = stored + dropped + dead. */
export interface LedgerRow {
  readonly source: string
  /** Epoch minutes, UTC. */
  readonly minute: number
  readonly received: number
  readonly bytes: number
  readonly stored: number
  readonly dropped: number
  readonly dead: number
  /** Events made of the stored records. */
  readonly events: number
  readonly findings: number
  /** Dropped by policy name and dead by reason code. */
  readonly reasons: Readonly<Record<string, number>>
  /** Sum and maximum of received - event time, in milliseconds. */
  readonly delaySumMs: number
  readonly delayMaxMs: number
}

/** What the live data say of one source over a span. */
export interface SourceFacts {
  readonly source: string
  readonly families: readonly string[]
  readonly firstReceived: Micros
  readonly lastReceived: Micros
  readonly lastTime: Micros
  readonly received: number
  readonly bytes: number
  readonly stored: number
  readonly dead: number
  readonly dropped: number
  readonly events: number
  readonly findings: number
  /** Share (0 to 1) of events in which a wanted field was present and not empty. */
  readonly fieldPresence: Readonly<Record<string, number>>
  /** Received per minute, oldest first, for a small chart; at most 60 values. */
  readonly perMinute: readonly number[]
}
