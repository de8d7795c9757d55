import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { SourceFacts } from '#shape/health.ts'
import { defaultPlan } from '../default-plan.ts'
import type { Judged } from './input.ts'
import {
  DAY,
  facts,
  incident,
  judge,
  MINUTE,
  NOW,
  PERFECT,
  planOf,
  rule,
} from './testing/judged.ts'

test('everything proven, healthy and met is green, and says so', () => {
  const report = judge()
  assert.deepEqual(report.blindSpots, [])
  assert.equal(report.green, true)
  assert.equal(report.sentence, '1 of 1 source healthy, 0 blind spots, 0 incidents need you.')
  assert.deepEqual(
    report.coverage.map((cell) => cell.state),
    ['proven', 'proven'],
  )
  assert.equal(report.coverage[1]?.provenAt, NOW - DAY)
  assert.equal(report.obligations[0]?.state, 'met')
})

const sourceCases: [string, Partial<SourceFacts> | undefined, string, string | undefined][] = [
  ['never sent', undefined, 'never', 'source-never'],
  [
    'silent beyond its freshness',
    { lastReceived: NOW - 20 * MINUTE, lastTime: NOW - 20 * MINUTE },
    'silent',
    'source-silent',
  ],
  ['sending what nobody understands', { events: 0, families: [] }, 'degraded', 'source-degraded'],
  ['sending another family', { families: ['unknown'] }, 'degraded', 'source-degraded'],
  ['full of dead letters', { dead: 100, stored: 900 }, 'degraded', 'source-degraded'],
  ['an hour ahead of time', { lastTime: NOW + 60 * MINUTE }, 'degraded', 'source-degraded'],
  ['two days late', { lastTime: NOW - 2 * DAY }, 'degraded', 'source-degraded'],
  ['without a field', { fieldPresence: { user: 0.99, src_ip: 0.49 } }, 'degraded', 'field-missing'],
  [
    'with a field that nobody measured',
    { fieldPresence: { user: 1 } },
    'degraded',
    'field-missing',
  ],
  ['with a few dead letters', { dead: 3, stored: 997 }, 'healthy', undefined],
]
for (const [words, change, state, kind] of sourceCases)
  test(`a source ${words} is ${state}`, () => {
    const report = judge({ facts: change === undefined ? [] : [facts(change)] })
    assert.equal(report.sources[0]?.state, state)
    assert.equal(report.blindSpots.find((spot) => spot.subject.startsWith('idp'))?.kind, kind)
    assert.equal(report.green, kind === undefined)
  })

test('a missing field names the line that asks for it, the share, the targets and the way out', () => {
  const [spot] = judge({ facts: [facts({ fieldPresence: { user: 1, src_ip: 0.2 } })] }).blindSpots
  assert.deepEqual(
    [spot?.kind, spot?.subject, spot?.level, spot?.at, spot?.targets],
    ['field-missing', 'idp src_ip', 'critical', 'plan.yaml:6', ['identity']],
  )
  assert.match(spot?.text ?? '', /20 %/)
  assert.match(spot?.fix ?? '', /\(it\)/)
})

test('the four states of coverage', () => {
  const stateOf = (more: Partial<Judged>) =>
    judge(more).coverage.find((cell) => cell.technique === 'T1110.003')
  assert.equal(stateOf({ facts: [] })?.state, 'no-data')
  assert.equal(stateOf({ rules: [] })?.state, 'no-rule')
  assert.equal(
    stateOf({ rules: [rule('dc', ['T1110.003'], ['windows.security'])] })?.state,
    'no-data',
  )
  assert.equal(stateOf({ proofs: new Map() })?.state, 'unproven')
  assert.equal(stateOf({})?.state, 'proven')
})

