import { bad, good, type Outcome } from '#base/outcome.ts'
import { type Comparison, Mistake, type Pieces, type SearchNode } from './node.ts'

const MAX_CHARS = 4_096
const MAX_TERMS = 256
const MAX_DEPTH = 32

const NAME = /[A-Za-z_@][\w.@*-]*(?=[:<>])/y
const COMPARED = /:?(>=|<=|>|<)(-?\d+(?:\.\d+)?)(?=[\s)]|$)/y
const KEYWORD = /(AND|OR|NOT)(?=[\s(]|$)/y
const SPACE = /\s+/y

interface Reader {
  readonly text: string
  at: number
  /** Open parentheses: only inside of one does `)` end a word. */
  depth: number
  terms: number
}

/**
 * The tree of a search text. Empty = everything (an `and` of nothing). Answers `search.mistake` with the place (from 1)
 * and what is wrong; never throws. Words, "phrases", `field:value`, `field:(a,b)`, `field>5`, `-`/NOT, OR, parentheses;
 * `*` is any run of characters everywhere, `\*` and `\"` are themselves.
 */
export function parseSearch(text: string): Outcome<SearchNode> {
  const reader: Reader = { text, at: 0, depth: 0, terms: 0 }
  try {
    if (text.length > MAX_CHARS) throw new Mistake(MAX_CHARS, `longer than ${MAX_CHARS} characters`)
    const node = readEither(reader)
    if (reader.at < text.length) throw mistake(reader, 'this ")" closes nothing')
    return good(node)
  } catch (error) {
    if (!(error instanceof Mistake)) throw error
    return bad('search.mistake', { at: String(error.at), detail: error.message })
  }
}

function readEither(reader: Reader): SearchNode {
  const parts = [readAll(reader)]
  while (readKeyword(reader, 'OR')) parts.push(readAll(reader))
  const first = parts[0]
  if (parts.length === 1 && first !== undefined) return first
  if (parts.some((part) => part.kind === 'and' && part.parts.length === 0)) {
    throw mistake(reader, 'OR needs something on both sides')
  }
  return { kind: 'or', parts }
}

function readAll(reader: Reader): SearchNode {
  const parts: SearchNode[] = []
  for (;;) {
    skipSpace(reader)
    if (readKeyword(reader, 'AND')) continue
    if (isAtEnd(reader)) break
    parts.push(readTerm(reader))
  }
  const first = parts[0]
  return parts.length === 1 && first !== undefined ? first : { kind: 'and', parts }
}

function isAtEnd(reader: Reader): boolean {
  if (reader.at >= reader.text.length) return true
  if (reader.text[reader.at] === ')') return true
  return peekKeyword(reader) === 'OR'
}

function readTerm(reader: Reader): SearchNode {
  reader.terms += 1
  if (reader.terms > MAX_TERMS) throw mistake(reader, `more than ${MAX_TERMS} terms`)
  const next = reader.text[reader.at]
  if (readKeyword(reader, 'NOT') || (next === '-' && isNegation(reader))) return readNegated(reader)
  if (next === '(') return readGroup(reader)
  if (next === '"') return readQuotedTerm(reader)
  return readNamed(reader) ?? { kind: 'text', pieces: splitStars(readWord(reader)) }
}

function isNegation(reader: Reader): boolean {
  const after = reader.text[reader.at + 1] ?? ' '
  if (/[\s-]/.test(after)) return false
  reader.at += 1
  return true
}

function readNegated(reader: Reader): SearchNode {
  skipSpace(reader)
  if (isAtEnd(reader)) throw mistake(reader, 'NOT needs something behind it')
  return nested(reader, () => ({ kind: 'not', part: readTerm(reader) }))
}

function readGroup(reader: Reader): SearchNode {
  const start = reader.at
  reader.at += 1
  return nested(reader, () => {
    const node = readEither(reader)
    if (reader.text[reader.at] !== ')') throw new Mistake(start + 1, 'this "(" is not closed')
    if (node.kind === 'and' && node.parts.length === 0) {
      throw new Mistake(start + 1, 'there is nothing in these parentheses')
    }
    reader.at += 1
    return node
  })
}

function nested(reader: Reader, read: () => SearchNode): SearchNode {
  reader.depth += 1
  if (reader.depth > MAX_DEPTH) throw mistake(reader, `nested more than ${MAX_DEPTH} deep`)
  const node = read()
  reader.depth -= 1
  return node
}

/** A phrase, or a field whose name had to be quoted: `"Logon Type":3`. */
function readQuotedTerm(reader: Reader): SearchNode {
  const start = reader.at
  const text = readQuoted(reader)
  const field = readValueOf(reader, text, start)
  return field ?? { kind: 'text', pieces: splitStars(text) }
}

function readNamed(reader: Reader): SearchNode | undefined {
  const start = reader.at
  const name = match(reader, NAME)?.[0]
  if (name === undefined) return undefined
  const field = readValueOf(reader, name, start)
  if (field === undefined) reader.at = start
  return field
}

/** What follows a field's name, or undefined when the name was no field: `12:30`, `http://`, `C:\`, `Error: `. */
function readValueOf(reader: Reader, field: string, start: number): SearchNode | undefined {
  const at = start + 1
  const compared = match(reader, COMPARED)
  if (compared !== undefined) {
    // The pattern allows only these four.
    const comparison = compared[1] as Comparison
    return { kind: 'compare', field, at, comparison, number: Number(compared[2]) }
  }
  if (reader.text[reader.at] !== ':' || !isValueAhead(reader, field)) return undefined
  reader.at += 1
  return { kind: 'is', field, at, values: readValues(reader) }
}

function isValueAhead(reader: Reader, field: string): boolean {
  const rest = reader.text.slice(reader.at + 1, reader.at + 3)
  if (rest === '' || /^[\s:)]/.test(rest) || rest === '//') return false
  return !(field.length === 1 && rest.startsWith('\\'))
}

