import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Indicator } from '#shape/indicator.ts'
import { testRuleCases } from './cases.ts'
import { createDetector } from './detector.ts'
import { judgeSilence } from './kinds/silence/judge.ts'
import { RULE_KINDS } from './kinds.ts'
import { compileRules } from './rule-set.ts'
import { makeEvent } from './testing/event.ts'

const NONE = compileRules([])
const DAY = 86_400_000_000

function sigma(more: Record<string, unknown> = {}, detection?: Record<string, unknown>): string {
  return JSON.stringify({
    title: 'Encoded command',
    id: 'r-1',
    logsource: { product: 'x' },
    detection: detection ?? {
      s: { 'cmd|contains': ' -enc ' },
      n: { user: 'svc' },
      condition: 's and not n',
    },
    ...more,
  })
}

function detectorOf(text: string) {
  return createDetector({ ruleSet: compileRules([{ path: 'r.yml', text }]) })
}

test('a finding says in one sentence why, with expected and seen, and whom it is about', () => {
  const event = makeEvent(
    { cmd: `ps -enc ${'A'.repeat(500)}`, Image: 'C:\\ps.exe' },
    { seq: 9, time: 5, where: { host: 'WS-1.corp' }, who: { user: 'CORP\\eve' } },
  )
  const [finding] = detectorOf(sigma({ level: 'high', tags: ['attack.t1059.001'] })).push(
    [event],
    77,
  )
  assert.ok(finding)
  assert.match(finding.why, /^Encoded command: cmd is "ps -enc A+…"\.$/)
  assert.equal(finding.matched[0]?.expected, '* -enc *')
  assert.equal(finding.matched[0]?.seen.length, 200)
  assert.deepEqual(
    finding.entities.map(({ kind, id }) => `${kind}:${id}`),
    ['user:eve', 'host:ws-1', 'process:c:\\ps.exe'],
  )
  assert.deepEqual([finding.kind, finding.detected, finding.positions], ['alert', 77, ['0-9']])
})

test('low and informational rules raise signals, the others alerts', () => {
  const kinds = ['informational', 'low', 'medium', 'high', 'critical'].map((level) => {
    const [finding] = detectorOf(sigma({ level })).push([makeEvent({ cmd: 'x -enc y' })], 0)
    return finding?.kind
  })
  assert.deepEqual(kinds, ['signal', 'signal', 'alert', 'alert', 'alert'])
})

test('a replay gives the same ids; another rule version or event gives others', () => {
  const event = makeEvent({ cmd: 'x -enc y' })
  const idOf = (text: string, one = event) => detectorOf(text).push([one], text.length)[0]?.id
  assert.equal(idOf(sigma()), idOf(sigma()))
  assert.notEqual(idOf(sigma()), idOf(sigma({ description: 'other' })))
  assert.notEqual(idOf(sigma()), idOf(sigma(), makeEvent({ cmd: 'x -enc y' }, { seq: 2 })))
})

test('an excluding value is seen in a list of values', () => {
  const detector = detectorOf(sigma())
  assert.equal(
    detector.push([makeEvent({ cmd: ['a', 'x -enc y'], user: ['a', 'SVC'] })], 0).length,
    0,
  )
})

const indicator = (more: Partial<Indicator>): Indicator => ({
  id: 'i-1',
  kind: 'ip',
  value: '203.0.113.7',
  confidence: 90,
  validFrom: 0,
  validUntil: 10 * DAY,
  feed: 'bad.csv:3',
  description: 'botnet',
  techniques: ['T1071'],
  ...more,
})

