import type { Micros } from '#base/clock.ts'

/** Text out of a log, fit for a sentence: one line, no control or direction signs, at most `max` characters. */
export function plainText(text: string, max = 80): string {
  const clean = text
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim()
  return clean.length > max ? `${clean.slice(0, max - 1)}…` : clean
}

/** `a`, `a and b`, `a, b and 3 more`. */
export function joinWords(words: readonly string[], max = 3): string {
  if (words.length > max) {
    const shown = words.slice(0, max - 1)
    return `${shown.join(', ')} and ${words.length - shown.length} more`
  }
  const last = words.at(-1) ?? ''
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} and ${last}`
}

const UNKNOWN_TIME = 'an unknown time'

/** `2026-11-23 10:02 UTC` */
export function momentText(time: Micros): string {
  const text = isoText(time)
  return text === '' ? UNKNOWN_TIME : `${text.slice(0, 16).replace('T', ' ')} UTC`
}

/** `2026-11-23`, of UTC. */
export function dayText(time: Micros): string {
  return isoText(time).slice(0, 10) || UNKNOWN_TIME
}

/** `10:02`, of UTC. */
export function timeText(time: Micros): string {
  return isoText(time).slice(11, 16) || UNKNOWN_TIME
}

function isoText(time: Micros): string {
  const date = new Date(time / 1_000)
  return Number.isNaN(date.getTime()) ? '' : date.toISOString()
}
