import type { Chance } from './prng.ts'

/** The ways a record leaves the company: three HTTP feeds, documents for `_bulk`, syslog by datagram and by stream. */
export type Lane = 'okta' | 'github' | 'cloudtrail' | 'bulk' | 'udp' | 'tcp'

/** One record as its system would send it. */
export interface DemoRecord {
  /** When it happened, epoch milliseconds. */
  readonly time: number
  readonly lane: Lane
  /** JSON text, or a whole syslog line. */
  readonly body: string
  /** Data stream, for documents only. */
  readonly index?: string
}

/** What every record builder gets: the moment, and chance for ids and ports. */
export interface Moment {
  readonly time: number
  readonly chance: Chance
}

/** A JSON record for one of the lanes. */
export function jsonRecord(moment: Moment, lane: Lane, document: object): DemoRecord {
  return { time: moment.time, lane, body: JSON.stringify(document) }
}

const MONTHS = [
  'Jan',
  'Feb',
  'Mar',
  'Apr',
  'May',
  'Jun',
  'Jul',
  'Aug',
  'Sep',
  'Oct',
  'Nov',
  'Dec',
] as const

/** `Mar  9 10:15:02` in UTC. Source: RFC 3164 section 4.1.2. */
export function bsdTime(time: number): string {
  const date = new Date(time)
  const day = String(date.getUTCDate()).padStart(2, ' ')
  return `${MONTHS[date.getUTCMonth()]} ${day} ${date.toISOString().slice(11, 19)}`
}

/** `09/Mar/2026:10:15:02 +0000`, the time of web server logs. */
export function clfTime(time: number): string {
  const date = new Date(time)
  const day = String(date.getUTCDate()).padStart(2, '0')
  return `${day}/${MONTHS[date.getUTCMonth()]}/${date.getUTCFullYear()}:${date.toISOString().slice(11, 19)} +0000`
}

/** A line as an old network device sends it in a datagram. Source: RFC 3164. */
export function datagram(
  moment: Moment,
  from: { priority: number; host: string },
  text: string,
): DemoRecord {
  return {
    time: moment.time,
    lane: 'udp',
    body: `<${from.priority}>${bsdTime(moment.time)} ${from.host} ${text}`,
  }
}

/** A line as rsyslog sends it over a stream. Source: RFC 5424 section 6. */
export function streamLine(
  moment: Moment,
  from: { priority: number; host: string; app: string; pid: number },
  text: string,
): DemoRecord {
  const time = new Date(moment.time).toISOString()
  const pid = from.pid === 0 ? '-' : from.pid
  return {
    time: moment.time,
    lane: 'tcp',
    body: `<${from.priority}>1 ${time} ${from.host} ${from.app} ${pid} - - ${text}`,
  }
}

/** One request body per HTTP lane: a JSON array's lines for feeds, `Records` for CloudTrail, action and document lines for `_bulk`. */
export function bodyOf(
  lane: 'okta' | 'github' | 'cloudtrail' | 'bulk',
  records: readonly DemoRecord[],
): string {
  if (lane === 'cloudtrail')
    return `{"Records":[${records.map((record) => record.body).join(',')}]}`
  if (lane !== 'bulk') return `${records.map((record) => record.body).join('\n')}\n`
  const lines = records.flatMap((record) => [
    JSON.stringify({ create: { _index: record.index ?? 'logs-generic-default' } }),
    record.body,
  ])
  return `${lines.join('\n')}\n`
}

/** Frames for syslog over a stream, each with its length in bytes before it. Source: RFC 6587 section 3.4.1. */
export function octetFrames(records: readonly DemoRecord[]): string {
  return records.map(({ body }) => `${new TextEncoder().encode(body).length} ${body}`).join('')
}
