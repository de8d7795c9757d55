import { isInside, parseAddress, parseNetwork } from './address.ts'
import type { Expression } from './condition.ts'
import type { EventView, FieldTable, FieldValue } from './event-view.ts'
import { GramTable } from './grams.ts'
import { type RegexBudget, SafeRegex } from './regex.ts'
import type { Block, CompareOperator, Detection, Item, TextPlace, ValueTest } from './rule.ts'
import { fitsGlob, type Glob, type Shape, shapesOf } from './shape.ts'
import { compareDecimals, fold } from './text.ts'
import { timePartOf } from './time-part.ts'

/** Whether an event, as seen through a view, matches. */
export type Matcher = (view: EventView) => boolean

type ValueMatcher = (value: FieldValue, view: EventView) => boolean

/** What compiling needs: where names become slots, and the budget that expressions share. */
export interface CompileContext {
  readonly table: FieldTable
  readonly budget: RegexBudget
  /** Whether the rule speaks Sysmon names of native Windows events. */
  readonly sysmonNames: boolean
}

const MANY_LITERALS = 12

/** Compiles a rule's blocks: all of them must hold. */
export function compileBlocks(blocks: readonly Block[], context: CompileContext): Matcher {
  const matchers = blocks.map((block) => {
    const named = new Map<string, Matcher>()
    for (const [name, detection] of block.detections)
      named.set(name, compileDetection(detection, context))
    return compileExpression(block.condition, named)
  })
  const [first] = matchers
  return matchers.length === 1 && first !== undefined ? first : allOf(matchers)
}

function compileExpression(node: Expression, named: ReadonlyMap<string, Matcher>): Matcher {
  if (node.kind === 'name') return named.get(node.name) ?? (() => false)
  if (node.kind === 'not') {
    const inner = compileExpression(node.of, named)
    return (view) => !inner(view)
  }
  const parts = node.parts.map((part) => compileExpression(part, named))
  return node.kind === 'and' ? allOf(parts) : anyOf(parts)
}

function allOf(parts: readonly Matcher[]): Matcher {
  return (view) => {
    for (const part of parts) if (!part(view)) return false
    return true
  }
}

function anyOf(parts: readonly Matcher[]): Matcher {
  return (view) => {
    for (const part of parts) if (part(view)) return true
    return false
  }
}

function compileDetection(detection: Detection, context: CompileContext): Matcher {
  if (detection.kind === 'item') return compileItem(detection, context)
  const parts = detection.parts.map((part) => compileDetection(part, context))
  return detection.kind === 'and' ? allOf(parts) : anyOf(parts)
}

function compileItem(item: Item, context: CompileContext): Matcher {
  const test = item.all
    ? everyTest(item.tests.map((one) => anyTest([one], context)))
    : anyTest(item.tests, context)
  const found = withValue(item, test, context)
  return item.negate ? (view) => !found(view) : found
}

function withValue(item: Item, test: ValueMatcher, context: CompileContext): Matcher {
  if (item.field === undefined) return (view) => test(view.all(), view)
  const slot = context.table.intern(item.field, context.sysmonNames)
  return (view) => test(view.value(slot), view)
}

function everyTest(tests: readonly ValueMatcher[]): ValueMatcher {
  return (value, view) => tests.every((test) => test(value, view))
}

/** Texts of one kind, gathered so that a long list is one look-up or one pass. */
interface Gathered {
  readonly equals: Set<string>
  readonly prefixes: string[]
  readonly suffixes: string[]
  readonly contained: string[]
  readonly globs: Glob[]
}

/** Takes the tests apart that hide in `any`. */
function flatTests(tests: readonly ValueTest[]): Exclude<ValueTest, { op: 'any' }>[] {
  return tests.flatMap((test) => (test.op === 'any' ? flatTests(test.tests) : [test]))
}

function anyTest(tests: readonly ValueTest[], context: CompileContext): ValueMatcher {
  const folded = emptyGathered()
  const cased = emptyGathered()
  const matchers: ValueMatcher[] = []
  for (const test of flatTests(tests)) {
    if (test.op === 'number') folded.equals.add(test.text)
    else if (test.op === 'bool') folded.equals.add(String(test.value))
    else if (test.op !== 'text') matchers.push(compileTest(test, context))
    else gatherAll(test.cased ? cased : folded, shapesOf(test.tokens, test.cased))
  }
  const onFolded = compileGathered(folded)
  if (onFolded !== undefined) matchers.unshift((value) => anyText(value.folded, onFolded))
  const onCased = compileGathered(cased)
  if (onCased !== undefined) matchers.unshift((value) => anyText(value.texts, onCased))
  const [only] = matchers
  if (matchers.length === 1 && only !== undefined) return only
  return (value, view) => matchers.some((matcher) => matcher(value, view))
}

function anyText(texts: readonly string[], test: (text: string) => boolean): boolean {
  for (const text of texts) if (test(text)) return true
  return false
}

