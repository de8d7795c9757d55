import { compilePattern, type Pattern } from '#base/pattern.ts'
import { fold } from './text.ts'

/** Characters that all regular expressions together may look at for one event. */
const EVENT_BUDGET = 1_000_000
/** How much of a value is still looked at when the budget is used up. */
const REST = 1_024

/** Limits the work of regular expressions for one event; `reset` starts the next event. */
export class RegexBudget {
  private left = EVENT_BUDGET
  /** How often a value was cut short. */
  skipped = 0

  reset(): void {
    this.left = EVENT_BUDGET
  }

  /** How many characters of a value of this length may be looked at. */
  grant(length: number): number {
    this.left -= length
    if (this.left >= 0) return length
    if (length <= REST) return length
    this.skipped += 1
    return REST
  }
}

/** A regular expression with what every match must hold. */
export class SafeRegex {
  private readonly pattern: Pattern
  /** Folded literals; a matching text holds at least one of each group. */
  readonly required: readonly (readonly string[])[]
  private readonly shortest: number

  constructor(source: string, flags: string) {
    const compiled = compilePattern(source, {
      i: flags.includes('i'),
      m: flags.includes('m'),
      s: flags.includes('s'),
    })
    if (!compiled.ok) throw new Error(`an unchecked expression was compiled: ${source}`)
    this.pattern = compiled.value
    const facts = analyse(source)
    this.required = facts.required
    this.shortest = facts.shortest
  }

  /** Whether the expression is found in the text; `folded` is the same text folded. */
  test(text: string, folded: string, budget: RegexBudget): boolean {
    if (text.length < this.shortest) return false
    for (const group of this.required) if (!group.some((one) => folded.includes(one))) return false
    const granted = budget.grant(text.length)
    return this.pattern.test(granted < text.length ? text.slice(0, granted) : text)
  }
}

interface Facts {
  readonly required: readonly (readonly string[])[]
  readonly shortest: number
}

interface Branch {
  literals: string[][]
  run: string
  length: number
}

const NOTHING: Facts = { required: [], shortest: 0 }

/**
 * Literals without which an expression cannot match, and its shortest match in code points. Careful rather than
 * clever: what is not understood counts as nothing required.
 */
export function analyse(source: string): Facts {
  try {
    const reader = new FactReader(source)
    const facts = reader.alternatives(0)
    return reader.atEnd() ? facts : NOTHING
  } catch {
    return NOTHING
  }
}

const QUANTIFIER = /^(?:[*+?]|\{([0-9]*)(?:,([0-9]*))?\})\??/
const CONTROLS: Readonly<Record<string, string>> = { t: '\t', n: '\n', r: '\r' }
const CLASS_ESCAPES = /^[dDsSwW]$/

class FactReader {
  private readonly source: string
  private at = 0

  constructor(source: string) {
    this.source = source
  }

  atEnd(): boolean {
    return this.at >= this.source.length
  }

  alternatives(depth: number): Facts {
    if (depth > 30) throw new Error('too deep')
    const branches = [this.branch(depth)]
    while (this.source[this.at] === '|') {
      this.at += 1
      branches.push(this.branch(depth))
    }
    const shortest = Math.min(...branches.map((one) => one.shortest))
    const only = branches[0]
    if (branches.length === 1 && only !== undefined) return only
    const each = branches.map((one) => longest(one.required))
    const union = each.every((group) => group !== undefined) ? each.flat() : []
    return { required: union.length > 0 && union.length <= 64 ? [union] : [], shortest }
  }

  private branch(depth: number): Facts {
    const state: Branch = { literals: [], run: '', length: 0 }
    while (!this.atEnd() && this.source[this.at] !== '|' && this.source[this.at] !== ')')
      this.element(state, depth)
    flush(state)
    return { required: state.literals, shortest: state.length }
  }

  private element(state: Branch, depth: number): void {
    const char = this.source[this.at] ?? ''
    if (char === '(') this.group(state, depth)
    else if (char === '[') this.other(state, this.classEnd())
    else if (char === '^' || char === '$') this.anchor(state, 1)
    else if (char === '.') this.other(state, this.at + 1)
    else if (char === '\\') this.escape(state)
    else {
      const point = String.fromCodePoint(this.source.codePointAt(this.at) ?? 0)
      this.at += point.length
      this.literal(state, point)
    }
  }

  private escape(state: Branch): void {
    const char = this.source[this.at + 1] ?? ''
    if (CLASS_ESCAPES.test(char)) this.other(state, this.at + 2)
    else if (/[bBAz]/.test(char)) this.anchor(state, 2)
    else {
      const point = String.fromCodePoint(this.source.codePointAt(this.at + 1) ?? 0)
      const plain = CONTROLS[char] ?? (/[A-Za-z0-9]/.test(char) ? undefined : point)
      if (plain === undefined) throw new Error('an escape that is not understood')
      this.at += 1 + point.length
      this.literal(state, plain)
    }
  }

  private anchor(state: Branch, length: number): void {
    flush(state)
    this.at += length
  }

  private literal(state: Branch, char: string): void {
    const { least, most } = this.quantifier()
    if (least === 1 && most === 1) {
      state.run += char
      state.length += 1
      return
    }
    if (least > 0) state.run += char
    flush(state)
    state.length += least
  }

  private other(state: Branch, end: number): void {
    this.at = end
    flush(state)
    state.length += this.quantifier().least
  }

  private group(state: Branch, depth: number): void {
    const open = /^\((?:\?:)?(?!\?)/.exec(this.source.slice(this.at, this.at + 4))
    if (open === null) throw new Error('a group that is not understood')
    this.at += open[0].length
    const inner = this.alternatives(depth + 1)
    if (this.source[this.at] !== ')') throw new Error('an open group')
    this.at += 1
    const { least } = this.quantifier()
    flush(state)
    if (least > 0) state.literals.push(...inner.required.map((group) => [...group]))
    state.length += least * inner.shortest
  }

  private quantifier(): { least: number; most: number } {
    const match = QUANTIFIER.exec(this.source.slice(this.at, this.at + 24))
    if (match === null) return { least: 1, most: 1 }
    const [whole] = match
    if (whole[0] === '{' && match[1] === '') throw new Error('an open count')
    this.at += whole.length
    if (whole[0] === '*' || whole[0] === '?') return { least: 0, most: 2 }
    if (whole[0] === '+') return { least: 1, most: 2 }
    return { least: Number(match[1]), most: 2_000 }
  }

  private classEnd(): number {
    let at = this.at + 1
    if (this.source[at] === '^') at += 1
    if (this.source[at] === ']') at += 1
    while (at < this.source.length && this.source[at] !== ']') {
      if (this.source.startsWith('[:', at)) throw new Error('a class that is not understood')
      at += this.source[at] === '\\' ? 2 : 1
    }
    return at + 1
  }
}

function flush(state: Branch): void {
  if (state.run !== '') state.literals.push([fold(state.run)])
  state.run = ''
}

function longest(groups: readonly (readonly string[])[]): readonly string[] | undefined {
  let best: readonly string[] | undefined
  let most = 0
  for (const group of groups) {
    const least = Math.min(...group.map((one) => one.length))
    if (least > most) {
      most = least
      best = group
    }
  }
  return best
}
