import type { Event } from '#shape/event.ts'

/** An event for a test: fields, and whatever else matters. Times in microseconds. */
export function makeEvent(fields: Record<string, unknown>, more: Partial<Event> = {}): Event {
  const seq = more.seq ?? 1
  return {
    id: `0-${seq}`,
    partition: 0,
    seq,
    source: 'test',
    family: 'unknown',
    received: more.time ?? 0,
    time: 0,
    timeQuality: 'native',
    who: {},
    what: { classUid: 0, activityId: 0, action: '', outcome: 'unknown', severity: 0 },
    where: {},
    message: '',
    fields,
    raw: new Uint8Array(),
    ...more,
  }
}
