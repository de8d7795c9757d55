import type { JournalRecord } from '#base/journal.ts'
import type { DeadLetter, Event } from '#shape/event.ts'
import type { LedgerRow } from '#shape/health.ts'

interface OpenRow {
  source: string
  minute: number
  received: number
  bytes: number
  stored: number
  dropped: number
  dead: number
  events: number
  findings: number
  reasons: Record<string, number>
  delaySumMs: number
  delayMaxMs: number
}

/** Adds up what became of records, per source and minute of reception. */
export interface Tally {
  /** Counts one record: stored when it gave an event, else dead. Parts that failed count as reasons only. */
  record(
    record: JournalRecord,
    outcome: { source: string; events: readonly Event[]; dead: readonly DeadLetter[] },
  ): void
  finding(source: string, receivedMicros: number): void
  /** The rows so far; the tally starts anew. */
  take(): LedgerRow[]
  /** Adds rows that could not be handed on after all. */
  putBack(rows: readonly LedgerRow[]): void
}

/** Makes an empty tally. */
export function createTally(): Tally {
  let rows = new Map<string, OpenRow>()
  const rowOf = (source: string, receivedMicros: number): OpenRow => {
    const minute = Math.floor(receivedMicros / 60_000_000)
    const key = `${minute} ${source}`
    const known = rows.get(key)
    if (known) return known
    const row = emptyRow(source, minute)
    rows.set(key, row)
    return row
  }
  return {
    record(record, { source, events, dead }) {
      const row = rowOf(source, record.received)
      row.received += 1
      row.bytes += record.bytes.length
      if (events.length > 0) row.stored += 1
      else row.dead += 1
      row.events += events.length
      if (events.length + dead.length === 0)
        row.reasons['structure.nothing'] = (row.reasons['structure.nothing'] ?? 0) + 1
      for (const letter of dead) row.reasons[letter.reason] = (row.reasons[letter.reason] ?? 0) + 1
      for (const event of events) addDelay(row, event)
    },
    finding(source, receivedMicros) {
      rowOf(source, receivedMicros).findings += 1
    },
    take() {
      const taken = [...rows.values()]
      rows = new Map()
      return taken
    },
    putBack(taken) {
      for (const old of taken) addRow(rowOf(old.source, old.minute * 60_000_000), old)
    },
  }
}

function emptyRow(source: string, minute: number): OpenRow {
  const counts = { received: 0, bytes: 0, stored: 0, dropped: 0, dead: 0, events: 0, findings: 0 }
  return { source, minute, ...counts, reasons: {}, delaySumMs: 0, delayMaxMs: 0 }
}

function addDelay(row: OpenRow, event: Event): void {
  if (event.timeQuality === 'received') return
  const delayMs = Math.max(0, Math.round((event.received - event.time) / 1000))
  row.delaySumMs += delayMs
  if (delayMs > row.delayMaxMs) row.delayMaxMs = delayMs
}

function addRow(row: OpenRow, old: LedgerRow): void {
  row.received += old.received
  row.bytes += old.bytes
  row.stored += old.stored
  row.dropped += old.dropped
  row.dead += old.dead
  row.events += old.events
  row.findings += old.findings
  row.delaySumMs += old.delaySumMs
  row.delayMaxMs = Math.max(row.delayMaxMs, old.delayMaxMs)
  for (const [reason, count] of Object.entries(old.reasons))
    row.reasons[reason] = (row.reasons[reason] ?? 0) + count
}
