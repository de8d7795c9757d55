import { bad, good, type Outcome } from '#base/outcome.ts'
import type { Token } from './rule.ts'
import { tokenise } from './text.ts'

/** Configured values of `%name%` placeholders. */
export type Placeholders = Readonly<Record<string, readonly string[]>>

const PLACEHOLDER = /\\%|%([^%\s\\]{1,100})%/g
const MAX_FORMS = 10_000

/**
 * Puts the configured values in place of `%name%`, every combination of them. `\%` is a percent character.
 * Answers `sigma.placeholder` with the name that has no value, `sigma.value` for too many combinations.
 */
export function expandPlaceholders(
  tokens: readonly Token[],
  placeholders: Placeholders,
): Outcome<Token[][]> {
  let forms: Token[][] = [[]]
  for (const token of tokens) {
    const parts = token.kind === 'text' ? splitText(token.text, placeholders) : good([[[token]]])
    if (!parts.ok) return parts
    for (const choices of parts.value) {
      forms = forms.flatMap((form) => choices.map((choice) => [...form, ...choice]))
      if (forms.length > MAX_FORMS)
        return bad('sigma.value', { detail: 'the placeholders give too many combinations' })
    }
  }
  return good(forms.map(mergeTexts))
}

/** A text as a sequence of choices; plain text is one choice. */
function splitText(text: string, placeholders: Placeholders): Outcome<Token[][][]> {
  const parts: Token[][][] = []
  let from = 0
  const plain = (piece: string) => {
    if (piece !== '') parts.push([[{ kind: 'text', text: piece }]])
  }
  for (const match of text.matchAll(PLACEHOLDER)) {
    plain(text.slice(from, match.index))
    from = match.index + match[0].length
    const name = match[1]
    if (name === undefined) {
      plain('%')
      continue
    }
    const values = Object.hasOwn(placeholders, name) ? placeholders[name] : undefined
    if (values === undefined || values.length === 0)
      return bad('sigma.placeholder', {
        detail: `needs values for the placeholder %${name}%: configure them, or leave the rule out`,
      })
    parts.push(values.map((value) => tokenise(value)))
  }
  plain(text.slice(from))
  return good(parts)
}

function mergeTexts(tokens: readonly Token[]): Token[] {
  const merged: Token[] = []
  for (const token of tokens) {
    const last = merged.at(-1)
    if (token.kind === 'text' && last?.kind === 'text')
      merged[merged.length - 1] = { kind: 'text', text: last.text + token.text }
    else merged.push(token)
  }
  return merged
}
