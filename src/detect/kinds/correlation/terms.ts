import { bad, good, type Outcome } from '#base/outcome.ts'
import { type Expression, parseCondition } from '../sigma/condition.ts'
import type { Term } from './rule.ts'

const MAX_TERMS = 64
const NAMES = /[^\s()]+/g
const OPERATORS = new Set(['and', 'or', 'not'])

/**
 * Reads an extended condition, `a and not b`, into the ways to satisfy it. Rules are numbered in order of
 * appearance, which is the order that `temporal_ordered` demands. Answers `correlation.condition`.
 */
export function readTerms(text: string): Outcome<{ names: string[]; terms: Term[] }> {
  const names: string[] = []
  for (const [word] of text.matchAll(NAMES))
    if (!OPERATORS.has(word.toLowerCase()) && !names.includes(word)) names.push(word)
  const parsed = parseCondition(text, { names, plain: true })
  if (!parsed.ok) return bad('correlation.condition', { detail: parsed.detail ?? '' })
  const terms = waysOf(parsed.value, { names, negated: false })
  if (terms === undefined)
    return bad('correlation.condition', { detail: 'the condition has too many alternatives' })
  if (terms.some((term) => term.seen.length === 0))
    return bad('correlation.condition', { detail: 'a condition of nothing but "not" never begins' })
  return good({ names, terms })
}

interface Walk {
  readonly names: readonly string[]
  readonly negated: boolean
}

/** Disjunctive form; undefined when it grows beyond bounds. */
function waysOf(node: Expression, walk: Walk): Term[] | undefined {
  if (node.kind === 'name') {
    const index = walk.names.indexOf(node.name)
    return [walk.negated ? { seen: [], unseen: [index] } : { seen: [index], unseen: [] }]
  }
  if (node.kind === 'not') return waysOf(node.of, { ...walk, negated: !walk.negated })
  const parts: Term[][] = []
  for (const part of node.parts) {
    const ways = waysOf(part, walk)
    if (ways === undefined) return undefined
    parts.push(ways)
  }
  const alternatives = (node.kind === 'or') !== walk.negated
  let joined = parts[0] ?? []
  for (const part of parts.slice(1)) {
    joined = alternatives ? [...joined, ...part] : combine(joined, part)
    if (joined.length > MAX_TERMS) return undefined
  }
  return joined
}

function combine(left: readonly Term[], right: readonly Term[]): Term[] {
  return left.flatMap((a) =>
    right.map((b) => ({ seen: merged(a.seen, b.seen), unseen: merged(a.unseen, b.unseen) })),
  )
}

function merged(left: readonly number[], right: readonly number[]): number[] {
  return [...new Set([...left, ...right])].sort((a, b) => a - b)
}
