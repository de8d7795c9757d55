import { compilePattern } from '#base/pattern.ts'
import type { Event } from '#shape/event.ts'
import type { MatchedField } from '#shape/finding.ts'
import { columnOf } from '../../columns.ts'
import { isInside, parseAddress, parseNetwork } from './address.ts'
import { aliasesOf, windowsKeyOf } from './aliases.ts'
import type { Expression } from './condition.ts'
import { everyText, pathValues } from './event-view.ts'
import { compares, stands } from './matcher.ts'
import type { Block, Detection, Item, SigmaRule, Token, ValueTest } from './rule.ts'
import { canonicalText, DASHES, fold, showTokens } from './text.ts'
import { timePartOf } from './time-part.ts'

/** What a field holds: whether it is there, and its scalar values as text. */
interface Found {
  readonly present: boolean
  readonly isNull: boolean
  readonly texts: readonly string[]
}

/** One event under one rule, read the plain way: no index, no cache, no compiled form. */
interface Reading {
  readonly event: Event
  readonly sysmonNames: boolean
  /** Positive items that held, for the explanation. */
  readonly held: { readonly item: Item; readonly test: ValueTest; readonly seen: string }[]
}

/**
 * Whether the rule's conditions hold for the event, decided by reading the rule word by word: the slow twin of the
 * fast matcher. The log source is not looked at.
 */
export function holdsNaively(rule: SigmaRule, event: Event, sysmonNames: boolean): boolean {
  return blocksHold(rule, { event, sysmonNames, held: [] })
}

const MAX_MATCHED = 10
const MAX_TEXT = 200

/** The fields that made the rule match, with what was expected and seen; at most 10. */
export function explainMatch(rule: SigmaRule, event: Event, sysmonNames: boolean): MatchedField[] {
  const reading: Reading = { event, sysmonNames, held: [] }
  blocksHold(rule, reading)
  const known = new Set<string>()
  const matched: MatchedField[] = []
  for (const { item, test, seen } of reading.held) {
    const field = item.field ?? 'any value'
    const expected = cut(showTest(test))
    if (known.has(`${field}\n${expected}`) || matched.length >= MAX_MATCHED) continue
    known.add(`${field}\n${expected}`)
    matched.push({ field, expected, seen: cut(seen) })
  }
  return matched
}

/** A text of at most 200 characters. */
function cut(text: string): string {
  return text.length <= MAX_TEXT ? text : `${text.slice(0, MAX_TEXT - 1)}…`
}

function blocksHold(rule: SigmaRule, reading: Reading): boolean {
  return [rule.block, ...rule.filters].every((block) =>
    expressionHolds(block.condition, block, { reading, positive: true }),
  )
}

interface Walk {
  readonly reading: Reading
  readonly positive: boolean
}

function expressionHolds(node: Expression, block: Block, walk: Walk): boolean {
  if (node.kind === 'not')
    return !expressionHolds(node.of, block, { ...walk, positive: !walk.positive })
  if (node.kind === 'name') {
    const detection = block.detections.get(node.name)
    return detection !== undefined && detectionHolds(detection, walk)
  }
  return node.kind === 'and'
    ? node.parts.every((part) => expressionHolds(part, block, walk))
    : node.parts.some((part) => expressionHolds(part, block, walk))
}

function detectionHolds(detection: Detection, walk: Walk): boolean {
  if (detection.kind === 'and') return detection.parts.every((part) => detectionHolds(part, walk))
  if (detection.kind === 'or') return detection.parts.some((part) => detectionHolds(part, walk))
  return itemHolds(detection, walk)
}

function itemHolds(item: Item, { reading, positive }: Walk): boolean {
  const found = item.field === undefined ? everything(reading.event) : lookUp(item.field, reading)
  const note = (test: ValueTest, seen: string) => {
    if (positive && !item.negate && reading.held.length < 200)
      reading.held.push({ item, test, seen })
  }
  const one = (test: ValueTest): boolean => {
    const seen = testHolds(test, found, reading)
    if (seen !== undefined) note(test, seen)
    return seen !== undefined
  }
  const holds = item.all ? item.tests.every(one) : item.tests.some(one)
  return item.negate ? !holds : holds
}

function everything(event: Event): Found {
  return { present: true, isNull: false, texts: everyText(event) }
}

/** Looks a field up: renamed, exact, ignoring case, without spaces, spaces as underscores, as a path, by alias. */
function lookUp(name: string, { event, sysmonNames }: Reading): Found {
  const aliases = aliasesOf(windowsKeyOf(event))
  const folded = fold(name)
  const renamed = sysmonNames ? aliases.sysmon?.get(folded)?.(event) : undefined
  if (renamed !== undefined) return found([renamed])
  if (Object.hasOwn(event.fields, name)) return found([event.fields[name]])
  const forms: ((key: string) => string)[] = [
    (key) => key,
    (key) => key.replaceAll(' ', ''),
    (key) => key.replaceAll(' ', '_'),
  ]
  for (const form of forms)
    for (const [key, value] of Object.entries(event.fields))
      if (form(key).length === name.length && fold(form(key)) === folded) return found([value])
  const path = name.includes('.') ? pathValues(event.fields, name, 0) : []
  if (path.length > 0) return found(path)
  const alias = aliases.missing?.get(folded)?.(event)
  const value = alias ?? columnOf(event, name)
  return value === undefined ? { present: false, isNull: true, texts: [] } : found([value])
}

