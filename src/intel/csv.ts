/** One record of a CSV file with the line it starts on, from 1. */
export interface CsvRecord {
  readonly line: number
  readonly cells: readonly string[]
  /** Why it could not be read; `cells` is then empty. */
  readonly problem?: string
}

const MAX_CELL_CHARS = 64 * 1024

/**
 * Reads records with quoted cells, doubled quotes and line breaks inside quotes. An open quote spoils only its own
 * line: reading goes on with the next. Empty lines are left out. Source: RFC 4180.
 */
export function* readCsv(text: string, separator: string): Generator<CsvRecord> {
  let at = text.charCodeAt(0) === 0xfeff ? 1 : 0
  let line = 1
  while (at < text.length) {
    const record = readRecord(text, at, separator)
    if (record.cells === undefined)
      yield { line, cells: [], problem: 'a quote is opened and never closed' }
    else if (record.cells.length > 1 || record.cells[0]?.trim() !== '')
      yield { line, cells: record.cells }
    line += record.breaks
    at = record.next
  }
}

interface ReadRecord {
  /** Undefined when a quote never closed. */
  readonly cells: string[] | undefined
  readonly next: number
  /** Line breaks passed. */
  readonly breaks: number
}

function readRecord(text: string, start: number, separator: string): ReadRecord {
  const cells: string[] = []
  let at = start
  let breaks = 0
  for (;;) {
    const cell = readCell(text, at, separator)
    if (!cell) return { cells: undefined, next: afterLine(text, start), breaks: 1 }
    cells.push(cell.value)
    breaks += cell.breaks
    at = cell.next
    if (text[at] === separator) {
      at += 1
      continue
    }
    if (text[at] === '\r') at += 1
    if (text[at] === '\n') at += 1
    return { cells, next: at, breaks: breaks + 1 }
  }
}

interface ReadCell {
  readonly value: string
  readonly next: number
  readonly breaks: number
}

function readCell(text: string, start: number, separator: string): ReadCell | undefined {
  if (text[start] !== '"') {
    const next = endOfPlain(text, start, separator)
    return { value: text.slice(start, next), next, breaks: 0 }
  }
  const end = endOfQuoted(text, start)
  if (end === undefined) return undefined
  const value = text.slice(start + 1, end).replaceAll('""', '"')
  // What stands between the closing quote and the separator is not allowed; it is kept so that nothing gets lost.
  const next = endOfPlain(text, end + 1, separator)
  return { value: value + text.slice(end + 1, next), next, breaks: value.split('\n').length - 1 }
}

function endOfQuoted(text: string, start: number): number | undefined {
  for (let at = start + 1; at < text.length && at - start < MAX_CELL_CHARS; at += 1) {
    if (text[at] !== '"') continue
    if (text[at + 1] === '"') at += 1
    else return at
  }
  return undefined
}

function endOfPlain(text: string, start: number, separator: string): number {
  let at = start
  while (at < text.length) {
    const sign = text[at]
    if (sign === separator || sign === '\n' || (sign === '\r' && isLineEnd(text, at))) break
    at += 1
  }
  return at
}

const isLineEnd = (text: string, at: number) => text[at + 1] === '\n' || at + 1 === text.length

function afterLine(text: string, start: number): number {
  const end = text.indexOf('\n', start)
  return end === -1 ? text.length : end + 1
}
