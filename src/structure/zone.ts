/** A time zone as a function: epoch milliseconds of a wall clock time that was read as if it were UTC. */
export interface Zone {
  readonly name: string
  /** Epoch milliseconds UTC of a local wall time given as epoch milliseconds. */
  toUtc(wallMs: number): number
}

/** Coordinated universal time. */
export const UTC: Zone = { name: 'UTC', toUtc: (wallMs) => wallMs }

/** A zone at a fixed distance from UTC, in minutes east. */
function fixedZone(name: string, minutesEast: number): Zone {
  return { name, toUtc: (wallMs) => wallMs - minutesEast * 60_000 }
}

const OFFSET = /^(?:GMT|UTC)?([+-])(\d{1,2}):?(\d{2})?$/

/** Minutes east of UTC of `+02:00`, `-0730`, `Z`; undefined for anything else. */
export function offsetMinutes(text: string): number | undefined {
  if (text === 'Z' || text === 'z' || text === 'UTC' || text === 'GMT') return 0
  const found = OFFSET.exec(text)
  if (!found) return undefined
  const minutes = Number(found[2]) * 60 + Number(found[3] ?? 0)
  return found[1] === '-' ? -minutes : minutes
}

/** The zone of an IANA name (`Europe/Berlin`) or an offset (`+02:00`); undefined when there is no such zone. */
export function findZone(name: string): Zone | undefined {
  const minutes = offsetMinutes(name)
  if (minutes !== undefined) return minutes === 0 ? UTC : fixedZone(name, minutes)
  try {
    return namedZone(name)
  } catch {
    return undefined
  }
}

const QUARTER_MS = 900_000

/** Offsets only change on quarter hours, so one answer is kept for each quarter hour asked about. */
function namedZone(name: string): Zone {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: name,
    timeZoneName: 'longOffset',
  })
  const known = new Map<number, number>()
  const offsetAt = (utcMs: number): number => {
    const quarter = Math.floor(utcMs / QUARTER_MS)
    const cached = known.get(quarter)
    if (cached !== undefined) return cached
    const part = format.formatToParts(utcMs).find((one) => one.type === 'timeZoneName')
    const minutes = offsetMinutes((part?.value ?? '').replace(/^GMT(?=.)/, '')) ?? 0
    if (known.size >= 4_096) known.clear()
    known.set(quarter, minutes)
    return minutes
  }
  return {
    name,
    toUtc(wallMs) {
      // The first guess may lie on the other side of a clock change; asking again at the guess settles it.
      const guess = wallMs - offsetAt(wallMs) * 60_000
      return wallMs - offsetAt(guess) * 60_000
    },
  }
}
