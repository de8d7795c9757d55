import type { Micros } from '#base/clock.ts'
import type { Instant } from './native.ts'
import { offsetMinutes, type Zone } from './zone.ts'

/** What reading a time depends on. */
export interface TimeContext {
  readonly received: Micros
  readonly zone: Zone
}

const DAY_MS = 86_400_000
/** Moments outside of 1970 to 2261 are sentinels of the sender (year 1, 1601, 9999), not times. */
const MAX_MS = Date.UTC(2262, 0, 1)

const ISO =
  /^(\d{4})[-/](\d\d)[-/](\d\d)(?:[T ]+(\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?)? ?(Z|[+-]\d\d:?\d\d|UTC|GMT)?$/i
const COMPACT = /^(\d{4})(\d\d)(\d\d)[T ]?(\d\d)(\d\d)(\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:?\d\d)?$/
const CLF =
  /^(\d\d?)\/([A-Za-z]{3})\/(\d{4}):(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?: ([+-]\d{4}))?$/
const BSD =
  /^(?:[A-Za-z]{3},? )?([A-Za-z]{3}) +(\d\d?)(?: +(\d{4}))?,? +(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?: +(\d{4}))?(?: +(Z|UTC|GMT|[+-]\d\d:?\d\d|[A-Z]{2,5}))?$/
const MAIL =
  /^(?:[A-Za-z]{3},? )?(\d\d?)[ -]([A-Za-z]{3})[ -](\d{4}),? (\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?: ?(Z|UTC|GMT|[+-]\d\d:?\d\d))?$/
const US =
  /^(\d\d?)\/(\d\d?)\/(\d{4}),? (\d\d?):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(?: ?(AM|PM))?(?: ?(Z|UTC|GMT|[+-]\d\d:\d\d))?$/i
const DIGITS = /^\d{9,19}(?:\.\d{1,9})?$/

const MONTHS: Readonly<Record<string, number>> = {
  jan: 1,
  feb: 2,
  mar: 3,
  apr: 4,
  may: 5,
  jun: 6,
  jul: 7,
  aug: 8,
  sep: 9,
  oct: 10,
  nov: 11,
  dec: 12,
}

/** Parts of a civil time as they were written; `year` absent when the writer left it out. */
interface Civil {
  readonly year?: number | undefined
  readonly month: number
  readonly day: number
  readonly hour?: string | number | undefined
  readonly minute?: string | undefined
  readonly second?: string | undefined
  readonly fraction?: string | undefined
  readonly zone?: string | undefined
}

/**
 * The moment that a value names: ISO 8601 (with or without zone), epoch seconds, milliseconds, microseconds or
 * nanoseconds told apart by magnitude, common log format, RFC 3164 without a year, mail dates, US dates.
 * Undefined for anything else and for moments outside of 1970 to 2261.
 */
export function parseTime(value: unknown, context: TimeContext): Instant | undefined {
  if (typeof value === 'number') return epoch(value)
  if (typeof value !== 'string' || value.length < 8 || value.length > 48) return undefined
  const text = value.trim()
  const first = text.charCodeAt(0)
  if (first < 48 || first > 57) return bsd(text, context)
  if (DIGITS.test(text))
    return text.length === 14
      ? (compact(text, context) ?? epoch(Number(text)))
      : epoch(Number(text))
  return (
    iso(text, context) ?? dayFirst(text, context) ?? us(text, context) ?? compact(text, context)
  )
}

/** Epoch of unknown unit: up to 11 digits are seconds, 14 milliseconds, 17 microseconds, else nanoseconds. */
export function epoch(value: number): Instant | undefined {
  if (!Number.isFinite(value) || value <= 0) return undefined
  if (value < 1e11) return native(value * 1e6)
  if (value < 1e14) return native(value * 1e3)
  if (value < 1e17) return native(value)
  return native(value / 1e3)
}

/** A moment stated by the record itself; undefined outside of 1970 to 2261. */
export function native(micros: number): Instant | undefined {
  if (!(micros >= 0 && micros < MAX_MS * 1000)) return undefined
  return { micros: Math.round(micros), quality: 'native' }
}

function iso(text: string, context: TimeContext): Instant | undefined {
  const m = ISO.exec(text)
  if (!m) return undefined
  const [, year, month, day, hour, minute, second, fraction, zone] = m
  return moment(
    {
      year: Number(year),
      month: Number(month),
      day: Number(day),
      hour,
      minute,
      second,
      fraction,
      zone,
    },
    context,
  )
}

function compact(text: string, context: TimeContext): Instant | undefined {
  const m = COMPACT.exec(text)
  if (!m) return undefined
  const [, year, month, day, hour, minute, second, fraction, zone] = m
  return moment(
    {
      year: Number(year),
      month: Number(month),
      day: Number(day),
      hour,
      minute,
      second,
      fraction,
      zone,
    },
    context,
  )
}

function dayFirst(text: string, context: TimeContext): Instant | undefined {
  const m = CLF.exec(text) ?? MAIL.exec(text)
  if (!m) return undefined
  const [, day, name, year, hour, minute, second, fraction, zone] = m
  const month = MONTHS[(name ?? '').toLowerCase()]
  if (month === undefined) return undefined
  return moment(
    { year: Number(year), month, day: Number(day), hour, minute, second, fraction, zone },
    context,
  )
}

function us(text: string, context: TimeContext): Instant | undefined {
  const m = US.exec(text)
  if (!m) return undefined
  const [, month, day, year, hour, minute, second, fraction, half, zone] = m
  let hours = Number(hour)
  if (half) hours = (hours % 12) + (half.toUpperCase() === 'PM' ? 12 : 0)
  return moment(
    {
      year: Number(year),
      month: Number(month),
      day: Number(day),
      hour: hours,
      minute,
      second,
      fraction,
      zone,
    },
    context,
  )
}

function bsd(text: string, context: TimeContext): Instant | undefined {
  const m = BSD.exec(text)
  if (!m) return dayFirst(text, context)
  const [, name, day, before, hour, minute, second, fraction, after, zone] = m
  const month = MONTHS[(name ?? '').toLowerCase()]
  if (month === undefined) return undefined
  const year = before ?? after
  return moment(
    {
      year: year === undefined ? undefined : Number(year),
      month,
      day: Number(day),
      hour,
      minute,
      second,
      fraction,
      zone,
    },
    context,
  )
}

function moment(civil: Civil, context: TimeContext): Instant | undefined {
  const micro = civil.fraction === undefined ? 0 : Number(civil.fraction.padEnd(6, '0').slice(0, 6))
  const east = civil.zone === undefined ? undefined : offsetMinutes(civil.zone)
  const at = (year: number): number | undefined => {
    const wall = wallMs(year, civil)
    if (wall === undefined) return undefined
    return east === undefined ? context.zone.toUtc(wall) : wall - east * 60_000
  }
  if (civil.year === undefined) return inferYear(at, micro, context.received)
  const ms = at(civil.year)
  const found = ms === undefined ? undefined : native(ms * 1000 + micro)
  if (!found || east !== undefined) return found
  return { micros: found.micros, quality: 'zone-assumed' }
}

/** The latest year for which the time is not more than a day ahead of its arrival; leap days look further back. */
function inferYear(
  at: (year: number) => number | undefined,
  micro: number,
  received: Micros,
): Instant | undefined {
  const limit = received / 1000 + DAY_MS
  const now = new Date(received / 1000).getUTCFullYear()
  for (let year = now + 1; year > now - 9; year -= 1) {
    const ms = at(year)
    if (ms !== undefined && ms <= limit) {
      const found = native(ms * 1000 + micro)
      return found && { micros: found.micros, quality: 'year-inferred' }
    }
  }
  return undefined
}

function wallMs(year: number, civil: Civil): number | undefined {
  const hour = Number(civil.hour ?? 0)
  const minute = Number(civil.minute ?? 0)
  const second = Number(civil.second ?? 0)
  if (hour > 24 || minute > 59 || second > 60 || year < 1970) return undefined
  const ms = Date.UTC(year, civil.month - 1, civil.day, hour, minute, second)
  // A day that the month does not have rolls over into the next one.
  const rolled =
    new Date(Date.UTC(year, civil.month - 1, civil.day)).getUTCMonth() !== civil.month - 1
  return rolled || Number.isNaN(ms) ? undefined : ms
}
