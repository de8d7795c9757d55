const SECOND = 1_000_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

const GROUPED = new Intl.NumberFormat('en', { useGrouping: true })
const SHORT = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 })

/** A count in full, `4,506,587`. */
export function countText(count: number): string {
  return GROUPED.format(count)
}

/** A count in little room, `4.5M`. */
export function shortCount(count: number): string {
  return SHORT.format(count)
}

/** A share (0 to 1) as percent; never rounds up to 100 % what is not whole, never down to 0 % what is something. */
export function percentText(share: number): string {
  const percent = share * 100
  if (percent > 99.9 && percent < 100) return '99.9 %'
  if (percent > 0 && percent < 0.1) return '<0.1 %'
  return `${Number(percent.toFixed(percent < 10 || percent > 99 ? 1 : 0))} %`
}

/** A span of microseconds in one or two units: `3 h 12 min`. */
export function spanText(micros: number): string {
  const span = Math.max(0, micros)
  if (span < SECOND) return `${Math.round(span / 1000)} ms`
  if (span < MINUTE) return `${Math.round(span / SECOND)} s`
  if (span < HOUR) return `${Math.round(span / MINUTE)} min`
  if (span < DAY) return twoUnits(span, { large: HOUR, small: MINUTE, words: ['h', 'min'] })
  return twoUnits(span, { large: DAY, small: HOUR, words: ['d', 'h'] })
}

function twoUnits(
  span: number,
  unit: { large: number; small: number; words: readonly [string, string] },
): string {
  const large = Math.floor(span / unit.large)
  const small = Math.floor((span % unit.large) / unit.small)
  return small === 0 || large > 9
    ? `${large} ${unit.words[0]}`
    : `${large} ${unit.words[0]} ${small} ${unit.words[1]}`
}

/** UTC as `2026-11-23 15:04:05`. */
export function utcText(micros: number): string {
  return new Date(micros / 1000).toISOString().slice(0, 19).replace('T', ' ')
}

/** The reader's own time with its zone, for the hover text. */
export function localText(micros: number): string {
  return new Date(micros / 1000).toLocaleString(undefined, { timeZoneName: 'short' })
}

/** `1 incident`, `2 incidents`. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${countText(count)} ${count === 1 ? one : many}`
}

/** Bytes in binary units. */
export function bytesText(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB']
  const step = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(bytes) / 10))
  return `${Number((bytes / 1024 ** step).toFixed(step === 0 ? 0 : 1))} ${units[step]}`
}

/** ATT&CK short names as words: `credential-access` → `Credential access`. */
export function sentenceCase(name: string): string {
  const words = name.replaceAll('-', ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}

const PATH_PARTS = 3

/** A path in little room: its last three parts, `…/content/demo/plan.yaml`. */
export function shortPath(path: string): string {
  const parts = path.split(/[/\\]/)
  return parts.length > PATH_PARTS + 1 ? `…/${parts.slice(-PATH_PARTS).join('/')}` : path
}
