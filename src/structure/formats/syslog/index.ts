import type { Instant, Native, ReadContext, TextFormat } from '../../native.ts'
import { parseTime } from '../../time.ts'
import { parseStructuredData } from './structured-data.ts'

const FACILITIES = [
  'kern',
  'user',
  'mail',
  'daemon',
  'auth',
  'syslog',
  'lpr',
  'news',
  'uucp',
  'cron',
  'authpriv',
  'ftp',
  'ntp',
  'security',
  'console',
  'solaris-cron',
  'local0',
  'local1',
  'local2',
  'local3',
  'local4',
  'local5',
  'local6',
  'local7',
] as const
const SEVERITIES = ['emerg', 'alert', 'crit', 'err', 'warning', 'notice', 'info', 'debug'] as const

const PRI = /^<(\d{1,3})>/
const RFC5424 = /^1 (\S{1,64}) (\S{1,255}) (\S{1,255}) (\S{1,128}) (\S{1,32}) ?/
const BSD_TIME =
  /^([A-Z][a-z]{2} {1,2}\d{1,2}(?: \d{4})? \d\d:\d\d:\d\d(?:\.\d{1,9})?(?: \d{4}(?= ))?(?: (?:UTC|GMT|[A-Z]{1,3}[SD]T|CET|EET|WET|MSK)(?=[: ]))?):? +/
const ISO_TIME = /^(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?):? +/
/** Cisco puts a sequence number before, and a star or dot at, a clock that is not synchronised. */
const CISCO_COUNT = /^(?:\d{1,10}: )?(?:\S{1,64}: )?[*.]?(?=[A-Z][a-z]{2} {1,2}\d{1,2} )/
/** Program, an optional module in round brackets, an optional process id, a colon: `sshd(pam_unix)[12]: `. */
const TAG =
  /^(?!CEF:|LEEF:)([^\s:[\](){}"'=]{1,64})(?:\([^)\s]{1,64}\))?(?:\[([^\]\s]{0,64})\])?(?: \([^)]{1,128}\))?: ?/
/** As TAG without a colon, when a process id proves that it is one: `named[12] client …`. */
const TAG_PID = /^([^\s:[\](){}"'=]{1,64})\[(\d{1,10})\] /
/** Busybox writes facility and severity between host and program. */
const LEVEL = /^(?:kern|user|mail|daemon|auth|authpriv|syslog|lpr|cron|ftp|local[0-7])\.[a-z]{3,7} /
const HOST = /^(?! *%)([^\s[\]="']{1,255}[^\s[\]="':]|[^\s[\]="':]) +/

/** Parts of a header, and where the message starts. */
interface Header {
  time: Instant | undefined
  host: string | undefined
  app: string | undefined
  pid: string | undefined
  msgid: string | undefined
  sd: Record<string, unknown> | undefined
  rest: string
}

/**
 * Syslog lines: RFC 5424, RFC 3164, ISO 8601 time behind the priority (rsyslog forward format), the same without
 * priority as in files, and a bare priority. A line without priority needs a time, a host and a program to be syslog.
 */
export const syslog: TextFormat = {
  kind: 'text',
  name: 'syslog',
  summary:
    'Syslog lines: RFC 5424, RFC 3164, ISO time behind the priority, files of rsyslog and syslog-ng.',
  read(text, context) {
    const pri = PRI.exec(text)
    const priority = pri ? Number(pri[1]) : undefined
    if (priority !== undefined && priority > 191) return undefined
    const body = pri ? text.slice(pri[0].length) : text
    const header = rfc5424(body, context) ?? bsd(body, context, priority !== undefined)
    if (header) return nativeOf(header, priority)
    if (priority === undefined) return undefined
    return nativeOf({ ...EMPTY, ...tagged(body), host: undefined }, priority)
  },
}

const EMPTY: Header = {
  time: undefined,
  host: undefined,
  app: undefined,
  pid: undefined,
  msgid: undefined,
  sd: undefined,
  rest: '',
}

function nativeOf(header: Header, priority: number | undefined): Native {
  const fields: Record<string, unknown> = {}
  if (priority !== undefined) {
    fields['facility'] = FACILITIES[priority >> 3]
    fields['severity'] = SEVERITIES[priority & 7]
  }
  const { time, host, app, pid, msgid, sd, rest } = header
  if (host !== undefined) fields['host'] = host
  if (app !== undefined) fields['app'] = app
  if (pid !== undefined) fields['pid'] = pid
  if (msgid !== undefined) fields['msgid'] = msgid
  if (sd !== undefined) fields['sd'] = sd
  fields['message'] = rest
  return {
    format: 'syslog',
    fields,
    // rsyslog leaves the space between tag and text at the start of the message.
    text: rest.trimStart(),
    ...(host === undefined ? {} : { host }),
    ...(app === undefined ? {} : { app }),
    ...(pid === undefined ? {} : { pid }),
    ...(time === undefined ? {} : { time }),
  }
}

function nil(text: string | undefined): string | undefined {
  return text === '-' || text === '' ? undefined : text
}

/** RFC 5424 section 6. A message without structured data (a common mistake) is still read. */
function rfc5424(body: string, context: ReadContext): Header | undefined {
  const found = RFC5424.exec(body)
  if (!found) return undefined
  const stamp = nil(found[1])
  const time = stamp === undefined ? undefined : parseTime(stamp, context)
  if (stamp !== undefined && time === undefined) return undefined
  const after = body.slice(found[0].length)
  const { data, rest } = parseStructuredData(after)
  return {
    time,
    host: nil(found[2]),
    app: nil(found[3]),
    pid: nil(found[4]),
    msgid: nil(found[5]),
    sd: data,
    rest: rest.startsWith('\uFEFF') ? rest.slice(1) : rest,
  }
}

function bsd(body: string, context: ReadContext, hasPriority: boolean): Header | undefined {
  const start = hasPriority ? body.slice(CISCO_COUNT.exec(body)?.[0].length ?? 0) : body
  const found = BSD_TIME.exec(start) ?? ISO_TIME.exec(start)
  if (!found) return undefined
  const time = parseTime(found[1], context)
  if (!time) return undefined
  const { host, after } = hostOf(start.slice(found[0].length))
  const tag = tagged(after)
  // A time alone does not make a line syslog: application logs start with one as well.
  const proof = isBsdTime(found[1]) ? (host ?? tag.app) : host && tag.app
  if (!hasPriority && proof === undefined) return undefined
  return { ...EMPTY, ...tag, time, host }
}

function isBsdTime(text: string | undefined): boolean {
  return /^[A-Z]/.test(text ?? '')
}

/** The first word is the host unless it is already a tag (`su: …`): senders on the same machine leave the host out. */
function hostOf(text: string): { host: string | undefined; after: string } {
  const found = HOST.exec(text)
  const host = found?.[1]
  if (!found || host === undefined) return { host: undefined, after: text }
  const after = text.slice(found[0].length)
  return { host, after: after.startsWith(': ') ? after.slice(2) : after.replace(LEVEL, '') }
}

function tagged(text: string): Pick<Header, 'app' | 'pid' | 'rest'> {
  const found = TAG.exec(text) ?? TAG_PID.exec(text)
  if (!found) return { app: undefined, pid: undefined, rest: text }
  const name = found[1] ?? ''
  const app = name.startsWith('/') ? name.slice(name.lastIndexOf('/') + 1) : name
  return { app: app || name, pid: nil(found[2]), rest: text.slice(found[0].length) }
}
