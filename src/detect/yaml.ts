import { type Alias, type Document, isAlias, isMap, isScalar, isSeq, parseAllDocuments } from 'yaml'
import { bad, good, type Outcome } from '#base/outcome.ts'

/** A value of a rule file. `text` is the scalar as written, so that `0405` and big numbers keep their digits. */
export type Node = MapNode | ListNode | ScalarNode

/** A mapping; keys are unique and in file order. `line` counts from 1. */
export interface MapNode {
  readonly kind: 'map'
  readonly line: number
  readonly entries: readonly { readonly key: string; readonly line: number; readonly value: Node }[]
}

/** A sequence. */
export interface ListNode {
  readonly kind: 'list'
  readonly line: number
  readonly items: readonly Node[]
}

/** A scalar, typed by the YAML 1.2 core rules, except that leading zeros, hex, dates and yes/no stay text. */
export interface ScalarNode {
  readonly kind: 'scalar'
  readonly line: number
  readonly value: string | number | boolean | null
  readonly text: string
}

/** One document of a file, or why it cannot be read. `code` is `yaml.*`. */
export type YamlDocument =
  | { readonly ok: true; readonly line: number; readonly root: Node }
  | { readonly ok: false; readonly line: number; readonly code: string; readonly text: string }

const MAX_CHARS = 4 * 1024 * 1024
const MAX_NODES = 200_000
const MAX_DEPTH = 40

class YamlProblem extends Error {
  readonly offset: number
  readonly code: string
  constructor(code: string, offset: number, text: string) {
    super(text)
    this.code = code
    this.offset = offset
  }
}

/** Reads all documents of a rule file. A document that cannot be read is a value; the others are still given. */
export function readYaml(text: string): YamlDocument[] {
  if (text.length > MAX_CHARS)
    return [{ ok: false, line: 1, code: 'yaml.too-long', text: 'the file is longer than 4 MiB' }]
  const lines = createLines(text)
  const documents = parseAllDocuments(text, {
    schema: 'failsafe',
    uniqueKeys: false,
    prettyErrors: false,
    logLevel: 'silent',
  })
  if (!Array.isArray(documents)) return []
  const found: YamlDocument[] = []
  for (const document of documents) {
    if (document.contents === null && document.errors.length === 0) continue
    found.push(readDocument(document, lines))
  }
  return found
}

function readDocument(document: Document.Parsed, lines: (offset: number) => number): YamlDocument {
  const line = lines(document.contents?.range?.[0] ?? document.range?.[0] ?? 0)
  const error = document.errors[0]
  if (error !== undefined)
    return { ok: false, line: lines(error.pos[0]), code: 'yaml.invalid', text: error.message }
  try {
    const reader = new TreeReader(document, lines)
    return { ok: true, line, root: reader.read(document.contents, 0) }
  } catch (problem) {
    if (!(problem instanceof YamlProblem)) throw problem
    return { ok: false, line: lines(problem.offset), code: problem.code, text: problem.message }
  }
}

class TreeReader {
  private readonly document: Document.Parsed
  private readonly lineOf: (offset: number) => number
  private nodes = 0

  constructor(document: Document.Parsed, lineOf: (offset: number) => number) {
    this.document = document
    this.lineOf = lineOf
  }

  read(node: unknown, depth: number): Node {
    this.nodes += 1
    if (this.nodes > MAX_NODES || depth > MAX_DEPTH)
      throw new YamlProblem('yaml.too-big', 0, 'the document is too big or too deep')
    if (node === null || node === undefined)
      return { kind: 'scalar', line: 0, value: null, text: '' }
    if (isAlias(node)) return this.read(this.target(node), depth + 1)
    if (isScalar(node)) {
      const text = typeof node.value === 'string' ? node.value : String(node.value ?? '')
      const value = node.type === 'PLAIN' ? plainValue(text) : text
      return { kind: 'scalar', line: this.lineOf(node.range?.[0] ?? 0), value, text }
    }
    const line = this.lineOf(rangeStart(node))
    if (isSeq(node))
      return { kind: 'list', line, items: node.items.map((item) => this.read(item, depth + 1)) }
    if (isMap(node)) return { kind: 'map', line, entries: this.entries(node.items, depth) }
    throw new YamlProblem('yaml.invalid', rangeStart(node), 'not a map, a list or a value')
  }

