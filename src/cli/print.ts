import { Failure, reasonOf } from '#base/failure.ts'

/** How a verb prints: for people, as one JSON document, or one JSON object a line. */
export type Format = 'table' | 'json' | 'ndjson'

/** A column of a printed table. */
export interface Column<Row> {
  readonly title: string
  readonly text: (row: Row) => string
  /** Longest text shown; longer ones end in `…`. */
  readonly max?: number
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: removing them is the purpose
const CONTROLS = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g

/** Prints to standard output. Control characters other than line ends and tabs are tamed here too, whoever forgot. */
export function say(line = ''): void {
  process.stdout.write(`${tameLines(line)}\n`)
}

/** Prints to standard error: progress and complaints, never results. Tamed as in `say`. */
export function note(line: string): void {
  process.stderr.write(`${tameLines(line)}\n`)
}

/** Control characters of foreign data would drive the reader's terminal; they are shown as `·`. */
export function tame(text: string): string {
  return text.replace(CONTROLS, '·')
}

function tameLines(text: string): string {
  return text.replace(CONTROLS, (mark) => (mark === '\n' || mark === '\t' ? mark : '·'))
}

/** JSON in which no character drives a terminal: what JSON itself lets through is escaped, so nothing is lost. */
export function jsonText(value: unknown, indent?: number): string {
  const text = JSON.stringify(value, null, indent)
  return text.replace(CONTROLS, (mark) =>
    mark === '\n' ? mark : `\\u${mark.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

/** Prints rows in the wanted format. Tables are aligned; JSON has all fields of the rows. */
export function printRows<Row>(
  rows: readonly Row[],
  options: { format: Format; columns: readonly Column<Row>[] },
): void {
  const lines = {
    json: () => [jsonText(rows, 2)],
    ndjson: () => rows.map((row) => jsonText(row)),
    table: () => tableLines(rows, options.columns),
  }
  for (const line of lines[options.format]()) say(line)
}

/** The lines of an aligned table with a heading; empty for no rows. */
export function tableLines<Row>(rows: readonly Row[], columns: readonly Column<Row>[]): string[] {
  if (rows.length === 0) return []
  const cells = rows.map((row) => columns.map((column) => cut(tame(column.text(row)), column.max)))
  const all = [columns.map((column) => column.title), ...cells]
  const widths = columns.map((_, at) => Math.max(...all.map((line) => (line[at] ?? '').length)))
  return all.map((line) =>
    line
      .map((cell, at) => (at === columns.length - 1 ? cell : cell.padEnd(widths[at] ?? 0)))
      .join('  ')
      .trimEnd(),
  )
}

function cut(text: string, max = 80): string {
  return text.length > max ? `${text.slice(0, max - 1)}…` : text
}

/** Prints what went wrong and gives the exit code: message, details, hint. A bug keeps its stack. */
export function complain(error: unknown): number {
  if (error instanceof Failure) {
    note(`${error.code}: ${tame(error.message)}`)
    for (const detail of error.details) note(`  ${tame(detail)}`)
    note(`  → ${error.kind.hint}`)
    return error.kind.exit
  }
  note(error instanceof Error && error.stack ? error.stack : reasonOf(error))
  return 3
}

/** `2026-11-23 15:04:05` in UTC for epoch microseconds; `–` for 0. */
export function shortTime(micros: number): string {
  if (!(micros > 0)) return '–'
  return new Date(micros / 1000).toISOString().slice(0, 19).replace('T', ' ')
}
