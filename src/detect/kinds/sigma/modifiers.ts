import { bad, good, type Outcome } from '#base/outcome.ts'
import { compilePattern } from '#base/pattern.ts'
import type { ScalarNode } from '../../yaml.ts'
import { parseNetwork } from './address.ts'
import {
  base64,
  base64Offsets,
  UTF16_FORMS,
  type Utf16Form,
  utf8Bytes,
  utf16Bytes,
} from './encode.ts'
import { expandPlaceholders, type Placeholders } from './placeholders.ts'
import type { CompareOperator, TextPlace, TimePart, Token, ValueTest } from './rule.ts'
import { isDecimal, loosenDashes, surround, tokenise } from './text.ts'

/** The modifiers of one key, sorted by what they do. */
export interface Modifiers {
  readonly all: boolean
  readonly negate: boolean
  readonly cased: boolean
  /** Those that change or type the value, left to right. */
  readonly steps: readonly string[]
}

const PLACES = ['contains', 'startswith', 'endswith']
const COMPARE = ['lt', 'lte', 'gt', 'gte']
const TIME_PARTS = ['minute', 'hour', 'day', 'week', 'month', 'year']
const ALONE = ['exists', 'cidr', ...COMPARE, ...TIME_PARTS]
const REGEX_FLAGS: Readonly<Record<string, string>> = {
  i: 'i',
  ignorecase: 'i',
  m: 'm',
  multiline: 'm',
  s: 's',
  dotall: 's',
}
const KNOWN = new Set([
  ...PLACES,
  ...ALONE,
  ...Object.keys(REGEX_FLAGS),
  ...UTF16_FORMS,
  're',
  'windash',
  'base64',
  'base64offset',
  'fieldref',
  'expand',
])

/** Sorts and checks the modifiers of a key. Answers `sigma.modifier`. */
export function readModifiers(names: readonly string[]): Outcome<Modifiers> {
  const steps = names.filter((name) => !['all', 'neq', 'cased'].includes(name))
  const refuse = (detail: string) => bad('sigma.modifier', { detail })
  const unknown = steps.find((name) => !KNOWN.has(name))
  if (unknown !== undefined) return refuse(`the modifier "${unknown}" is not known`)
  const alone = steps.find((name) => ALONE.includes(name))
  if (alone !== undefined && steps.length > 1)
    return refuse(`"${alone}" cannot be combined with "${steps.find((s) => s !== alone) ?? alone}"`)
  if (steps.includes('re') && steps[0] !== 're')
    return refuse('"re" must come first: another modifier would change the expression')
  const flag = steps.find((name) => name in REGEX_FLAGS)
  if (flag !== undefined && !steps.includes('re')) return refuse(`"${flag}" is a flag of "re"`)
  const wide = steps.findIndex((name) => isUtf16(name))
  if (wide !== -1 && !(steps[wide + 1] ?? '').startsWith('base64'))
    return refuse(`"${steps[wide] ?? ''}" only makes sense right before base64 or base64offset`)
  return good({
    all: names.includes('all'),
    negate: names.includes('neq'),
    cased: names.includes('cased'),
    steps,
  })
}

function isUtf16(name: string): name is Utf16Form {
  return UTF16_FORMS.some((form) => form === name)
}

/** A value on its way through the modifiers: tokens, or raw bytes after a UTF-16 step. */
interface Draft {
  readonly tokens: readonly Token[]
  readonly bytes?: Uint8Array
}

/** Turns one written value into a test. Answers `sigma.value`, `sigma.regex`, `sigma.placeholder` … */
export function readValue(
  node: ScalarNode,
  modifiers: Modifiers,
  placeholders: Placeholders,
): Outcome<ValueTest> {
  const first = modifiers.steps[0]
  if (first === undefined) return good(plainTest(node, modifiers.cased))
  if (node.value === null && first !== 'exists')
    return bad('sigma.value', { detail: `null has no "${first}"` })
  if (first === 're') return regexTest(node.text, modifiers.steps)
  if (ALONE.includes(first)) return typedTest(first, node)
  if (modifiers.steps.includes('fieldref')) return good(fieldTest(node.text, modifiers))
  return textTest(node.text, modifiers, placeholders)
}

function plainTest(node: ScalarNode, cased: boolean): ValueTest {
  if (node.value === null) return { op: 'null' }
  if (typeof node.value === 'boolean') return { op: 'bool', value: node.value }
  if (typeof node.value === 'number') return { op: 'number', text: node.text }
  return { op: 'text', tokens: tokenise(node.text), cased }
}

