import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { RuleInfo } from '#shape/finding.ts'
import type { SourceFacts } from '#shape/health.ts'
import type { Incident } from '#shape/incident.ts'
import { defaultPlan } from '../default-plan.ts'
import { loadPlan } from '../load.ts'
import type { Plan } from '../schema.ts'
import type { Judged } from './input.ts'
import { judgePlan } from './judge.ts'

const NOW = Date.UTC(2026, 0, 10) * 1000
const MINUTE = 60_000_000
const DAY = 86_400_000_000

function planOf(text: string): Plan {
  const { plan, problems } = loadPlan(`version: 1\nname: acme\n${text}`, 'plan.yaml')
  assert.ok(plan, problems.map((one) => one.text).join('\n'))
  return plan
}

const PLAN = planOf(`targets:
  - { id: identity, kind: identity, owner: it, criticality: critical, threats: [T1110.003, T1078] }
sources:
  - { id: idp, family: okta.system, owner: it, match: { feed: "http:idp" }, targets: [identity], freshness: 15m, fields: [user, src_ip] }
obligations:
  - { id: pci, standard: PCI DSS, clause: "10.2.1", needs: { families: [okta.system], fields: [user] }, targets: [identity] }
`)

const facts = (more: Partial<SourceFacts> = {}): SourceFacts => ({
  source: 'idp',
  families: ['okta.system'],
  firstReceived: NOW - DAY,
  lastReceived: NOW - MINUTE,
  lastTime: NOW - MINUTE,
  received: 1_000,
  bytes: 100_000,
  stored: 1_000,
  dead: 0,
  dropped: 0,
  events: 1_000,
  findings: 1,
  fieldPresence: { user: 0.99, src_ip: 0.98 },
  perMinute: [],
  ...more,
})

const rule = (id: string, techniques: string[], families = ['okta.system']): RuleInfo => ({
  id,
  title: `Rule ${id}`,
  kind: 'sigma',
  level: 'high',
  description: '',
  techniques,
  tactics: [],
  families,
  path: `${id}.yml`,
  version: '1',
})

const incident = (more: Partial<Incident> = {}): Incident => ({
  id: 'inc-1',
  title: '',
  story: '',
  status: 'open',
  level: 'high',
  levelWhy: '',
  opened: NOW - MINUTE,
  start: NOW,
  end: NOW,
  updated: NOW,
  findingIds: [],
  findingCount: 1,
  entities: [],
  timeline: [],
  techniques: [],
  tactics: [],
  targets: ['identity'],
  owner: '',
  advice: [],
  risk: 1,
  merged: [],
  sources: ['idp'],
  ...more,
})

const PERFECT: Judged = {
  facts: [facts()],
  rules: [rule('spray', ['T1110.003']), rule('valid', ['T1078'])],
  proofs: new Map([
    ['spray', NOW - DAY],
    ['valid', NOW - DAY],
  ]),
  incidents: [],
  now: NOW,
}
const judge = (more: Partial<Judged> = {}, plan = PLAN) => judgePlan(plan, { ...PERFECT, ...more })

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
  assert.match(report.coverage[0]?.text ?? '', /^b: /)
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

test('an obligation is met only on evidence', () => {
  const stateOf = (more: Partial<Judged>) => judge(more).obligations[0]
  assert.equal(stateOf({ facts: [] })?.state, 'unmet')
  assert.equal(
    stateOf({ facts: [facts({ fieldPresence: { user: 0.8, src_ip: 1 } })] })?.state,
    'unmet',
  )
  assert.match(
    stateOf({ facts: [facts({ fieldPresence: { user: 0.8, src_ip: 1 } })] })?.evidence ?? '',
    /80 %.*needed 90 %/,
  )
  assert.equal(stateOf({ facts: [facts({ fieldPresence: { src_ip: 1 } })] })?.state, 'unknown')
  assert.equal(stateOf({ facts: [facts({ lastReceived: NOW - DAY })] })?.state, 'unmet')
  const empty = planOf('obligations: [{ id: o, standard: S, clause: "1" }]\n')
  assert.equal(judge({}, empty).obligations[0]?.state, 'unknown')
})

test('an obligation for two targets is not met by a source that watches one', () => {
  const plan = planOf(
    'targets: [{ id: a }, { id: b }]\nsources: [{ id: idp, family: okta.system, match: { feed: x }, targets: [a] }]\nobligations: [{ id: o, standard: S, clause: "1", needs: { families: [okta.system] }, targets: [a, b] }]\n',
  )
  const report = judge({}, plan)
  assert.equal(report.obligations[0]?.state, 'unmet')
  assert.match(report.obligations[0]?.evidence ?? '', /nothing of okta\.system arrives for b/i)
  assert.ok(
    report.blindSpots.some((spot) => spot.kind === 'obligation-unmet' && spot.subject === 'S 1'),
  )
})