test('an old proof, or one on a source that is degraded now, no longer counts', () => {
  assert.equal(
    judge({ proofs: new Map([['spray', NOW - 91 * DAY]]) }).coverage[1]?.state,
    'unproven',
  )
  assert.equal(judge({ facts: [facts({ dead: 500 })] }).coverage[1]?.state, 'unproven')
  assert.equal(judge({ facts: [facts({ lastReceived: NOW - DAY })] }).coverage[1]?.state, 'no-data')
})

test('a rule for the parent does not cover a sub-technique; one for a sub-technique covers its parent in part and says so', () => {
  assert.equal(judge({ rules: [rule('brute', ['T1110'])] }).coverage[1]?.state, 'no-rule')
  const plan = planOf(
    'targets: [{ id: a, threats: [T1110] }]\nsources: [{ id: idp, family: okta.system, match: { feed: x }, targets: [a] }]\n',
  )
  const [cell] = judge({}, plan).coverage
  assert.equal(cell?.state, 'proven')
  assert.match(
    cell?.text ?? '',
    /Sub-techniques without a rule: T1110\.001, T1110\.002, T1110\.004/,
  )
})

test('a source that watches another target gives no coverage', () => {
  const plan = planOf(
    'targets: [{ id: a, threats: [T1110.003] }, { id: b }]\nsources: [{ id: idp, family: okta.system, match: { feed: x }, targets: [b] }]\n',
  )
  assert.equal(judge({}, plan).coverage[0]?.state, 'no-data')
})

test('a cell shows the worst of its targets', () => {
  const plan = planOf(
    'targets: [{ id: a, threats: [T1110.003] }, { id: b, threats: [T1110.003] }]\nsources: [{ id: idp, family: okta.system, match: { feed: x }, targets: [a] }]\n',
  )
  const report = judge({}, plan)
  assert.equal(report.coverage[0]?.state, 'no-data')
  assert.match(report.coverage[0]?.text ?? '', /At b; elsewhere it is better\.$/)
  assert.deepEqual(
    report.targets.map((target) => target.threats[0]?.state),
    ['proven', 'no-data'],
  )
})

test('a tactic stands for its techniques and its gaps are one blind spot', () => {
  const plan = planOf(
    'targets: [{ id: a, threats: [impact] }]\nsources: [{ id: idp, family: okta.system, match: { feed: x }, targets: [a] }]\n',
  )
  const report = judge({}, plan)
  assert.ok(report.coverage.length > 5)
  const spots = report.blindSpots.filter((spot) => spot.kind === 'threat-no-data')
  assert.equal(spots.length, 1)
  assert.equal(spots[0]?.subject, 'impact')
})

const gap = (more: Partial<SourceFacts>, ago: number, what: Partial<Judged> = {}) =>
  judge({
    facts: [facts(more)],
    proofs: new Map([['spray', NOW - ago]]),
    ...what,
  }).coverage.find((cell) => cell.technique === 'T1110.003')

test('a rule that fired while a field was missing is proven; one that fired before that is not', () => {
  const lacking = { fieldPresence: { user: 0.99, src_ip: 0 } }
  assert.equal(gap(lacking, MINUTE)?.state, 'proven')
  assert.equal(gap(lacking, 3 * DAY)?.state, 'unproven')
  assert.match(gap(lacking, 3 * DAY)?.text ?? '', /but idp is degraded since/)
  assert.equal(gap({ dead: 500 }, MINUTE)?.state, 'unproven')
})

test('a rule for every family of a kind is fed by each of them', () => {
  const wide = { rules: [rule('spray', ['T1110.003'], ['nginx.*', 'okta.*'])] }
  assert.equal(gap({}, MINUTE, wide)?.state, 'proven')
  assert.equal(judge(wide).sources[0]?.rules, 1)
  assert.equal(judge(wide).noise[0]?.rules, 1)
  const other = { rules: [rule('spray', ['T1110.003'], ['okta', 'oktan.*', '*.access'])] }
  assert.equal(gap({}, MINUTE, other)?.state, 'no-data')
  assert.equal(judge(other).sources[0]?.rules, 0)
})

