import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { compileRules } from '../../rule-set.ts'
import { makeEvent } from '../../testing/event.ts'
import { SigmaEngine } from './engine.ts'
import { holdsNaively } from './naive.ts'

const piece = fc.constantFrom(
  'ab',
  'cd',
  'AB',
  '-x',
  ' /y',
  '\\',
  '*',
  '?',
  'é',
  'É',
  '😀',
  'σ',
  'Σς',
  '.exe',
  'powershell',
  '1',
  '',
)
const written = fc.array(piece, { maxLength: 4 }).map((pieces) => pieces.join(''))
const value = fc.oneof(
  written,
  fc.integer({ min: -3, max: 12 }),
  fc.boolean(),
  fc.constantFrom('10.0.0.1', '::1', '2025-08-02T13:45:10Z', 'İ', 'K', 'ſ'),
)
const modifiers = fc.constantFrom(
  '',
  '',
  '|contains',
  '|startswith',
  '|endswith',
  '|contains|windash',
  '|cased',
  '|endswith|cased',
  '|base64offset|contains',
  '|neq',
)
const field = fc.constantFrom('f', 'g', 'H h', 'n.m')
const item = fc
  .tuple(field, modifiers, fc.array(value, { minLength: 1, maxLength: 14 }), fc.boolean())
  .filter(
    ([, modifier, values]) =>
      !modifier.includes('base64') || values.every((one) => !/[*?]/.test(String(one))),
  )
  .map(([name, modifier, values, all]) => ({
    [`${name}${modifier}${all && values.length > 1 ? '|all' : ''}`]: values,
  }))
const special = fc.constantFrom<Record<string, unknown>>(
  { f: null },
  { 'g|exists': true },
  { 'f|fieldref': 'g' },
  { 'f|re': 'a.*(cd|é)' },
  { 'f|re|i': '(AB|x){1,2}$' },
  { 'f|gt': 3 },
  { 'f|cidr': '10.0.0.0/8' },
  { 'f|hour': 13 },
)
const selection = fc.oneof(
  { weight: 5, arbitrary: item },
  { weight: 2, arbitrary: special },
  {
    weight: 2,
    arbitrary: fc.array(
      written.filter((one) => one !== ''),
      { minLength: 1, maxLength: 3 },
    ),
  },
  { weight: 1, arbitrary: fc.tuple(item, item).map(([left, right]) => [left, right]) },
)
const condition = fc.constantFrom(
  'a',
  'a and b',
  'a or b',
  'a and not b',
  'not a',
  '1 of them',
  'all of them',
  'not (a or not b)',
)
const rule = fc.record({ a: selection, b: selection, condition })
const eventValue = fc.oneof(
  value,
  fc.constant(null),
  fc.array(fc.oneof(value, fc.constant(null)), { maxLength: 3 }),
)
const fields = fc.record(
  {
    f: eventValue,
    G: eventValue,
    'H h': eventValue,
    hH: eventValue,
    n: fc.record({ m: eventValue }),
    'n.m': eventValue,
  },
  { requiredKeys: [] },
)

test('index and compiled matchers agree with the slow twin on any rules and events', () => {
  fc.assert(
    fc.property(
      fc.array(rule, { minLength: 1, maxLength: 6 }),
      fc.array(fields, { minLength: 1, maxLength: 4 }),
      (rules, events) => {
        const files = rules.map((detection, at) => ({
          path: `${at}.yml`,
          text: JSON.stringify({
            title: 't',
            id: `id-${at}`,
            logsource: { product: 'x' },
            detection,
          }),
        }))
        const set = compileRules(files)
        const engine = new SigmaEngine(set.sigma)
        for (const one of events) {
          const event = makeEvent(one)
          const slow = set.sigma.flatMap((each, at) =>
            holdsNaively(each, event, false) ? [at] : [],
          )
          assert.deepEqual([...engine.match(event)], slow)
        }
      },
    ),
    { numRuns: 300 },
  )
})

test('a generated rule set is mostly accepted, so that the property above says something', () => {
  const samples = fc.sample(rule, { numRuns: 100, seed: 7 })
  const files = samples.map((detection, at) => ({
    path: `${at}.yml`,
    text: JSON.stringify({ title: 't', id: `id-${at}`, logsource: { product: 'x' }, detection }),
  }))
  assert.ok(compileRules(files).sigma.length > 80)
})
