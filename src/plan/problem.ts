import { z } from 'zod'
import { isObject } from '#base/json.ts'
import type { YamlFile } from './yaml.ts'

/** One mistake in a file of the operator. `text` is the whole line to print. */
export interface PlanProblem {
  readonly path: string
  readonly line: number
  readonly column: number
  /** Dotted path inside the file, `sources.2.freshness`; '' for the whole. */
  readonly at: string
  readonly message: string
  /** `plan.yaml:12:5 sources.2.freshness — expected a duration like 15m, got "5 parsecs"` */
  readonly text: string
}

/** A file that is being checked: its name and its values with their places. */
export interface CheckedFile {
  readonly path: string
  readonly yaml: YamlFile
}

/** A problem of the value at `at`, or of the key `key` in the mapping there. */
export function problemAt(
  file: CheckedFile,
  at: readonly PropertyKey[],
  more: { message: string; key?: string },
): PlanProblem {
  const place = more.key === undefined ? file.yaml.placeOf(at) : file.yaml.placeOfKey(at, more.key)
  const spot = [...at, ...(more.key === undefined ? [] : [more.key])].map(String).join('.')
  const start = `${file.path}:${place.line}:${place.column}`
  const text = `${start} ${spot === '' ? '' : `${spot} `}— ${more.message}`
  return { path: file.path, ...place, at: spot, message: more.message, text }
}

/** The syntax mistakes of a file as problems. */
export function syntaxProblems(file: CheckedFile): PlanProblem[] {
  return file.yaml.mistakes.map(({ place, text }) => ({
    path: file.path,
    ...place,
    at: '',
    message: text,
    text: `${file.path}:${place.line}:${place.column} — ${text}`,
  }))
}

/** What zod found wrong, each with its place and the nearest allowed word. */
export function schemaProblems(
  file: CheckedFile,
  schema: z.ZodType,
  error: z.ZodError,
): PlanProblem[] {
  return error.issues.flatMap((issue) => issueProblems(file, schema, issue))
}

function issueProblems(file: CheckedFile, schema: z.ZodType, issue: z.core.$ZodIssue) {
  const at = issue.path
  if (issue.code === 'unrecognized_keys') {
    const known = keysAt(schema, at)
    return issue.keys.map((key) =>
      problemAt(file, at, { key, message: `unknown key${suggest(key, known)}` }),
    )
  }
  const value = valueAt(file.yaml.value, at)
  if (value === undefined && at.length > 0 && issue.code !== 'custom')
    return [problemAt(file, at, { message: `is missing: ${expectation(issue)}` })]
  const hint =
    issue.code === 'invalid_value' && typeof value === 'string'
      ? suggest(value, issue.values.map(String))
      : quoteHint(issue, value)
  return [problemAt(file, at, { message: `${expectation(issue)}, got ${shown(value)}${hint}` })]
}

function expectation(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_type')
    return `expected ${TYPE_WORDS[issue.expected] ?? issue.expected}`
  if (issue.code === 'invalid_value') return `expected one of ${issue.values.join(', ')}`
  const text = issue.message
  return text.startsWith('expected') ? text : text.charAt(0).toLowerCase() + text.slice(1)
}

const TYPE_WORDS: Readonly<Record<string, string>> = {
  string: 'text',
  array: 'a list',
  object: 'a mapping',
  record: 'a mapping',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
}

/** YAML reads `10.10` as the number 10.1: only quotes keep a clause number whole. */
function quoteHint(issue: z.core.$ZodIssue, value: unknown): string {
  const isText = issue.code === 'invalid_type' && issue.expected === 'string'
  return isText && typeof value === 'number' ? ` · write it in quotes` : ''
}

function shown(value: unknown): string {
  if (value === undefined || value === null) return 'nothing'
  if (Array.isArray(value)) return 'a list'
  if (isObject(value)) return 'a mapping'
  const text = typeof value === 'string' ? JSON.stringify(value) : String(value)
  return text.length > 80 ? `${text.slice(0, 77)}…` : text
}

function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  let value = root
  for (const step of path) {
    if (Array.isArray(value)) value = value[Number(step)]
    else if (isObject(value)) value = value[String(step)]
    else return undefined
  }
  return value
}

/** ` · did you mean "x"?`, or '' when nothing is near. */
export function suggest(word: string, known: readonly string[]): string {
  const near = nearest(word, known)
  return near === undefined ? '' : ` · did you mean "${near}"?`
}

/** The known word with the fewest edits from this one, when they are few enough to be a slip. */
function nearest(word: string, known: readonly string[]): string | undefined {
  const limit = Math.max(1, Math.min(3, Math.floor(word.length / 3)))
  let best: string | undefined
  let bestEdits = limit + 1
  for (const candidate of known) {
    const edits = editsBetween(word.toLowerCase().slice(0, 60), candidate.toLowerCase())
    if (edits < bestEdits) {
      best = candidate
      bestEdits = edits
    }
  }
  return best
}

/** Edit distance that counts a swap of neighbours as one. */
function editsBetween(left: string, right: string): number {
  const rows: number[][] = [Array.from({ length: right.length + 1 }, (_, i) => i)]
  for (let i = 1; i <= left.length; i += 1) {
    const row = [i]
    for (let j = 1; j <= right.length; j += 1) {
      const edits = editsAt({ left, right }, { i, j, row, rows })
      row.push(edits)
    }
    rows.push(row)
  }
  return rows[left.length]?.[right.length] ?? Number.POSITIVE_INFINITY
}

interface Cell {
  readonly i: number
  readonly j: number
  readonly row: readonly number[]
  readonly rows: readonly (readonly number[])[]
}

function editsAt({ left, right }: { left: string; right: string }, cell: Cell): number {
  const { i, j, row, rows } = cell
  const above = rows[i - 1] ?? []
  const swap = left[i - 1] === right[j - 2] && left[i - 2] === right[j - 1]
  return Math.min(
    (above[j] ?? 0) + 1,
    (row[j - 1] ?? 0) + 1,
    (above[j - 1] ?? 0) + (left[i - 1] === right[j - 1] ? 0 : 1),
    i > 1 && j > 1 && swap ? (rows[i - 2]?.[j - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
  )
}

/** The keys that the schema allows in the mapping at a path. */
function keysAt(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  let node: unknown = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' })
  for (const step of path) {
    const all = alternatives(node)
    node =
      all.map((one) => childSchema(one, step)).find((child) => child !== undefined) ?? undefined
  }
  return alternatives(node).flatMap((one) =>
    isObject(one['properties']) ? Object.keys(one['properties']) : [],
  )
}

function alternatives(node: unknown): Record<string, unknown>[] {
  if (!isObject(node)) return []
  const nested = [node['anyOf'], node['oneOf'], node['allOf']].flatMap((list) =>
    Array.isArray(list) ? list.flatMap(alternatives) : [],
  )
  return [node, ...nested]
}

function childSchema(node: Record<string, unknown>, step: PropertyKey): unknown {
  const properties = node['properties']
  if (isObject(properties) && Object.hasOwn(properties, String(step)))
    return properties[String(step)]
  if (typeof step === 'number') return node['items']
  return isObject(node['additionalProperties']) ? node['additionalProperties'] : undefined
}
