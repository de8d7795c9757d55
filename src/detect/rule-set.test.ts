import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compileRules } from './rule-set.ts'

const RULE = `title: A rule
id: 11111111-1111-4111-8111-111111111111
logsource:
  product: conformance
detection:
  sel:
    f: x
  condition: sel
`

function problemsOf(text: string) {
  return compileRules([{ path: 'r.yml', text }]).problems.map(({ severity, code, line }) => ({
    severity,
    code,
    line,
  }))
}

test('a clean rule has no problems, and its head becomes the rule info', () => {
  const text = `${RULE}level: high\ntags:\n  - attack.t1110.001\n  - attack.credential_access\n  - attack.g0001\n`
  const { rules, problems } = compileRules([{ path: 'r.yml', text }])
  assert.deepEqual(problems, [])
  assert.equal(rules[0]?.level, 'high')
  assert.deepEqual(rules[0]?.techniques, ['T1110.001'])
  assert.deepEqual(rules[0]?.tactics, ['credential-access'])
})

for (const [name, text, code, line] of [
  [
    'an unknown identifier',
    RULE.replace('condition: sel', 'condition: sel and other'),
    'sigma.condition',
    8,
  ],
  ['an unknown modifier', RULE.replace('f: x', 'f|glitter: x'), 'sigma.modifier', 7],
  [
    'a missing logsource',
    RULE.replace('logsource:\n  product: conformance\n', ''),
    'sigma.log-source',
    1,
  ],
  ['an empty selection list', RULE.replace('f: x', 'f: []'), 'sigma.value', 7],
  [
    'a list inside a list',
    RULE.replace('\n    f: x', '\n    - [a]\n    - f: x'),
    'sigma.detection',
    7,
  ],
  [
    'an old timeframe',
    RULE.replace('  condition', '  timeframe: 5m\n  condition'),
    'sigma.detection',
    8,
  ],
  ['a backtracking expression', RULE.replace('f: x', "f|re: '(?=a)b'"), 'sigma.regex', 7],
  ['no body', 'title: nothing\nid: x\n', 'rule.kind', 1],
  ['a list', '- a\n- b\n', 'rule.not-a-map', 1],
  ['two bodies', `${RULE}correlation:\n  type: event_count\n`, 'rule.kind', 1],
] as const)
  test(`${name} is refused with its place`, () => {
    assert.deepEqual(
      problemsOf(text).filter((problem) => problem.severity === 'rejected'),
      [{ severity: 'rejected', code, line }],
    )
  })

test('a key that means nothing here is never ignored in silence', () => {
  assert.deepEqual(problemsOf(`${RULE}lvl: high\n`), [
    { severity: 'warning', code: 'rule.unknown-key', line: 9 },
  ])
})

test('the second rule with an id is refused, the first one runs', () => {
  const set = compileRules([
    { path: 'a.yml', text: RULE },
    { path: 'b.yml', text: RULE },
  ])
  assert.equal(set.sigma.length, 1)
  assert.deepEqual(
    set.problems.map(({ path, code }) => [path, code]),
    [['b.yml', 'rule.duplicate-id']],
  )
})

test('an unset placeholder refuses the rule by name; a value lets it run', () => {
  const text = RULE.replace('f: x', "f|expand: '%servers%'")
  const refused = compileRules([{ path: 'r.yml', text }])
  assert.match(refused.problems[0]?.text ?? '', /%servers%/)
  const set = compileRules([{ path: 'r.yml', text }], { placeholders: { servers: ['a', 'b'] } })
  assert.equal(set.sigma.length, 1)
})

test('a Windows service without a known channel runs and warns', () => {
  const text = RULE.replace('product: conformance', 'product: windows\n  service: made-up')
  assert.deepEqual(
    problemsOf(text).map(({ code }) => code),
    ['sigma.log-source'],
  )
})

test('a filter that names no rule, and one that keeps instead of excludes, are pointed out', () => {
  const filter = (rules: string) =>
    `title: F\nid: 22222222-2222-4222-8222-222222222222\nlogsource:\n  product: conformance\nfilter:\n  rules: ${rules}\n  s:\n    u: adm\n  condition: s\n`
  assert.deepEqual(
    problemsOf(`${RULE}---\n${filter('[nobody]')}`).map(({ code }) => code),
    ['filter.not-negated', 'filter.unused'],
  )
  const set = compileRules([{ path: 'r.yml', text: `${RULE}---\n${filter('any')}` }])
  assert.equal(set.sigma[0]?.filters.length, 1)
  const plain = compileRules([{ path: 'r.yml', text: RULE }])
  assert.notEqual(set.rules[0]?.version, plain.rules[0]?.version)
})

test('a correlation of a refused rule is refused with it', () => {
  const broken = RULE.replace('condition: sel', 'condition: nothing').replace(
    'title',
    'name: base\ntitle',
  )
  const text = `${broken}---\ntitle: C\nid: 33333333-3333-4333-8333-333333333333\ncorrelation:\n  type: event_count\n  rules: [base]\n  timespan: 5m\n  condition:\n    gte: 3\n`
  const set = compileRules([{ path: 'r.yml', text }])
  assert.deepEqual(
    set.problems.map(({ code }) => code),
    ['sigma.condition', 'correlation.reference'],
  )
  assert.deepEqual(set.rules, [])
})
