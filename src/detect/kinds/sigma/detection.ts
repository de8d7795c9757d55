import { bad, good, type Outcome } from '#base/outcome.ts'
import type { ListNode, MapNode, Node, ScalarNode } from '../../yaml.ts'
import { type Expression, parseCondition } from './condition.ts'
import { readModifiers, readValue } from './modifiers.ts'
import type { Placeholders } from './placeholders.ts'
import type { Block, Detection, Item, Token, ValueTest } from './rule.ts'
import { surround } from './text.ts'

/** A block and what its author should know about it. */
export interface ReadBlock {
  readonly block: Block
  readonly warnings: readonly {
    readonly line: number
    readonly code: string
    readonly text: string
  }[]
}

type Warnings = { line: number; code: string; text: string }[]

/** What reading a detection needs to know and where it notes warnings. */
interface Context {
  readonly placeholders: Placeholders
  readonly warnings: Warnings
}

/** Keys beside the named detections. */
const RESERVED = new Set(['condition', 'timeframe', 'rules'])

/**
 * Reads the `detection` map of a rule, or the `filter` map of a filter. `at` of a refusal is the line.
 * Answers `sigma.detection`, `sigma.condition`, `sigma.modifier`, `sigma.value`, `sigma.placeholder`, `sigma.regex`.
 */
export function readBlock(map: MapNode, placeholders: Placeholders): Outcome<ReadBlock> {
  const context: Context = { placeholders, warnings: [] }
  const detections = new Map<string, Detection>()
  for (const entry of map.entries) {
    if (entry.key === 'timeframe')
      return refuse(entry.line, 'sigma.detection', '`timeframe` belongs to a correlation now')
    if (RESERVED.has(entry.key)) continue
    const detection = readDetection(entry.value, context)
    if (!detection.ok)
      return bad(detection.code, {
        at: detection.at ?? String(entry.line),
        detail: `${entry.key}: ${detection.detail ?? detection.code}`,
      })
    detections.set(entry.key, detection.value)
  }
  if (detections.size === 0) return refuse(map.line, 'sigma.detection', 'there is no selection')
  const condition = readCondition(map, [...detections.keys()])
  if (!condition.ok) return condition
  return good({ block: { detections, condition: condition.value }, warnings: context.warnings })
}

function refuse(line: number, code: string, detail: string): Outcome<never> {
  return bad(code, { at: String(line), detail })
}

function readCondition(map: MapNode, names: readonly string[]): Outcome<Expression> {
  const entry = map.entries.find((one) => one.key === 'condition')
  if (entry === undefined) return refuse(map.line, 'sigma.condition', 'there is no condition')
  const nodes = entry.value.kind === 'list' ? entry.value.items : [entry.value]
  const parts: Expression[] = []
  for (const node of nodes) {
    if (node.kind !== 'scalar')
      return refuse(entry.line, 'sigma.condition', 'the condition is no text')
    const parsed = parseCondition(node.value === null ? '' : node.text, { names })
    if (!parsed.ok) return bad(parsed.code, { ...parsed, at: String(entry.line) })
    parts.push(parsed.value)
  }
  const only = parts[0]
  if (only === undefined) return refuse(entry.line, 'sigma.condition', 'the condition is empty')
  return good(parts.length === 1 ? only : { kind: 'or', parts })
}

function readDetection(node: Node, context: Context): Outcome<Detection> {
  if (node.kind === 'map') return readMap(node, context)
  if (node.kind === 'scalar') return readKeywords([node], '', context)
  if (node.items.length === 0) return refuse(node.line, 'sigma.detection', 'the list is empty')
  const scalars = node.items.filter((item) => item.kind === 'scalar')
  if (scalars.length === node.items.length) return readKeywords(scalars, '', context)
  return readList(node, context)
}

function readList(node: ListNode, context: Context): Outcome<Detection> {
  const parts: Detection[] = []
  for (const item of node.items) {
    if (item.kind === 'list')
      return refuse(item.line, 'sigma.detection', 'a list inside a list has no meaning')
    const part = readDetection(item, context)
    if (!part.ok) return part
    parts.push(part.value)
  }
  const only = parts[0]
  return good(parts.length === 1 && only !== undefined ? only : { kind: 'or', parts })
}