for (const [name, one, event, expected] of [
  ['an address in a column', {}, makeEvent({}, { where: { dstIp: '203.0.113.7' } }), 1],
  ['an address deep in the fields', {}, makeEvent({ a: { b: ['203.0.113.7'] } }), 1],
  ['an expired indicator', {}, makeEvent({ ip: '203.0.113.7' }, { time: 11 * DAY }), 0],
  [
    'an indicator not yet valid',
    { validFrom: 5 },
    makeEvent({ ip: '203.0.113.7' }, { time: 4 }),
    0,
  ],
  ['little confidence', { confidence: 49 }, makeEvent({ ip: '203.0.113.7' }), 0],
  ['an address as a part of a longer one', {}, makeEvent({ ip: '1203.0.113.7' }), 0],
  [
    'a domain, its case and its last dot',
    { kind: 'domain', value: 'evil.example' },
    makeEvent({ q: 'EVIL.example.' }),
    1,
  ],
  [
    'a name under a bad domain',
    { kind: 'domain', value: 'evil.example' },
    makeEvent({ q: 'a.b.evil.example' }),
    1,
  ],
  [
    'a name that only ends alike',
    { kind: 'domain', value: 'evil.example' },
    makeEvent({ q: 'notevil.example' }),
    0,
  ],
  [
    'the host of a URL',
    { kind: 'domain', value: 'evil.example' },
    makeEvent({ u: 'https://evil.example:8443/x' }),
    1,
  ],
  [
    'a URL, its host without case',
    { kind: 'url', value: 'http://evil.example/A?b' },
    makeEvent({ u: 'HTTP://Evil.example:80/A?b#c' }),
    1,
  ],
  [
    'a hash among hashes',
    { kind: 'md5', value: 'd41d8cd98f00b204e9800998ecf8427e' },
    makeEvent({ Hashes: 'SHA1=x,MD5=D41D8CD98F00B204E9800998ECF8427E' }),
    1,
  ],
  [
    'a user agent',
    { kind: 'user-agent', value: 'EvilBot/1' },
    makeEvent({ http_user_agent: 'EvilBot/1' }),
    1,
  ],
  [
    'a mail address',
    { kind: 'email', value: 'a@evil.example' },
    makeEvent({ from: 'A@evil.example' }),
    1,
  ],
] as const)
  test(`intelligence meets ${name}`, () => {
    const detector = createDetector({ ruleSet: NONE })
    detector.setIndicators([indicator(one)])
    const findings = detector.push([event], 0)
    assert.equal(findings.length, expected)
    if (expected === 1) assert.match(findings[0]?.why ?? '', /bad\.csv:3 with confidence 90/)
  })

test('names of object prototypes and huge values match no indicator and break nothing', () => {
  const detector = createDetector({ ruleSet: NONE, indicators: [indicator({})] })
  const deep: Record<string, unknown> = {}
  let at = deep
  for (let depth = 0; depth < 5_000; depth += 1) {
    const next = {}
    at['x'] = next
    at = next
  }
  const event = makeEvent({ constructor: 'x', deep, long: '1'.repeat(1_000_000) })
  assert.deepEqual(detector.push([event], 0), [])
})

const BASELINE = `title: New country
id: b-1
level: medium
baseline:
  families: [idp.*]
  outcome: success
  entity: who.user
  value: where.country
  learn:
    time: 2d
    events: 5
  memory: 30d
`

function logon(
  day: number,
  country: string,
  more: { user?: string; outcome?: 'success' | 'failure' } = {},
) {
  return makeEvent(
    {},
    {
      family: 'idp.signin',
      time: day * DAY,
      seq: Math.round(day * 100),
      who: { user: more.user ?? 'Alice@corp.example' },
      where: { country },
      what: {
        classUid: 3002,
        activityId: 1,
        action: 'logon',
        outcome: more.outcome ?? 'success',
        severity: 1,
      },
    },
  )
}

test('the first country is news only when enough is known, and then once', () => {
  const detector = detectorOf(BASELINE)
  const learned = [1, 1.5, 2, 2.2].map((day) => logon(day, 'DE'))
  assert.deepEqual(detector.push([...learned, logon(2.5, 'AT')], 0), [])
  assert.deepEqual(detector.push([logon(2.6, 'CH')], 0), [], 'too young')
  const [finding, ...more] = detector.push([logon(4, 'BR'), logon(4.1, 'BR'), logon(4.2, 'de')], 0)
  assert.deepEqual(more, [])
  assert.equal(
    finding?.why,
    'alice: 6 events with 3 values of where.country in 3 days, never "BR".',
  )
})

test('failures, other families, other people and new people say nothing', () => {
  const detector = detectorOf(BASELINE)
  for (const day of [1, 2, 3, 4, 5, 6]) detector.push([logon(day, 'DE')], 0)
  assert.deepEqual(detector.push([logon(7, 'BR', { outcome: 'failure' })], 0), [])
  assert.deepEqual(detector.push([{ ...logon(7, 'BR'), family: 'linux.auth' }], 0), [])
  assert.deepEqual(detector.push([logon(7, 'BR', { user: 'bob' })], 0), [])
  assert.equal(detector.push([logon(7, 'BR', { user: 'CORP\\ALICE' })], 0).length, 1)
})

