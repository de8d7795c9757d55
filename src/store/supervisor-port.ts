import type { Clock } from '#base/clock.ts'
import type { Log } from '#base/log.ts'
import type { Segment } from './contract.ts'
import type { Params } from './engine/literal.ts'
import type { EngineOptions } from './engine/protocol.ts'

/** What became of a request. */
export type EngineAnswer =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly code: number; readonly message: string }

/** Keeps an engine process running and carries requests to it. */
export interface Supervisor {
  /** Resolves when stored; sent again with the same token to each new engine until it answers. */
  append(segment: Segment): Promise<EngineAnswer>
  /** A query that the engine dies under fails; one that still waits for a restart is sent to the next engine. */
  query(sql: string, params: Params, signal?: AbortSignal): Promise<EngineAnswer>
  dropBefore(day: number): Promise<EngineAnswer>
  memory(): Promise<EngineAnswer>
  status(): SupervisorStatus
  close(): Promise<void>
}

/** How the engine process is. */
export interface SupervisorStatus {
  readonly state: 'up' | 'starting' | 'closed'
  readonly restarts: number
  readonly pid: number
  readonly version: string
  readonly pendingAppends: number
  readonly pendingQueries: number
}

/** What a supervisor needs. `modulePath` is the engine's entry module. */
export interface SupervisorOptions {
  readonly engine: EngineOptions
  readonly modulePath: string
  readonly log: Log
  readonly clock?: Clock
}