  private target(node: Alias): unknown {
    const target = node.resolve(this.document)
    if (target === undefined)
      throw new YamlProblem('yaml.invalid', rangeStart(node), `no anchor for *${node.source}`)
    return target
  }

  private entries(items: readonly { key: unknown; value: unknown }[], depth: number) {
    const seen = new Set<string>()
    return items.map((pair) => {
      const key = this.read(pair.key, depth + 1)
      const offset = rangeStart(pair.key)
      if (key.kind !== 'scalar')
        throw new YamlProblem('yaml.invalid', offset, 'a key must be plain text')
      if (key.text === '<<')
        throw new YamlProblem('yaml.merge-key', offset, 'merge keys (<<) are not supported')
      if (seen.has(key.text))
        throw new YamlProblem('yaml.duplicate-key', offset, `the key "${key.text}" is there twice`)
      seen.add(key.text)
      return { key: key.text, line: key.line, value: this.read(pair.value, depth + 1) }
    })
  }
}

function rangeStart(node: unknown): number {
  if (typeof node !== 'object' || node === null || !('range' in node)) return 0
  const range = node.range
  return Array.isArray(range) && typeof range[0] === 'number' ? range[0] : 0
}

const INTEGER = /^-?(?:0|[1-9][0-9]*)$/
const FLOAT = /^-?(?:0|[1-9][0-9]*)\.[0-9]+$/

function plainValue(text: string): string | number | boolean | null {
  const first = text.charCodeAt(0)
  if (first === 45 || (first >= 48 && first <= 57))
    return INTEGER.test(text) || FLOAT.test(text) ? Number(text) : text
  switch (text) {
    case '':
    case '~':
    case 'null':
    case 'Null':
    case 'NULL':
      return null
    case 'true':
    case 'True':
    case 'TRUE':
      return true
    case 'false':
    case 'False':
    case 'FALSE':
      return false
    default:
      return text
  }
}

/** Line of an offset; the table is built on first use only. */
function createLines(text: string): (offset: number) => number {
  let starts: number[] | undefined
  return (offset) => {
    if (starts === undefined) {
      starts = [0]
      for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1))
        starts.push(at + 1)
    }
    let low = 0
    let high = starts.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if ((starts[middle] ?? 0) <= offset) low = middle
      else high = middle - 1
    }
    return low + 1
  }
}

/** The value of a key, or undefined. */
export function entryOf(map: MapNode, key: string): Node | undefined {
  return map.entries.find((entry) => entry.key === key)?.value
}

/** The text of a key that holds a scalar, or undefined when it is absent, null or no scalar. */
export function textOf(map: MapNode, key: string): string | undefined {
  const node = entryOf(map, key)
  return node?.kind === 'scalar' && node.value !== null ? node.text : undefined
}

/** The texts of a key that holds a list of scalars or one scalar; empty when absent. */
export function textsOf(map: MapNode, key: string): string[] {
  const node = entryOf(map, key)
  if (node === undefined) return []
  const items = node.kind === 'list' ? node.items : [node]
  return items.flatMap((item) => (item.kind === 'scalar' && item.value !== null ? [item.text] : []))
}

/** The plain value of a node: objects without prototype surprises, numbers, texts. */
export function plainOf(node: Node): unknown {
  if (node.kind === 'scalar') return node.value
  if (node.kind === 'list') return node.items.map(plainOf)
  return Object.fromEntries(node.entries.map((entry) => [entry.key, plainOf(entry.value)]))
}

const SPAN = /^([0-9]{1,6})(s|m|h|d|w)$/
const SPAN_SECONDS: Readonly<Record<string, number>> = {
  s: 1,
  m: 60,
  h: 3_600,
  d: 86_400,
  w: 604_800,
}

/** A time span such as `90s`, `5m`, `1h`, `7d`, `2w` in microseconds; `rule.timespan` for anything else. */
export function parseSpan(text: string | undefined): Outcome<number> {
  const match = SPAN.exec(text ?? '')
  const micros = Number(match?.[1] ?? 0) * (SPAN_SECONDS[match?.[2] ?? ''] ?? 0) * 1_000_000
  if (micros > 0) return good(micros)
  return bad('rule.timespan', {
    detail: `a time span is a number and s, m, h, d or w: "${text ?? ''}"`,
  })
}
