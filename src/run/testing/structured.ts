import type { JournalRecord } from '#base/journal.ts'
import type { DeadLetter, Event } from '#shape/event.ts'
import type { Structured } from '#structure/index.ts'
import { START } from './findings.ts'

/** A record of the journal with a text. */
export function makeRecord(seq: number, text = `record ${seq}`, received = START): JournalRecord {
  return { partition: 0, seq, feed: 'test', received, bytes: Buffer.from(text) }
}

/** What structure makes of a record: so many events and dead letters. */
export function makeStructured(
  record: JournalRecord,
  parts: { events: number; dead?: number; source?: string; delayMs?: number },
): Structured {
  const { partition, seq, received, bytes: raw } = record
  const source = parts.source ?? 'test'
  const id = (part: number) => `0-${seq}.${part}`
  const events = Array.from(
    { length: parts.events },
    (_, at): Event => ({
      id: id(at + 1),
      partition,
      seq,
      source,
      family: 'unknown',
      received,
      time: received - (parts.delayMs ?? 0) * 1000,
      timeQuality: 'native',
      who: {},
      what: { classUid: 0, activityId: 0, action: '', outcome: 'unknown', severity: 0 },
      where: {},
      message: '',
      fields: {},
      raw,
    }),
  )
  const dead = Array.from(
    { length: parts.dead ?? 0 },
    (_, at): DeadLetter => ({
      id: id(parts.events + at + 1),
      partition,
      seq,
      source,
      received,
      reason: 'json.invalid',
      detail: '',
      raw,
    }),
  )
  return { source, events, dead }
}
