import type { Token } from './rule.ts'

const ASCII = /^[\0-\x7f]*$/
const folds = new Map<string, string>()

/** Lower-case letters whose simple fold is another letter, and the one capital that lower-cases to two. */
const SPECIAL =
  /\u{345}|[\u{b5}\u{130}\u{17f}\u{3c2}\u{3d0}\u{3d1}\u{3d5}\u{3d6}\u{3f0}\u{3f1}\u{3f5}\u{1c80}-\u{1c88}\u{1e9b}\u{1fbe}]/u
const DOTTED_I = 'İ'

/**
 * Folds case, one code point to one code point, the same for rule text and event text.
 * Source: Unicode CaseFolding, statuses C and S; dotted and dotless i stay themselves.
 */
export function fold(text: string): string {
  const lower = text.toLowerCase()
  if (ASCII.test(text)) return lower
  // Lower-casing a whole text treats a capital sigma at the end of a word apart: the result shows it.
  if (!text.includes(DOTTED_I) && !SPECIAL.test(lower)) return lower
  let folded = ''
  for (const char of text) folded += char < '\x80' ? char.toLowerCase() : foldChar(char)
  return folded
}

function foldChar(char: string): string {
  let folded = folds.get(char)
  if (folded === undefined) {
    folded = computeFold(char)
    folds.set(char, folded)
  }
  return folded
}

function computeFold(char: string): string {
  if (char === 'ı') return char
  const upper = char.toUpperCase()
  const lower = ([...upper].length === 1 ? upper : char).toLowerCase()
  return [...lower].length === 1 ? lower : char
}

/**
 * Splits a Sigma text into tokens. `\*`, `\?` and `\\` are the characters themselves, any other backslash is one.
 * Source: Sigma specification 2.1, escaping.
 */
export function tokenise(text: string): Token[] {
  const tokens: Token[] = []
  let plain = ''
  const flush = () => {
    if (plain !== '') tokens.push({ kind: 'text', text: plain })
    plain = ''
  }
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at] ?? ''
    const next = text[at + 1] ?? ''
    if (char === '\\' && (next === '*' || next === '?' || next === '\\')) {
      plain += next
      at += 1
    } else if (char === '*' || char === '?') {
      flush()
      tokens.push({ kind: char === '*' ? 'many' : 'one' })
    } else plain += char
  }
  flush()
  return tokens
}

/** Puts a wildcard before and/or after, unless one is there. */
export function surround(tokens: readonly Token[], before: boolean, after: boolean): Token[] {
  const open = [...tokens]
  if (before && open[0]?.kind !== 'many') open.unshift({ kind: 'many' })
  if (after && (open.at(-1)?.kind !== 'many' || open.length === 0)) open.push({ kind: 'many' })
  return open
}

/** The five forms of a command-line dash. Source: Sigma specification 2.1, `windash`. */
export const DASHES: readonly string[] = ['-', '/', '–', '—', '―']

/** Where a dash or slash starts a flag: not inside a word before it, a word after it. */
const FLAG_DASH = /(?<![\p{L}\p{N}_])[-/](?=[\p{L}\p{N}_])/gu

/** Makes each dash or slash that starts a flag stand for all five forms. */
export function loosenDashes(tokens: readonly Token[]): Token[] {
  return tokens.flatMap((token) => {
    if (token.kind !== 'text') return [token]
    const loose: Token[] = []
    let from = 0
    for (const match of token.text.matchAll(FLAG_DASH)) {
      if (match.index > from)
        loose.push({ kind: 'text', text: token.text.slice(from, match.index) })
      loose.push({ kind: 'dash' })
      from = match.index + 1
    }
    if (from < token.text.length) loose.push({ kind: 'text', text: token.text.slice(from) })
    return loose
  })
}

/** Tokens as a person would write them. */
export function showTokens(tokens: readonly Token[]): string {
  const marks = { many: '*', one: '?', dash: '-' } as const
  return tokens.map((t) => (t.kind === 'text' ? t.text : marks[t.kind])).join('')
}

/** The text of a scalar value of an event; undefined for null, objects and anything else. */
export function canonicalText(value: unknown): string | undefined {
  if (typeof value === 'string') return value
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint')
    return String(value)
  return undefined
}

const DECIMAL = /^[+-]?(?:[0-9]{1,400})(?:\.[0-9]{1,400})?$/

/** True for decimal digits with an optional sign and fraction; no blanks, hex, exponents or words. */
export function isDecimal(text: string): boolean {
  return DECIMAL.test(text)
}

/** Negative, zero or positive, exact for whole numbers of any size; undefined when one is no decimal. */
export function compareDecimals(left: string, right: string): number | undefined {
  if (!isDecimal(left) || !isDecimal(right)) return undefined
  if (left.length <= 15 && right.length <= 15) return Number(left) - Number(right)
  const [a, b] = [scaled(left, right), scaled(right, left)]
  return a < b ? -1 : a > b ? 1 : 0
}

/** A decimal as a whole number, scaled so that the longer fraction of both fits. */
function scaled(text: string, other: string): bigint {
  const places = Math.max(fraction(text).length, fraction(other).length)
  const whole = text.replace('+', '').split('.')[0] ?? '0'
  return BigInt(whole + fraction(text).padEnd(places, '0'))
}

function fraction(text: string): string {
  return text.split('.')[1] ?? ''
}
