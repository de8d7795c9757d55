import type { Micros } from '#base/clock.ts'
import type { SearchQuery, SearchResult, SearchRow } from '#shape/search.ts'

/** A file of rows made by `eventRow` or `deadRow`, one a line, that is on disk before it is handed over. */
export interface Segment {
  /** Absolute path; no `{}*?,` in it (they are patterns to the engine). */
  readonly path: string
  /** Names the journal span. The same token is stored once, however often it is appended. */
  readonly token: string
  readonly table: 'events' | 'dead_letters'
  /** Lines in the file. */
  readonly rows: number
}

/** What the store holds of one source, of what was received in a span. */
export interface SourceCount {
  readonly source: string
  readonly events: number
  /** Sum of the record bytes. A record that became several events counts once per event. */
  readonly bytes: number
  readonly firstReceived: Micros
  readonly lastReceived: Micros
  readonly lastTime: Micros
  readonly families: readonly string[]
}

/** A dead letter as kept. `raw` is text, with replacement characters when the bytes were not UTF-8. */
export interface DeadLetterRow {
  readonly id: string
  readonly source: string
  readonly received: Micros
  readonly reason: string
  readonly detail: string
  readonly raw: string
  /** The exact bytes as base64 when they were not UTF-8, else ''. */
  readonly rawBytes: string
}

/** Rows stored for a span of one journal partition, to compare with the ledger. */
export interface SpanCount {
  readonly events: number
  /** Different event ids: equals `events` unless something was stored twice. */
  readonly distinctEvents: number
  /** Different journal records behind these events. */
  readonly records: number
  readonly deadLetters: number
  readonly distinctDeadLetters: number
}

/** How the engine process is doing. */
export interface EngineHealth {
  readonly state: 'up' | 'starting' | 'closed'
  readonly restarts: number
  readonly pid: number
  /** Resident memory of the engine process in bytes; 0 while it starts. */
  readonly residentBytes: number
  readonly version: string
  readonly pendingAppends: number
  readonly pendingQueries: number
  /** Bytes on disk and rows of both tables; 0 while it starts. */
  readonly diskBytes: number
  readonly rows: number
}

/** Where events are kept and found again. Lives in a process of its own; calls wait while that restarts. */
export interface EventStore {
  /**
   * Stores the rows of a segment exactly once. Resolves when they are stored and the file may go; survives engine
   * crashes in between. Rejects with `store.failed` when the engine refuses the file itself.
   */
  append(segment: Segment): Promise<void>
  /** Finds events. `store.query-failed` names the position of a mistake, or that time or memory ran out. */
  search(query: SearchQuery, signal?: AbortSignal): Promise<SearchResult>
  /** The event with this position, undefined when it is not (or no longer) stored. */
  event(id: string): Promise<SearchRow | undefined>
  /** The stored ones of these events, oldest first; at most 1,000 ids are looked at. */
  events(ids: readonly string[]): Promise<SearchRow[]>
  /** The bytes of the record as received, undefined when it is not (or no longer) stored. */
  evidence(id: string): Promise<Uint8Array | undefined>
  /** Share (0 to 1) of the events of a source received since `from` in which each field is present and not empty; 0 without events. */
  fieldPresence(wanted: {
    source: string
    fields: readonly string[]
    from: Micros
  }): Promise<Record<string, number>>
  /** Per source what was received in [from, to). */
  counts(span: { from: Micros; to: Micros }): Promise<SourceCount[]>
  /** The newest dead letters. */
  deadLetters(wanted: { source?: string; limit: number }): Promise<DeadLetterRow[]>
  /** Counts stored rows of journal records with from <= seq < below, received at `since` or later when that is given. */
  rowCount(span: {
    partition: number
    from: number
    below: number
    since?: Micros
  }): Promise<SpanCount>
  /** Drops whole days of reception before the given time; gives the number of days dropped. */
  dropBefore(before: Micros): Promise<number>
  checkHealth(): Promise<EngineHealth>
  /** Waits for running appends (a few seconds at most), then ends the engine process. */
  close(): Promise<void>
}
