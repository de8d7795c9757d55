import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { defaultPlan } from '#plan/index.ts'
import type { Finding } from '#shape/finding.ts'
import { closeIncident, createIncidentRoom, incidentEntities } from './index.ts'
import { joinKeysOf } from './joins.ts'
import { absorbAll, PLAN } from './testing/absorbing.ts'
import { finding, minute } from './testing/findings.ts'

test('repetitions become one line with a count', () => {
  const same = Array.from({ length: 300 }, (_, n) =>
    finding([`f${n}`, n / 10], { user: 'alice', src: '203.0.113.1' }, { ruleId: 'r' }),
  )
  const [one] = absorbAll(same).open
  assert.equal(one?.timeline.length, 1)
  assert.equal(one?.timeline[0]?.count, 300)
  assert.equal(one?.timeline[0]?.time, minute(0))
  assert.match(one?.story ?? '', /300 times/)
})

test('a flood of different findings stays within bounds and the count stays exact', () => {
  const flood = Array.from({ length: 1_300 }, (_, n) =>
    finding(
      [`f${n}`, n / 10],
      { user: 'alice', src: `203.0.${n % 250}.${Math.floor(n / 250)}` },
      { level: n === 7 ? 'critical' : 'low' },
    ),
  )
  const [one] = absorbAll(flood).open
  assert.ok(one)
  assert.equal(one.findingCount, 1_300)
  assert.equal(one.findingIds.length, 1_000)
  assert.equal(one.timeline.length, 200)
  assert.equal(one.timeline.reduce((sum, line) => sum + line.count, 0) + (one.hidden ?? 0), 1_300)
  assert.ok(one.entities.length <= 500)
  assert.ok(one.timeline.some((line) => line.level === 'critical'))
})

test('level follows the target and says why', () => {
  const grade = (host: string, level: Finding['level']) =>
    absorbAll([finding(['1', 0], { user: 'u', host }, { level, family: 'windows.sysmon' })]).open[0]
  assert.equal(grade('fs1', 'high')?.level, 'critical')
  assert.equal(grade('fs1', 'low')?.level, 'low')
  assert.equal(grade('lab1', 'high')?.level, 'medium')
  assert.equal(grade('other', 'high')?.level, 'high')
  assert.equal(grade('fs1', 'medium')?.levelWhy, 'medium rule “Rule 1”, critical target payroll')
})

test('a firewall that logs an attack is not its target, and the only target of a source stands in', () => {
  assert.deepEqual(
    absorbAll([finding(['1', 0], { src: '203.0.113.1', host: 'fw1' }, { family: 'cisco.asa' })])
      .open[0]?.targets,
    [],
  )
  assert.deepEqual(
    absorbAll([finding(['1', 0], { src: '203.0.113.1' }, { source: 'web' })]).open[0]?.targets,
    ['payroll'],
  )
})

test('an owner set by a person survives further findings', () => {
  const room = createIncidentRoom({ plan: PLAN })
  const { incident } = room.absorb(finding(['1', 0], { user: 'alice' }), [], { now: 1 })
  assert.ok(incident)
  const taken = { ...incident, owner: 'ann' }
  assert.equal(
    room.absorb(finding(['2', 1], { user: 'alice', host: 'fs1' }), [taken], { now: 2 }).incident
      ?.owner,
    'ann',
  )
  assert.equal(
    room.absorb(finding(['2', 1], { user: 'alice', host: 'fs1' }), [incident], { now: 2 }).incident
      ?.owner,
    'finance-it',
  )
})

test('names out of a log cannot break the sentence', () => {
  const nasty = `eve\n\u202E<script>${'x'.repeat(500)}`
  const [one] = absorbAll([finding(['1', 0], { user: nasty }, { ruleTitle: 'T\u0000\nitle' })]).open
  assert.ok(one)
  assert.doesNotMatch(one.title + one.story, /[\p{Cc}\p{Cf}]/u)
  assert.ok(one.story.length < 600)
})

test('the same rule without any entity meets itself, so that a silent source is one incident', () => {
  const silence = (n: number) =>
    finding([`q${n}`, n], {}, { ruleId: 'silence', ruleKind: 'silence', source: 'fw' })
  assert.equal(
    absorbAll([silence(1), silence(2), finding(['x', 3], {}, { ruleId: 'silence', source: 'dc' })])
      .open.length,
    2,
  )
})

test('without a plan findings still join by user', () => {
  const { open } = absorbAll(
    [finding(['1', 0], { user: 'alice' }), finding(['2', 1], { user: 'alice' })],
    { plan: defaultPlan() },
  )
  assert.equal(open.length, 1)
  assert.deepEqual(open[0]?.targets, [])
})

test('closing needs a known reason and a person, and happens once', () => {
  const [one] = absorbAll([finding(['1', 0], { user: 'alice' })]).open
  assert.ok(one)
  assert.deepEqual(closeIncident(one, { reason: 'dunno', by: 'ann', at: 1 }).ok, false)
  assert.deepEqual(closeIncident(one, { reason: 'true', by: ' ', at: 1 }).ok, false)
  const closed = closeIncident(one, { reason: 'benign', note: 'a test', by: 'ann', at: 7 })
  assert.ok(closed.ok)
  assert.deepEqual(
    [closed.value.status, closed.value.closeReason, closed.value.closedBy, closed.value.closedAt],
    ['closed', 'benign', 'ann', 7],
  )
  const again = closeIncident(closed.value, { reason: 'true', by: 'bob', at: 8 })
  assert.equal(again.ok ? '' : again.code, 'incident.closed-already')
})

test('entities are counted, with their strongest role and their target', () => {
  const [one] = absorbAll([
    finding(['1', 0], { user: 'mallory', victim: 'alice', host: 'fs1' }),
    finding(['2', 1], { user: 'alice' }),
  ]).open
  assert.ok(one)
  const [alice] = incidentEntities(one, 'user')
  assert.deepEqual([alice?.id, alice?.role, alice?.findings], ['alice', 'actor', 2])
  assert.equal(incidentEntities(one, 'host')[0]?.target, 'payroll')
})

test('the keys of a finding are sorted and never empty', () => {
  fc.assert(
    fc.property(
      fc.record(
        { user: fc.string(), src: fc.string(), dst: fc.ipV4(), host: fc.string() },
        { requiredKeys: [] },
      ),
      (about) => {
        const keys = joinKeysOf(finding(['1', 0], about), PLAN)
        assert.ok(keys.length > 0)
        assert.deepEqual(keys, keys.toSorted())
      },
    ),
    { numRuns: 100 },
  )
})