function regexTest(written: string, steps: readonly string[]): Outcome<ValueTest> {
  const inline = /^\(\?([ims]+)\)/.exec(written)
  const letters = new Set([
    ...(inline?.[1] ?? ''),
    ...steps.map((step) => REGEX_FLAGS[step] ?? '').join(''),
  ])
  const source = written.slice(inline?.[0].length ?? 0)
  const flags = [...letters].sort().join('')
  const compiled = compilePattern(source, {
    i: letters.has('i'),
    m: letters.has('m'),
    s: letters.has('s'),
  })
  if (!compiled.ok)
    return bad('sigma.regex', {
      detail: `not a linear-time expression: ${compiled.detail ?? compiled.code}`,
    })
  return good({ op: 'regex', source, flags })
}

function typedTest(name: string, node: ScalarNode): Outcome<ValueTest> {
  const refuse = (detail: string) => bad('sigma.value', { detail })
  if (name === 'exists') {
    if (typeof node.value === 'boolean') return good({ op: 'exists', value: node.value })
    return refuse(`"exists" needs true or false, got "${node.text}"`)
  }
  if (name === 'cidr') {
    if (parseNetwork(node.text) !== undefined) return good({ op: 'cidr', network: node.text })
    return refuse(`"${node.text}" is no network (address/prefix without host bits)`)
  }
  if (!isDecimal(node.text)) return refuse(`"${name}" needs a number, got "${node.text}"`)
  // COMPARE and TIME_PARTS are exactly the words of these two types.
  if (COMPARE.includes(name))
    return good({ op: 'compare', operator: name as CompareOperator, text: node.text })
  return good({ op: 'time', part: name as TimePart, value: Number(node.text) })
}

function fieldTest(field: string, modifiers: Modifiers): ValueTest {
  const has = (name: string) => modifiers.steps.includes(name)
  const place: TextPlace = has('contains')
    ? 'contains'
    : has('startswith')
      ? 'startswith'
      : has('endswith')
        ? 'endswith'
        : 'equals'
  return { op: 'fieldref', field, place, cased: modifiers.cased }
}

function textTest(
  text: string,
  modifiers: Modifiers,
  placeholders: Placeholders,
): Outcome<ValueTest> {
  let drafts: readonly Draft[] = [{ tokens: tokenise(text) }]
  for (const step of modifiers.steps) {
    const stepped = applyStep(step, drafts, placeholders)
    if (!stepped.ok) return stepped
    drafts = stepped.value
  }
  const tests = drafts.map(
    (draft): ValueTest => ({
      op: 'text',
      tokens: draft.tokens,
      cased: modifiers.cased,
    }),
  )
  const only = tests[0]
  return good(tests.length === 1 && only !== undefined ? only : { op: 'any', tests })
}

function applyStep(
  step: string,
  drafts: readonly Draft[],
  placeholders: Placeholders,
): Outcome<readonly Draft[]> {
  const eachTokens = (change: (tokens: readonly Token[]) => readonly Token[]) =>
    good(drafts.map((draft) => ({ tokens: change(draft.tokens) })))
  if (PLACES.includes(step))
    return eachTokens((tokens) => surround(tokens, step !== 'startswith', step !== 'endswith'))
  if (step === 'windash') return eachTokens(loosenDashes)
  if (step === 'expand') return expandAll(drafts, placeholders)
  return encode(step, drafts)
}

function expandAll(
  drafts: readonly Draft[],
  placeholders: Placeholders,
): Outcome<readonly Draft[]> {
  const found: Draft[] = []
  for (const draft of drafts) {
    const expanded = expandPlaceholders(draft.tokens, placeholders)
    if (!expanded.ok) return expanded
    found.push(...expanded.value.map((tokens) => ({ tokens })))
  }
  return good(found)
}

function encode(step: string, drafts: readonly Draft[]): Outcome<readonly Draft[]> {
  const found: Draft[] = []
  for (const draft of drafts) {
    const bytes = draft.bytes ?? bytesOf(draft.tokens, step)
    if (bytes === undefined)
      return bad('sigma.value', { detail: `a wildcard cannot be encoded by "${step}"` })
    if (isUtf16(step)) found.push({ tokens: [], bytes })
    else {
      const texts = step === 'base64' ? [base64(bytes)] : base64Offsets(bytes)
      found.push(...texts.map((text): Draft => ({ tokens: [{ kind: 'text', text }] })))
    }
  }
  return good(found)
}

function bytesOf(tokens: readonly Token[], step: string): Uint8Array | undefined {
  if (tokens.some((token) => token.kind !== 'text')) return undefined
  const text = tokens.map((token) => (token.kind === 'text' ? token.text : '')).join('')
  return isUtf16(step) ? utf16Bytes(text, step) : utf8Bytes(text)
}