const NOISE_PLAN = planOf(`targets: [{ id: a }]
sources:
  - { id: idp, family: okta.system, match: { feed: x }, targets: [a] }
  - { id: web, family: nginx.access, match: { feed: y }, targets: [a] }
  - { id: print, family: printer.log, match: { feed: z } }
`)
const noiseOf = (more: Partial<Judged>, source: string) =>
  judge(more, NOISE_PLAN).noise.find((row) => row.source === source)
const three = (web: Partial<SourceFacts> = {}) => [
  facts(),
  facts({
    source: 'web',
    families: ['nginx.access'],
    events: 20_000,
    received: 20_000,
    findings: 0,
    ...web,
  }),
  facts({ source: 'print', families: ['printer.log'], events: 50, received: 50, findings: 0 }),
]

test('noise is what nobody uses, what takes more than its share for nothing, and what was always false', () => {
  assert.equal(noiseOf({ facts: three() }, 'print')?.verdict, 'noise')
  assert.match(
    noiseOf({ facts: three() }, 'print')?.text ?? '',
    /no target, rule or obligation uses it/,
  )
  const web = noiseOf({ facts: three() }, 'web')
  assert.equal(web?.verdict, 'noise')
  assert.match(web?.text ?? '', /95 % of all events \(the plan allows 50 %\)/)
  const falseOnes = [1, 2, 3].map((n) =>
    incident({ id: `i${n}`, status: 'closed', closeReason: 'false' }),
  )
  assert.equal(noiseOf({ facts: three(), incidents: falseOnes }, 'idp')?.verdict, 'noise')
})

test('a planned source without a purpose is noise once many of its events gave nothing; an unplanned one is not judged so', () => {
  const idle = (source: string) =>
    noiseOf(
      { facts: [facts({ events: 6_000 }), facts({ source, findings: 0, events: 5_000 })] },
      source,
    )
  assert.equal(idle('print')?.verdict, 'noise')
  assert.match(idle('print')?.text ?? '', /2 rules that can fire on it found nothing/)
  assert.equal(idle('http:stray')?.verdict, 'unknown')
})

test('one true incident, a finding, or too few events keep a source from being called noise', () => {
  const was = (closeReason: 'true' | 'duplicate', source: string) => [
    incident({ status: 'closed', closeReason, sources: [source] }),
  ]
  assert.equal(noiseOf({ facts: three(), incidents: was('true', 'web') }, 'web')?.verdict, 'signal')
  assert.equal(
    noiseOf({ facts: three(), incidents: was('duplicate', 'web') }, 'web')?.verdict,
    'noise',
  )
  assert.equal(noiseOf({ facts: three({ findings: 1 }) }, 'web')?.verdict, 'unknown')
  assert.equal(
    noiseOf(
      { facts: [facts({ source: 'web', families: ['nginx.access'], events: 20, findings: 0 })] },
      'web',
    )?.verdict,
    'unknown',
  )
})

test('a source that an obligation needs is not noise, however quiet', () => {
  const report = judge({ facts: [facts({ findings: 0, events: 100_000, received: 100_000 })] })
  assert.equal(report.noise[0]?.verdict, 'signal')
})

test('shares add up to one and rows are ordered by share', () => {
  const { noise } = judge({ facts: three() }, NOISE_PLAN)
  assert.equal(Math.round(noise.reduce((sum, row) => sum + row.eventShare, 0) * 1e6), 1e6)
  assert.deepEqual(
    noise.map((row) => row.source),
    ['web', 'idp', 'print'],
  )
})

test('an obligation over several families and targets wants each family once and each target watched', () => {
  const plan = planOf(`targets: [{ id: a }, { id: b }]
sources:
  - { id: idp, family: okta.system, match: { feed: x }, targets: [a] }
  - { id: dc, family: windows.security, match: { feed: y }, targets: [b] }
obligations: [{ id: o, standard: S, clause: "1", needs: { families: [okta.system, windows.security] }, targets: [a, b] }]
`)
  const both = [facts(), facts({ source: 'dc', families: ['windows.security'] })]
  assert.equal(judge({ facts: both }, plan).obligations[0]?.state, 'met')
  const one = judge({ facts: both.slice(0, 1) }, plan).obligations[0]
  assert.equal(one?.state, 'unmet')
  assert.match(
    one?.evidence ?? '',
    /No source in scope delivers windows\.security; dc is not connected; nothing of .* arrives for b/,
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
