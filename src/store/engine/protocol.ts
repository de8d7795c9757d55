import type { Segment } from '../contract.ts'
import type { Params } from './literal.ts'

/** What the engine process is told at its start. */
export interface EngineOptions {
  /** Folder of the database, made when absent. */
  readonly folder: string
  readonly retentionDays: number
  /** Sessions that read at the same time. */
  readonly readers: number
  /** Longest a query may run, and the most memory it may take. */
  readonly queryTimeoutMs: number
  readonly queryMemoryBytes: number
  /** Threads of one query. */
  readonly queryThreads: number
}

/** One request to the engine. `cancel` ends the query with that request id; it gets no answer of its own. */
export type EngineRequest =
  | { readonly kind: 'append'; readonly id: number; readonly segment: Segment }
  | { readonly kind: 'query'; readonly id: number; readonly sql: string; readonly params: Params }
  | { readonly kind: 'drop-before'; readonly id: number; readonly day: number }
  | { readonly kind: 'memory'; readonly id: number }
  | { readonly kind: 'cancel'; readonly id: number }
  | { readonly kind: 'close'; readonly id: number }

/** What the engine says: ready or not at the start, then one answer for each request. */
export type EngineReply =
  | { readonly kind: 'ready'; readonly version: string }
  | { readonly kind: 'unfit'; readonly reason: 'missing' | 'failed'; readonly message: string }
  /** `text` is JSON rows one a line for a query, a number for the others, '' for append. */
  | { readonly kind: 'done'; readonly id: number; readonly text: string }
  /** `code` is the engine's number of the error, 0 when it has none. */
  | {
      readonly kind: 'failed'
      readonly id: number
      readonly code: number
      readonly message: string
    }
