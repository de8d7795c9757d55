/**
 * collect: how records get in and how they are kept in order.
 *
 * In: syslog, files, journald, EVTX, standard input and HTTP dialects of other systems.
 * Out: raw records in the journal, acknowledged only when they are on disk; `readLogFile` for a one-time look.
 * Bytes stay as received, framing removed. What cannot be a record becomes a dead letter with a reason code.
 *
 * Never does: parse a message into fields, decide what is of interest, or drop without a count.
 */
export type { DialectContext } from './dialect.ts'
export { DIALECTS } from './dialects.ts'
export type { InputContext, OpenInput } from './input.ts'
export { INPUTS } from './inputs.ts'
export { type Journal, openJournal } from './journal/journal.ts'
export { createJournalReader } from './journal/reader.ts'
export { readLogFile, readLogStream } from './read/log-file.ts'
export { walkFiles } from './read/walk-files.ts'