test('what was not seen for longer than the memory is news again, and a snapshot keeps what is known', () => {
  const detector = detectorOf(BASELINE)
  for (const day of [1, 2, 3, 4, 5, 40]) detector.push([logon(day, day === 1 ? 'FR' : 'DE')], 0)
  const other = detectorOf(BASELINE)
  assert.equal(other.restore(detector.snapshot()).ok, true)
  assert.equal(other.push([logon(41, 'FR')], 0).length, 1)
  detector.push([logon(41, 'FR')], 0)
  assert.equal(other.snapshot(), detector.snapshot())
})

for (const [name, text] of [
  ['no families', BASELINE.replace('  families: [idp.*]\n', '')],
  ['an unknown key', BASELINE.replace('memory', 'memori')],
  ['an unknown outcome', BASELINE.replace('outcome: success', 'outcome: good')],
  ['no number of events', BASELINE.replace('events: 5', 'events: many')],
] as const)
  test(`a baseline with ${name} is refused`, () => {
    const set = compileRules([{ path: 'b.yml', text }])
    assert.equal(set.baselines.length, 0)
    assert.equal(set.problems[0]?.code, 'baseline.invalid')
  })

test('silence is one finding for an episode, however often it is judged', () => {
  const source = {
    id: 'fw',
    family: 'fortinet.fortigate',
    freshnessMs: 60_000,
    lastReceived: 1_000_000,
    since: 0,
  }
  const at = (seconds: number, more = {}) =>
    judgeSilence({ sources: [{ ...source, ...more }], now: seconds * 1_000_000 })
  assert.deepEqual(at(61), [])
  const [first] = at(62)
  assert.equal(first?.id, at(9_000)[0]?.id)
  assert.match(
    first?.why ?? '',
    /^The source fw has sent nothing for 61 s; the plan expects something every 60 s\.$/,
  )
  assert.notEqual(first?.id, at(200, { lastReceived: 2_000_000 })[0]?.id)
  assert.deepEqual(at(62, { since: 30_000_000 }), [], 'nobody listened before')
  assert.deepEqual(at(9_000, { freshnessMs: 0 }), [], 'the plan expects nothing')
  assert.match(at(100, { lastReceived: 0 })[0]?.why ?? '', /since Vedette began to listen/)
})

test('the cases in a rule file are run, and a failed one says why', () => {
  const cases = [
    { name: 'fires', fires: true, family: 'x.log', record: { cmd: 'a -enc b' } },
    { name: 'quiet', fires: false, family: 'x.log', record: { cmd: 'a -enc b', user: 'svc' } },
    { name: 'wrong', fires: true, family: 'x.log', record: { cmd: 'a' } },
    { name: 'elsewhere', fires: true, family: 'y.log', record: { cmd: 'a -enc b' } },
    { name: 'nothing', fires: true, family: 'none', record: { cmd: 'a' } },
    { name: 'surprise', fires: false, family: 'x.log', record: { cmd: 'a -enc b' } },
  ]
  const results = testRuleCases({ path: 'r.yml', text: sigma({ cases }) }, (record, family) =>
    // A case's record is a map in these tests.
    family === 'none' ? [] : [makeEvent(record as Record<string, unknown>, { family })],
  )
  assert.deepEqual(
    results.map(({ name, passed, reason }) => [name, passed, reason]),
    [
      ['fires', true, ''],
      ['quiet', true, ''],
      ['wrong', false, 'the log source fits, but the condition does not hold'],
      ['elsewhere', false, "the rule's log source does not take events of y.log"],
      ['nothing', false, 'the record gave no event'],
      ['surprise', false, 'it fired on cmd: a -enc b'],
    ],
  )
})

test('rule kinds are listed in order, each with words for people', () => {
  const names = RULE_KINDS.map((kind) => kind.name)
  assert.deepEqual(names, names.toSorted())
  for (const kind of RULE_KINDS) assert.match(kind.summary, /\.$/)
})
