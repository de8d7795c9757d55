import { compilePath, type Scope, textOf } from './path.ts'
import { DRAFT_READERS, type Draft } from './slots.ts'
import { compileTemplate } from './template.ts'

/** Longest message kept; it is a line for people, the record has the rest. */
const MAX_MESSAGE_CHARS = 1_000

/** A compiled message template. */
export type MessageWriter = (scope: Scope, draft: Draft) => string

interface Input {
  readonly scope: Scope
  readonly draft: Draft
}

/** Compiles `failed password for {user}[ from {srcIp}]` (see Slots.message). */
export function compileMessage(template: string): MessageWriter {
  const parts = compileTemplate(template, placeholder)
  return (scope, draft) => {
    const input = { scope, draft }
    let line = ''
    for (const part of parts) line += part(input) ?? '?'
    return cleanLine(line)
  }
}

/** One line of at most 1,000 characters without control characters. */
export function cleanLine(text: string): string {
  const cut = text.length > MAX_MESSAGE_CHARS ? `${text.slice(0, MAX_MESSAGE_CHARS)}…` : text
  return cut.replace(/\p{Cc}+/gu, ' ').trim()
}

/** Alternatives in braces are slots or path expressions; the first that gives something wins. */
function placeholder(inside: string): (input: Input) => string | undefined {
  const readers = inside.split('|').map((name) => {
    const slot = DRAFT_READERS[name]
    if (slot) return ({ draft }: Input) => slot(draft)
    const read = compilePath(name)
    return ({ scope }: Input) => textOf(read(scope))
  })
  return (input) => {
    for (const read of readers) {
      const value = read(input)
      if (value !== undefined) return String(value)
    }
    return undefined
  }
}
