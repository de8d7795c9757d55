import type { TimePart } from './rule.ts'

const STAMP =
  /^([0-9]{4})-([0-9]{2})-([0-9]{2})(?:[T ]([0-9]{2}):([0-9]{2})(?::[0-9]{2}(?:[.,][0-9]+)?)?)?/
const DAY_MS = 86_400_000

/** A part of an ISO 8601 time stamp as it is written, whatever its zone; undefined for other text. */
export function timePartOf(text: string, part: TimePart): number | undefined {
  const match = STAMP.exec(text)
  if (match === null) return undefined
  const [, year, month, day, hour, minute] = match.map((piece) => Number(piece))
  switch (part) {
    case 'year':
      return year
    case 'month':
      return month
    case 'day':
      return day
    case 'hour':
      return match[4] === undefined ? undefined : hour
    case 'minute':
      return match[5] === undefined ? undefined : minute
    case 'week':
      return isoWeek(Date.UTC(year ?? 0, (month ?? 1) - 1, day ?? 1))
  }
}

/** Week of the year, the first being the one with the first Thursday. Source: ISO 8601. */
function isoWeek(dayMs: number): number {
  const weekday = (new Date(dayMs).getUTCDay() + 6) % 7
  const thursday = dayMs + (3 - weekday) * DAY_MS
  const yearStart = Date.UTC(new Date(thursday).getUTCFullYear(), 0, 1)
  return 1 + Math.floor((thursday - yearStart) / (7 * DAY_MS))
}
