import { RE2JS } from 're2js'
import { bad, good, type Outcome } from './outcome.ts'

/** A compiled pattern: a search, not a full match. */
export interface Pattern {
  readonly source: string
  test(text: string): boolean
}

/** Flags of a foreign pattern: ignore case, multi-line anchors, dot matches new line. */
export interface PatternFlags {
  readonly i?: boolean
  readonly m?: boolean
  readonly s?: boolean
}

const MAX_SOURCE_CHARS = 4_096

/**
 * Compiles a pattern that came from a rule or a user with a linear-time engine, so that no input can stall it.
 * Answers `pattern.too-long`, or `pattern.invalid` for syntax RE2 refuses (look-around, back-references).
 */
export function compilePattern(source: string, flags: PatternFlags = {}): Outcome<Pattern> {
  if (source.length > MAX_SOURCE_CHARS) return bad('pattern.too-long')
  let bits = 0
  if (flags.i) bits |= RE2JS.CASE_INSENSITIVE
  if (flags.m) bits |= RE2JS.MULTILINE
  if (flags.s) bits |= RE2JS.DOTALL
  try {
    const compiled = RE2JS.compile(source, bits)
    return good({ source, test: (text) => compiled.test(text) })
  } catch (error) {
    return bad('pattern.invalid', { detail: error instanceof Error ? error.message : '' })
  }
}
