const MINUTE = 60_000_000

/** Ranges that end now. */
export const RANGES: Readonly<Record<string, { readonly name: string; readonly micros: number }>> =
  {
    '15m': { name: '15 minutes', micros: 15 * MINUTE },
    '1h': { name: '1 hour', micros: 60 * MINUTE },
    '4h': { name: '4 hours', micros: 240 * MINUTE },
    '24h': { name: '24 hours', micros: 1440 * MINUTE },
    '7d': { name: '7 days', micros: 7 * 1440 * MINUTE },
    '30d': { name: '30 days', micros: 30 * 1440 * MINUTE },
  }

/** What the address says about time. */
export interface RangeSearch {
  readonly range?: string | undefined
  readonly from?: string | undefined
  readonly to?: string | undefined
}

/** From and to in epoch microseconds: the fixed span of the address, or a range that ends at `now`. */
export function spanOf(search: RangeSearch, now: number): { from: number; to: number } {
  const from = Number(search.from)
  const to = Number(search.to)
  if (search.from && search.to && from >= 0 && to > from) return { from, to }
  const range = RANGES[search.range ?? '24h'] ?? { micros: 1440 * MINUTE }
  return { from: now - range.micros, to: now }
}

/** Microseconds as the value of a `datetime-local` field, read as UTC. */
export function fieldFromMicros(micros: number): string {
  return new Date(micros / 1000).toISOString().slice(0, 19)
}

/** The value of a `datetime-local` field, read as UTC, in microseconds; undefined when it is not a time. */
export function microsFromField(text: string): number | undefined {
  const millis = Date.parse(`${text}Z`)
  return Number.isNaN(millis) ? undefined : millis * 1000
}
