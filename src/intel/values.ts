import type { Micros } from '#base/clock.ts'

const CONFIDENCE_WORDS: Readonly<Record<string, number>> = {
  critical: 95,
  high: 85,
  low: 25,
  medium: 50,
  'very high': 95,
}
const DEFAULT_CONFIDENCE = 50

/** 0 to 100 out of `85`, `85%`, `high`; 50 when nothing usable is said. */
export function parseConfidence(text: string): number {
  const word = CONFIDENCE_WORDS[text.toLowerCase()]
  if (word !== undefined) return word
  const number = /^(\d{1,3}(?:\.\d+)?)\s*%?$/.exec(text)?.[1]
  return number === undefined ? DEFAULT_CONFIDENCE : Math.min(100, Number(number))
}

/** A moment out of ISO 8601, `2026-01-31 08:00:00` (UTC), or epoch seconds, milliseconds or microseconds; undefined otherwise. */
export function parseMoment(text: string): Micros | undefined {
  if (/^\d{9,16}$/.test(text)) {
    const number = Number(text)
    if (text.length <= 11) return number * 1_000_000
    return text.length <= 13 ? number * 1_000 : number
  }
  const iso =
    /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?))?\s*(Z|UTC|[+-]\d{2}:?\d{2})?$/i.exec(
      text,
    )
  if (!iso) return undefined
  const [, day = '', time = '00:00:00', zone = 'Z'] = iso
  const offset = /^(z|utc)$/i.test(zone) ? 'Z' : zone.replace(/^([+-]\d{2})(\d{2})$/, '$1:$2')
  const ms = Date.parse(`${day}T${time}${offset}`)
  return Number.isNaN(ms) ? undefined : ms * 1_000
}
