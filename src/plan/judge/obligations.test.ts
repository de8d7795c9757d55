import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Judged } from './input.ts'
import { DAY, facts, judge, NOW, planOf } from './testing/judged.ts'

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
  assert.match(
    report.obligations[0]?.evidence ?? '',
    /^For b: the plan has no source of okta\.system\.$/,
  )
  assert.ok(
    report.blindSpots.some((spot) => spot.kind === 'obligation-unmet' && spot.subject === 'S 1'),
  )
})

test('an obligation over several families wants for each target what the plan has of them, all of it', () => {
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
  assert.equal(one?.evidence, 'For b: nothing has arrived from dc.')
})

test('a family that no planned source of a target speaks is not asked of it', () => {
  const plan = planOf(`targets: [{ id: cloud }, { id: office }]
sources:
  - { id: trail, family: aws.cloudtrail, match: { feed: x }, targets: [cloud] }
  - { id: dc, family: windows.security, match: { feed: y }, targets: [office] }
obligations: [{ id: o, standard: S, clause: "1", needs: { families: [windows.*, aws.cloudtrail], fields: [user] }, targets: [cloud, office] }]
`)
  const both = [
    facts({ source: 'trail', families: ['aws.cloudtrail'] }),
    facts({ source: 'dc', families: ['windows.security'] }),
  ]
  const met = judge({ facts: both }, plan).obligations[0]
  assert.equal(met?.state, 'met')
  assert.match(
    met?.evidence ?? '',
    /^For cloud: trail carries user in 99 % of its events; for office: dc /,
  )
})

test('an obligation without targets is about every target of the plan', () => {
  const plan = planOf(`targets: [{ id: a }, { id: b }]
sources: [{ id: idp, family: okta.system, match: { feed: x }, targets: [a] }]
obligations: [{ id: o, standard: S, clause: "1", needs: { families: [okta.system] } }]
`)
  assert.equal(
    judge({}, plan).obligations[0]?.evidence,
    'For b: the plan has no source of okta.system.',
  )
})