/** The first scalar value of a field as text, looked up as a rule would; null when there is none. */
export function fieldText(event: Event, field: string, sysmonNames: boolean): string | null {
  return lookUp(field, { event, sysmonNames, held: [] }).texts[0] ?? null
}

function found(values: readonly unknown[]): Found {
  const flat = values.flat(32)
  const texts = flat.map(canonicalText).filter((text) => text !== undefined)
  const objects = flat.some((value) => typeof value === 'object' && value !== null)
  return { present: true, isNull: texts.length === 0 && !objects, texts }
}

/** The value that satisfied the test (as it was seen), or undefined. */
function testHolds(test: ValueTest, found: Found, reading: Reading): string | undefined {
  switch (test.op) {
    case 'null':
      return found.isNull ? '(no value)' : undefined
    case 'exists':
      return found.present === test.value ? (found.texts[0] ?? '(no value)') : undefined
    case 'any':
      return firstOf(test.tests, (one) => testHolds(one, found, reading))
    case 'fieldref': {
      const other = lookUp(test.field, reading)
      const plain = (text: string) => (test.cased ? text : fold(text))
      return found.texts.find((text) =>
        other.texts.some((part) => stands(plain(text), plain(part), test.place)),
      )
    }
    default: {
      const fits = textTest(test)
      return found.texts.find(fits)
    }
  }
}

function firstOf<T, R>(list: readonly T[], pick: (one: T) => R | undefined): R | undefined {
  for (const one of list) {
    const picked = pick(one)
    if (picked !== undefined) return picked
  }
  return undefined
}

type TextTest = Exclude<ValueTest, { op: 'null' | 'exists' | 'any' | 'fieldref' }>

function textTest(test: TextTest): (text: string) => boolean {
  switch (test.op) {
    case 'number':
      return (text) => text === test.text
    case 'bool':
      return (text) => fold(text) === String(test.value)
    case 'text':
      return (text) => fitsTokens(text, test.tokens, test.cased)
    case 'compare':
      return (text) => compares(text, test.operator, test.text)
    case 'time':
      return (text) => timePartOf(text, test.part) === test.value
    case 'cidr':
      return (text) => {
        const [address, network] = [parseAddress(text), parseNetwork(test.network)]
        return address !== undefined && network !== undefined && isInside(address, network)
      }
    case 'regex': {
      const flag = (letter: string) => test.flags.includes(letter)
      const pattern = compilePattern(test.source, { i: flag('i'), m: flag('m'), s: flag('s') })
      return (text) => pattern.ok && pattern.value.test(text)
    }
  }
}

/** Greedy wildcard matching over code points, going back to the last star only. */
function fitsTokens(text: string, tokens: readonly Token[], cased: boolean): boolean {
  const plain = (written: string) => (cased ? written : fold(written))
  const value = plain(text)
  const [first, second, third] = tokens
  if (tokens.length === 1 && first?.kind === 'text') return value === plain(first.text)
  if (first?.kind === 'many' && second?.kind === 'text') {
    if (tokens.length === 2) return value.endsWith(plain(second.text))
    if (tokens.length === 3 && third?.kind === 'many') return value.includes(plain(second.text))
  }
  const pattern = tokens.flatMap((token): (string | Token)[] =>
    token.kind === 'text' ? [...plain(token.text)] : [token],
  )
  return greedy([...value], pattern)
}

function greedy(chars: readonly string[], pattern: readonly (string | Token)[]): boolean {
  let [at, place, starPlace, starAt] = [0, 0, -1, 0]
  while (at < chars.length) {
    const wanted = pattern[place]
    if (typeof wanted === 'object' && wanted.kind === 'many') {
      starPlace = place
      starAt = at
      place += 1
    } else if (fitsChar(chars[at] ?? '', wanted)) {
      at += 1
      place += 1
    } else if (starPlace !== -1) {
      starAt += 1
      at = starAt
      place = starPlace + 1
    } else return false
  }
  return pattern.slice(place).every((rest) => typeof rest === 'object' && rest.kind === 'many')
}

function fitsChar(char: string, wanted: string | Token | undefined): boolean {
  if (wanted === undefined) return false
  if (typeof wanted === 'string') return char === wanted
  return wanted.kind === 'one' || (wanted.kind === 'dash' && DASHES.includes(char))
}

/** What a test expects, for people. */
function showTest(test: ValueTest): string {
  switch (test.op) {
    case 'text':
      return showTokens(test.tokens)
    case 'number':
      return test.text
    case 'bool':
      return String(test.value)
    case 'null':
      return 'no value'
    case 'exists':
      return test.value ? 'the field' : 'no such field'
    case 'regex':
      return `/${test.source}/${test.flags}`
    case 'cidr':
      return `in ${test.network}`
    case 'compare':
      return `${{ lt: '<', lte: '<=', gt: '>', gte: '>=' }[test.operator]} ${test.text}`
    case 'time':
      return `${test.part} ${test.value}`
    case 'fieldref':
      return `${test.place} the field ${test.field}`
    case 'any':
      return test.tests.map(showTest).join(' or ')
  }
}