function emptyGathered(): Gathered {
  return { equals: new Set(), prefixes: [], suffixes: [], contained: [], globs: [] }
}

function gatherAll(into: Gathered, shapes: readonly Shape[]): void {
  for (const shape of shapes) gather(into, shape)
}

function gather(into: Gathered, shape: Shape): void {
  if (shape.kind === 'equals') into.equals.add(shape.text)
  else if (shape.kind === 'prefix') into.prefixes.push(shape.text)
  else if (shape.kind === 'suffix') into.suffixes.push(shape.text)
  else if (shape.kind === 'glob') into.globs.push(shape.glob)
  else into.contained.push(shape.text)
}

function compileGathered(texts: Gathered): ((text: string) => boolean) | undefined {
  const { equals, prefixes, suffixes, contained, globs } = texts
  const tests: ((text: string) => boolean)[] = []
  if (equals.size === 1) {
    const [only] = equals
    tests.push((text) => text === only)
  } else if (equals.size > 1) tests.push(inSet(equals))
  if (suffixes.length > 0) tests.push((text) => suffixes.some((one) => text.endsWith(one)))
  if (prefixes.length > 0) tests.push((text) => prefixes.some((one) => text.startsWith(one)))
  if (contained.length >= MANY_LITERALS) tests.push(inTable(contained))
  else if (contained.length > 0) tests.push((text) => contained.some((one) => text.includes(one)))
  if (globs.length > 0) tests.push((text) => globs.some((glob) => fitsGlob(text, glob)))
  const [first] = tests
  if (tests.length <= 1) return first
  return (text) => tests.some((test) => test(text))
}

/** Looking at the length first saves the hash of most texts. */
function inSet(texts: ReadonlySet<string>): (text: string) => boolean {
  const lengths = new Set([...texts].map((text) => text.length))
  return (text) => lengths.has(text.length) && texts.has(text)
}

function inTable(texts: readonly string[]): (text: string) => boolean {
  const grams = new GramTable(texts.map((text) => ({ text, place: 'contains' as const, owner: 0 })))
  const stop = () => true
  return (text) => grams.scan(text, stop)
}

type OtherTest = Exclude<ValueTest, { op: 'any' | 'text' | 'number' | 'bool' }>

function compileTest(test: OtherTest, context: CompileContext): ValueMatcher {
  switch (test.op) {
    case 'null':
      return (value) => value.isNull
    case 'exists':
      return (value) => value.present === test.value
    case 'regex':
      return compileRegex(test.source, test.flags, context.budget)
    case 'cidr':
      return compileCidr(test.network)
    case 'compare':
      return (value) => anyText(value.texts, (text) => compares(text, test.operator, test.text))
    case 'time':
      return (value) => anyText(value.texts, (text) => timePartOf(text, test.part) === test.value)
    case 'fieldref': {
      const slot = context.table.intern(test.field, context.sysmonNames)
      return (value, view) => refers(value, view.value(slot), test)
    }
  }
}

function compileRegex(source: string, flags: string, budget: RegexBudget): ValueMatcher {
  const regex = new SafeRegex(source, flags)
  return (value) => {
    for (let at = 0; at < value.texts.length; at += 1)
      if (regex.test(value.texts[at] ?? '', value.folded[at] ?? '', budget)) return true
    return false
  }
}

function compileCidr(written: string): ValueMatcher {
  const network = parseNetwork(written)
  return (value) =>
    anyText(value.texts, (text) => {
      const address = parseAddress(text)
      return address !== undefined && network !== undefined && isInside(address, network)
    })
}

/** Whether the text is a number that compares so. */
export function compares(text: string, operator: CompareOperator, limit: string): boolean {
  const order = compareDecimals(text, limit)
  if (order === undefined) return false
  if (operator === 'lt') return order < 0
  if (operator === 'lte') return order <= 0
  return operator === 'gt' ? order > 0 : order >= 0
}

function refers(
  value: FieldValue,
  other: FieldValue,
  test: { place: TextPlace; cased: boolean },
): boolean {
  const left = test.cased ? value.texts : value.folded
  const right = test.cased ? other.texts : other.folded
  return left.some((text) => right.some((part) => stands(text, part, test.place)))
}

/** Whether `part` stands at this place of the text; both are plain text. */
export function stands(text: string, part: string, place: TextPlace): boolean {
  if (place === 'equals') return text === part
  if (place === 'contains') return text.includes(part)
  return place === 'startswith' ? text.startsWith(part) : text.endsWith(part)
}

/** The folded text of a test of one plain value; undefined for any other test. */
export function plainTextOf(test: ValueTest): string | undefined {
  if (test.op === 'number') return test.text
  if (test.op !== 'text') return undefined
  const [shape, more] = shapesOf(test.tokens, false)
  return shape?.kind === 'equals' && more === undefined ? fold(shape.text) : undefined
}
