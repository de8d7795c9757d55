import { bad, good, type Outcome } from '#base/outcome.ts'

/** A condition over names. Quantifiers are already resolved to the names that they mean. */
export type Expression =
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'not'; readonly of: Expression }
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Expression[] }

/** What a condition may speak of, and which words count as operators. */
export interface ConditionScope {
  readonly names: readonly string[]
  /** Also take AND, OR, NOT; no quantifiers. For correlation conditions. */
  readonly plain?: boolean
}

interface Word {
  readonly text: string
  readonly at: number
}

const WORD = /[()]|[^\s()]+/g
const NAME = /^[\p{L}\p{N}_.-]+$/u
const PATTERN = /^[\p{L}\p{N}_.*-]+$/u
const MAX_WORDS = 2_000
const MAX_NESTING = 100

class ConditionProblem extends Error {}

/** Parses a condition. Answers `sigma.condition` with the column and what is wrong. */
export function parseCondition(text: string, scope: ConditionScope): Outcome<Expression> {
  const words = [...text.matchAll(WORD)].map((m) => ({ text: m[0], at: m.index + 1 }))
  if (words.length === 0) return bad('sigma.condition', { detail: 'the condition is empty' })
  if (words.length > MAX_WORDS)
    return bad('sigma.condition', { detail: 'the condition is too long' })
  try {
    return good(new ConditionParser(words, scope).parse())
  } catch (error) {
    if (!(error instanceof ConditionProblem)) throw error
    return bad('sigma.condition', { detail: error.message })
  }
}

class ConditionParser {
  private readonly words: readonly Word[]
  private readonly scope: ConditionScope
  private next = 0
  private depth = 0

  constructor(words: readonly Word[], scope: ConditionScope) {
    this.words = words
    this.scope = scope
  }

  parse(): Expression {
    const whole = this.or()
    const rest = this.words[this.next]
    if (rest !== undefined) throw problem(rest, `expected "and" or "or", got "${rest.text}"`)
    return whole
  }

  private take(word: string): boolean {
    const text = this.words[this.next]?.text
    const same = this.scope.plain === true ? text?.toLowerCase() === word : text === word
    if (same) this.next += 1
    return same
  }

  private or(): Expression {
    const parts = [this.and()]
    while (this.take('or')) parts.push(this.and())
    return joined('or', parts)
  }

  private and(): Expression {
    const parts = [this.not()]
    while (this.take('and')) parts.push(this.not())
    return joined('and', parts)
  }

  private not(): Expression {
    this.depth += 1
    if (this.depth > MAX_NESTING) throw new ConditionProblem('nested too deeply')
    const inner: Expression = this.take('not') ? { kind: 'not', of: this.not() } : this.primary()
    this.depth -= 1
    return inner
  }

  private primary(): Expression {
    const word = this.words[this.next]
    if (word === undefined) throw new ConditionProblem('the condition ends too early')
    this.next += 1
    if (word.text === '(') {
      const inner = this.or()
      if (!this.take(')')) throw problem(word, 'this parenthesis is not closed')
      return inner
    }
    if (this.scope.plain !== true && this.words[this.next]?.text === 'of')
      return this.quantified(word)
    return this.name(word)
  }

  private name(word: Word): Expression {
    if (!NAME.test(word.text)) throw problem(word, `"${word.text}" is not allowed here`)
    if (!this.scope.names.includes(word.text))
      throw problem(word, `there is no "${word.text}" in the rule`)
    return { kind: 'name', name: word.text }
  }

  private quantified(word: Word): Expression {
    if (!['1', 'any', 'all'].includes(word.text))
      throw problem(word, `"${word.text} of" is not supported: use 1, any or all`)
    this.next += 1
    const target = this.words[this.next]
    if (target === undefined || !PATTERN.test(target.text))
      throw problem(target ?? word, 'expected a name pattern or "them" after "of"')
    this.next += 1
    const names = namesOf(target.text, this.scope.names)
    if (names.length === 0) throw problem(target, `"${target.text}" fits no name of the rule`)
    const parts = names.map((name): Expression => ({ kind: 'name', name }))
    return joined(word.text === 'all' ? 'and' : 'or', parts)
  }
}

/** The names that `them` or a pattern means. Names with a leading underscore only when the pattern has one. */
function namesOf(pattern: string, names: readonly string[]): string[] {
  const open = pattern.startsWith('_')
  const wanted = pattern === 'them' ? '*' : pattern
  return names.filter((name) => (open || !name.startsWith('_')) && fits(name, wanted))
}

function fits(name: string, pattern: string): boolean {
  const parts = pattern.split('*')
  const first = parts[0] ?? ''
  const last = parts.at(-1) ?? ''
  if (parts.length === 1) return name === pattern
  if (name.length < first.length + last.length) return false
  if (!name.startsWith(first) || !name.endsWith(last)) return false
  let at = first.length
  for (const part of parts.slice(1, -1)) {
    const found = name.indexOf(part, at)
    if (found === -1 || found + part.length > name.length - last.length) return false
    at = found + part.length
  }
  return true
}

function joined(kind: 'and' | 'or', parts: readonly Expression[]): Expression {
  const only = parts[0]
  return parts.length === 1 && only !== undefined ? only : { kind, parts }
}

function problem(word: Word, text: string): ConditionProblem {
  return new ConditionProblem(`column ${word.at}: ${text}`)
}