function readMap(map: MapNode, context: Context): Outcome<Detection> {
  const parts: Detection[] = []
  for (const entry of map.entries) {
    const item = readItem(entry.key, entry.value, context)
    if (!item.ok)
      return bad(item.code, {
        at: item.at ?? String(entry.line),
        detail: `${entry.key}: ${item.detail ?? ''}`,
      })
    parts.push(item.value)
  }
  if (parts.length === 0) return refuse(map.line, 'sigma.detection', 'the selection is empty')
  const only = parts[0]
  return good(parts.length === 1 && only !== undefined ? only : { kind: 'and', parts })
}

function readItem(key: string, node: Node, context: Context): Outcome<Item> {
  const [field = '', ...names] = key.split('|')
  const values = scalarsOf(node)
  if (values === undefined)
    return refuse(node.line, 'sigma.value', 'a value must be text, a number, true, false or null')
  if (values.length === 0) return refuse(node.line, 'sigma.value', 'the list of values is empty')
  if (field === '') return readKeywords(values, names.join('|'), context)
  const modifiers = readModifiers(names)
  if (!modifiers.ok) return modifiers
  if (modifiers.value.all && values.length < 2)
    context.warnings.push({
      line: node.line,
      code: 'sigma.all-single',
      text: `"${key}" has one value, so "all" says nothing`,
    })
  const tests: ValueTest[] = []
  for (const value of values) {
    if (value.value === null && values.length > 1)
      return refuse(value.line, 'sigma.value', 'null cannot be one of several values')
    const test = readValue(value, modifiers.value, context.placeholders)
    if (!test.ok) return bad(test.code, { ...test, at: String(value.line) })
    noteEscapedPercent(value, names, context)
    tests.push(test.value)
  }
  const { all, negate } = modifiers.value
  return good({ kind: 'item', field, written: key, tests, all, negate })
}

function noteEscapedPercent(value: ScalarNode, names: readonly string[], context: Context): void {
  if (!names.includes('expand') || !value.text.includes('\\%')) return
  context.warnings.push({
    line: value.line,
    code: 'sigma.escaped-percent',
    text: `in "${value.text}" the backslash makes the percent sign plain text, so no placeholder begins there`,
  })
}

function scalarsOf(node: Node): readonly ScalarNode[] | undefined {
  if (node.kind === 'scalar') return [node]
  if (node.kind === 'map') return undefined
  const scalars = node.items.filter((item) => item.kind === 'scalar')
  return scalars.length === node.items.length ? scalars : undefined
}

/** Keywords: unanchored over every value of the event. */
function readKeywords(
  values: readonly ScalarNode[],
  chain: string,
  context: Context,
): Outcome<Item> {
  const modifiers = readModifiers(chain === '' ? [] : chain.split('|'))
  if (!modifiers.ok) return modifiers
  const tests: ValueTest[] = []
  for (const value of values) {
    if (value.value === null)
      return refuse(value.line, 'sigma.value', 'a keyword must be text or a number')
    const asText: ScalarNode = { ...value, value: value.text }
    const test = readValue(asText, modifiers.value, context.placeholders)
    if (!test.ok) return bad(test.code, { ...test, at: String(value.line) })
    const opened = openEnds(test.value)
    if (opened === undefined)
      return refuse(value.line, 'sigma.modifier', `"${chain}" has no meaning for keywords`)
    tests.push(opened)
  }
  const { all, negate } = modifiers.value
  const written = chain === '' ? 'keywords' : `keywords|${chain}`
  return good({ kind: 'item', field: undefined, written, tests, all, negate })
}

function openEnds(test: ValueTest): ValueTest | undefined {
  if (test.op === 'regex') return test
  if (test.op === 'text') return { ...test, tokens: openTokens(test.tokens) }
  if (test.op !== 'any') return undefined
  const opened = test.tests.map(openEnds)
  const tests = opened.filter((one) => one !== undefined)
  return tests.length === opened.length ? { op: 'any', tests } : undefined
}

function openTokens(tokens: readonly Token[]): Token[] {
  return surround(tokens, true, true)
}