test('texts are whole sentences that leave names as the plan writes them', () => {
  const report = judge({ facts: [facts({ fieldPresence: { user: 0.2, src_ip: 1 } })] })
  assert.equal(
    report.obligations[0]?.evidence,
    'For identity: idp carries user in 20 % of its events, needed 90 %.',
  )
  for (const spot of report.blindSpots) {
    assert.match(spot.text, /^\S.*\.$/)
    assert.doesNotMatch(spot.text, /: [A-Z][a-z]/)
  }
  const never = judge({ facts: [] })
  const spot = never.blindSpots.find(({ kind }) => kind === 'source-never')
  assert.equal(spot?.text, 'Nothing has arrived from idp.')
  assert.equal(
    never.sentence,
    '0 of 1 source healthy, 1 never connected, 4 blind spots, 0 incidents need you.',
  )
})

test('the budget counts incidents of the last day without duplicates', () => {
  const plan = planOf('budgets: { alertsPerDay: 1 }\n')
  const incidents = [
    incident(),
    incident({ id: 'b' }),
    incident({ id: 'c', closeReason: 'duplicate', status: 'closed' }),
    incident({ id: 'd', opened: NOW - 2 * DAY }),
  ]
  assert.deepEqual(judge({ incidents }, plan).budget, {
    alertsPerDay: 1,
    alertsLastDay: 2,
    over: true,
  })
})

test('without a plan nothing is green and the sentence says that there is none', () => {
  const report = judge({}, defaultPlan())
  assert.equal(report.green, false)
  assert.equal(
    report.sentence,
    'No plan yet: 1 source sends, nobody has said what to protect, 0 incidents need you.',
  )
  assert.equal(report.sources[0]?.state, 'unplanned')
  assert.equal(report.noise[0]?.verdict, 'unknown')
})

test('a plan without targets says so', () => {
  const report = judge(
    {},
    planOf('sources: [{ id: idp, family: okta.system, match: { feed: x } }]\n'),
  )
  assert.equal(report.green, false)
  assert.match(report.sentence, /the plan names nothing to protect/)
})

test('the sentence counts sources, blind spots, incidents, unplanned senders and the unproven', () => {
  const report = judge({
    facts: [facts(), facts({ source: 'http:stray' })],
    incidents: [incident()],
    proofs: new Map(),
  })
  assert.equal(
    report.sentence,
    '1 of 1 source healthy, 0 blind spots, 1 incident needs you, 1 source sends without being planned, 2 threats unproven.',
  )
  assert.equal(report.targets[0]?.openIncidents, 1)
  assert.equal(report.green, false)
})

test('green is never said when anything is unknown, whatever the facts', () => {
  const share = fc.constantFrom(0, 0.3, 0.95, 1)
  const change = fc.record({
    events: fc.constantFrom(0, 1_000),
    dead: fc.constantFrom(0, 900),
    ago: fc.integer({ min: 0, max: 60 }),
    user: share,
    src: share,
    hasRule: fc.boolean(),
    hasProof: fc.boolean(),
    open: fc.boolean(),
  })
  fc.assert(
    fc.property(change, (one) => {
      const at = NOW - one.ago * MINUTE
      const report = judge({
        facts: [
          facts({
            events: one.events,
            dead: one.dead,
            lastReceived: at,
            lastTime: at,
            fieldPresence: { user: one.user, src_ip: one.src },
          }),
        ],
        rules: one.hasRule ? PERFECT.rules : [],
        proofs: one.hasProof ? PERFECT.proofs : new Map(),
        incidents: one.open ? [incident()] : [],
      })
      const isGood =
        one.events > 0 &&
        one.dead === 0 &&
        one.ago <= 15 &&
        one.user >= 0.9 &&
        one.src >= 0.5 &&
        one.hasRule &&
        one.hasProof &&
        !one.open
      assert.equal(report.green, isGood)
    }),
    { numRuns: 300 },
  )
})
