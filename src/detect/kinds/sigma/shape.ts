import type { Token } from './rule.ts'
import { DASHES, fold } from './text.ts'

/** A text pattern in its cheapest form. Texts are folded unless the test is cased. */
export type Shape =
  | { readonly kind: 'equals' | 'prefix' | 'suffix' | 'contains'; readonly text: string }
  | { readonly kind: 'glob'; readonly glob: Glob }

/** Elements between two stars: literal text, one code point, or a dash. */
type Segment = readonly { readonly kind: 'text' | 'one' | 'dash'; readonly text: string }[]

/** A pattern with stars inside, `?` or many dashes. */
export interface Glob {
  readonly segments: readonly Segment[]
  readonly openStart: boolean
  readonly openEnd: boolean
  /** Literal parts, folded as the pattern is; every match holds all of them. */
  readonly literals: readonly string[]
}

const MAX_EXPANDED_DASHES = 2

/** The shapes of a pattern: one, or several when dashes are few enough to be written out. */
export function shapesOf(tokens: readonly Token[], cased: boolean): Shape[] {
  const dashes = tokens.filter((token) => token.kind === 'dash').length
  const forms = dashes > 0 && dashes <= MAX_EXPANDED_DASHES ? expandDashes(tokens) : [tokens]
  return forms.map((form) => shapeOf(form, cased))
}

function expandDashes(tokens: readonly Token[]): Token[][] {
  let forms: Token[][] = [[]]
  for (const token of tokens) {
    const choices =
      token.kind === 'dash' ? DASHES.map((text): Token => ({ kind: 'text', text })) : [token]
    forms = forms.flatMap((form) => choices.map((choice) => append(form, choice)))
  }
  return forms
}

function append(form: readonly Token[], token: Token): Token[] {
  const last = form.at(-1)
  if (token.kind === 'text' && last?.kind === 'text')
    return [...form.slice(0, -1), { kind: 'text', text: last.text + token.text }]
  return [...form, token]
}

function shapeOf(tokens: readonly Token[], cased: boolean): Shape {
  const inner = tokens.filter((token) => token.kind !== 'many')
  const literal = inner[0]
  const stars = tokens.length - inner.length
  if (inner.length === 0 && stars === 0) return { kind: 'equals', text: '' }
  if (inner.length === 0) return { kind: 'contains', text: '' }
  const openStart = tokens[0]?.kind === 'many'
  const openEnd = tokens.at(-1)?.kind === 'many'
  if (inner.length === 1 && literal?.kind === 'text') {
    const text = cased ? literal.text : fold(literal.text)
    if (openStart && openEnd) return { kind: 'contains', text }
    if (openStart) return { kind: 'suffix', text }
    return { kind: openEnd ? 'prefix' : 'equals', text }
  }
  return { kind: 'glob', glob: globOf(tokens, cased, { openStart, openEnd }) }
}

function globOf(
  tokens: readonly Token[],
  cased: boolean,
  ends: { openStart: boolean; openEnd: boolean },
): Glob {
  const segments: { kind: 'text' | 'one' | 'dash'; text: string }[][] = []
  let current: { kind: 'text' | 'one' | 'dash'; text: string }[] = []
  for (const token of tokens) {
    if (token.kind === 'many') {
      if (current.length > 0) segments.push(current)
      current = []
    } else if (token.kind === 'text')
      current.push({ kind: 'text', text: cased ? token.text : fold(token.text) })
    else current.push({ kind: token.kind, text: '' })
  }
  if (current.length > 0) segments.push(current)
  const literals = segments
    .flat()
    .flatMap((element) => (element.kind === 'text' ? [element.text] : []))
  return { segments, ...ends, literals }
}

/** Leftmost-first matching of the parts between stars: no back-tracking over earlier stars. */
export function fitsGlob(text: string, glob: Glob): boolean {
  const { segments, openStart, openEnd } = glob
  const [first = []] = segments
  let from = openStart ? 0 : forward(text, 0, first)
  if (from === -1) return false
  if (!openStart && !openEnd && segments.length === 1) return from === text.length
  const last = openEnd ? segments.length : segments.length - 1
  const to = openEnd ? text.length : backward(text, text.length, segments[last] ?? [])
  if (to < from) return false
  for (let at = openStart ? 0 : 1; at < last; at += 1) {
    from = search(text, from, segments[at] ?? [])
    if (from === -1 || from > to) return false
  }
  return true
}

/** End of the segment when it begins at `at`, or -1. */
function forward(text: string, at: number, segment: Segment): number {
  let place = at
  for (const element of segment) {
    place = stepOver(text, place, element)
    if (place === -1) return -1
  }
  return place
}

function stepOver(text: string, at: number, element: Segment[number]): number {
  if (element.kind === 'text')
    return text.startsWith(element.text, at) ? at + element.text.length : -1
  if (at >= text.length) return -1
  if (element.kind === 'dash') return DASHES.includes(text[at] ?? '') ? at + 1 : -1
  return at + ((text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1)
}

/** Start of the segment when it ends at `end`, or -1. */
function backward(text: string, end: number, segment: Segment): number {
  let place = end
  for (const element of segment.toReversed()) {
    place = stepBack(text, place, element)
    if (place < 0) return -1
  }
  return place
}

function stepBack(text: string, end: number, element: Segment[number]): number {
  if (element.kind === 'text')
    return text.endsWith(element.text, end) ? end - element.text.length : -1
  if (end <= 0) return -1
  if (element.kind === 'dash') return DASHES.includes(text[end - 1] ?? '') ? end - 1 : -1
  return end - (end > 1 && (text.codePointAt(end - 2) ?? 0) > 0xffff ? 2 : 1)
}

/** End of the first place at or after `from` where the segment fits, or -1. */
function search(text: string, from: number, segment: Segment): number {
  const lead = segment[0]
  for (let at = from; at <= text.length; at += 1) {
    if (lead?.kind === 'text') {
      at = text.indexOf(lead.text, at)
      if (at === -1) return -1
    }
    const end = forward(text, at, segment)
    if (end !== -1) return end
  }
  return -1
}
