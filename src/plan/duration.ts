import { z } from 'zod'

const UNIT_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
}

/** Milliseconds of `90s`, `15m`, `1h30m`, `7d`; undefined for anything else, zero or more than ten years. */
export function parseDuration(text: string): number | undefined {
  if (!/^(\d{1,9}(ms|[smhdw]))+$/.test(text)) return undefined
  let total = 0
  for (const [, amount, unit] of text.matchAll(/(\d+)(ms|[smhdw])/g))
    total += Number(amount) * (UNIT_MS[unit ?? ''] ?? 0)
  return total > 0 && total <= 3_660 * 86_400_000 ? total : undefined
}

/** A duration in a configuration file, as milliseconds. */
export const Duration = z
  .string()
  .refine((text) => parseDuration(text) !== undefined, 'expected a duration like 15m')
  .transform((text) => parseDuration(text) ?? 0)

/** `42 min`, `3 h`, `2 d`: the largest unit that keeps it readable. */
export function shortDuration(ms: number): string {
  const abs = Math.abs(ms)
  if (abs < 1_000) return `${Math.round(abs)} ms`
  if (abs < 60_000) return `${Math.round(abs / 1_000)} s`
  if (abs < 2 * 3_600_000) return `${Math.round(abs / 60_000)} min`
  if (abs < 2 * 86_400_000) return `${Math.round(abs / 3_600_000)} h`
  return `${Math.round(abs / 86_400_000)} d`
}
