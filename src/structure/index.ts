/*
 * Structure: turns a journal record into events (who, when, what, where).
 *
 * For: run, which calls `structure` for every record in journal order; cli parse and scan.
 * In:  JournalRecord (bytes and what the transport knew) and the routes of the plan.
 * Out: events, or a dead letter with a reason code for what cannot be an event.
 * Never: reads a clock, a file or the network; keeps state between records; throws; drops a record.
 */
export { describeFamilies, FAMILIES } from './families.ts'
export type { Structured, Structurer } from './structured.ts'
export { createStructurer } from './structurer.ts'
