/**
 * The store keeps what happened and what became of it.
 *
 * Event store: events and dead letters in chDB, in a process of its own. In: segment files of rows made by `eventRow`
 * and `deadRow`, each with a token, stored exactly once. Out: searches, counts, single events.
 * State store: pipeline position, ledger, findings, incidents, runs, audit trail, access and settings in one SQLite file.
 *
 * It never parses records, never decides what a finding means, never loads the engine into the calling process, and
 * never builds SQL out of a user's text: values are bound, names come from a list.
 */
export type { EventStore, SourceCount } from './contract.ts'
export { openEventStore } from './event-store.ts'
export { deadRow, eventRow } from './row.ts'
export type {
  AccessStore,
  ApiToken,
  LedgerFacts,
  LedgerTotals,
  StateStore,
} from './state/contract.ts'
export { openStateStore } from './state/state-store.ts'