function readValues(reader: Reader): Pieces[] {
  if (reader.text[reader.at] !== '(') return [readValue(reader, false)]
  const start = reader.at
  reader.at += 1
  const values: Pieces[] = []
  for (;;) {
    match(reader, /[\s,]+/y)
    if (reader.at >= reader.text.length) throw new Mistake(start + 1, 'this "(" is not closed')
    if (reader.text[reader.at] === ')') break
    if (readKeyword(reader, 'OR')) continue
    values.push(readValue(reader, true))
    reader.terms += 1
    if (reader.terms > MAX_TERMS) throw mistake(reader, `more than ${MAX_TERMS} terms`)
  }
  if (values.length === 0) throw new Mistake(start + 1, 'there is no value in these parentheses')
  reader.at += 1
  return values
}

function readValue(reader: Reader, inList: boolean): Pieces {
  if (reader.text[reader.at] === '"') return splitStars(readQuoted(reader))
  if (!inList) return splitStars(readWord(reader))
  return splitStars(match(reader, /[^\s,)]+/y)?.[0] ?? '')
}

/** Up to white space; inside a group also up to the `)` that has no `(` in the word. */
function readWord(reader: Reader): string {
  const start = reader.at
  let open = 0
  for (; reader.at < reader.text.length; reader.at += 1) {
    const char = reader.text[reader.at] ?? ''
    if (/\s/.test(char)) break
    if (char === '(') open += 1
    if (char !== ')') continue
    if (open === 0 && reader.depth > 0) break
    open -= 1
  }
  return reader.text.slice(start, reader.at)
}

function readQuoted(reader: Reader): string {
  const start = reader.at
  for (reader.at += 1; reader.at < reader.text.length; reader.at += 1) {
    const char = reader.text[reader.at]
    if (char === '\\' && reader.text[reader.at + 1] === '"') reader.at += 1
    else if (char === '"') {
      reader.at += 1
      return reader.text.slice(start + 1, reader.at - 1).replaceAll('\\"', '"')
    }
  }
  throw new Mistake(start + 1, 'this quote is not closed')
}

/** Cuts at each `*` that has no backslash before it; `\*` becomes a plain star. */
function splitStars(text: string): Pieces {
  return text.split(/(?<!\\)\*+/).map((piece) => piece.replaceAll('\\*', '*'))
}

function peekKeyword(reader: Reader): string | undefined {
  KEYWORD.lastIndex = reader.at
  return KEYWORD.exec(reader.text)?.[1]
}

function readKeyword(reader: Reader, word: string): boolean {
  skipSpace(reader)
  if (peekKeyword(reader) !== word) return false
  reader.at += word.length
  return true
}

function skipSpace(reader: Reader): void {
  match(reader, SPACE)
}

function match(reader: Reader, pattern: RegExp): RegExpExecArray | undefined {
  pattern.lastIndex = reader.at
  const found = pattern.exec(reader.text)
  if (found === null) return undefined
  reader.at += found[0].length
  return found
}

function mistake(reader: Reader, message: string): Mistake {
  return new Mistake(reader.at + 1, message)
}
