import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Finding } from '#shape/finding.ts'
import { absorbAll } from './testing/absorbing.ts'
import { finding } from './testing/findings.ts'

const signal = (
  [id, at, ruleId = `rule-${id}`]: readonly [id: string, minute: number, ruleId?: string],
  about: Record<string, string>,
  level: Finding['level'] = 'medium',
) => finding([id, at], about, { kind: 'signal', level, ruleId })

test('a signal opens nothing by itself and joins what is open', () => {
  assert.equal(absorbAll([signal(['s', 0], { user: 'alice' }, 'high')]).open.length, 0)
  const { open } = absorbAll([
    finding(['a', 0], { user: 'alice' }),
    signal(['s', 5], { user: 'alice', src: '203.0.113.50' }),
  ])
  assert.equal(open[0]?.findingCount, 2)
})

test('signals about one entity open an incident when their risk adds up, and all are told', () => {
  const rules = [
    signal(['1', 0], { user: 'alice' }),
    signal(['2', 5], { user: 'alice' }),
    signal(['3', 9], { user: 'alice' }),
    signal(['4', 12], { user: 'alice' }),
  ]
  assert.equal(absorbAll(rules.slice(0, 3)).open.length, 0)
  const { open } = absorbAll(rules)
  assert.equal(open.length, 1)
  assert.equal(open[0]?.findingCount, 4)
})

test('one noisy rule never adds up alone, however often it fires', () => {
  const noise = Array.from({ length: 50 }, (_, n) =>
    signal([`n${n}`, n, 'noisy'], { user: 'alice' }),
  )
  assert.equal(absorbAll(noise).open.length, 0)
})

test('signals about different people do not add up', () => {
  const rules = ['alice', 'bob', 'carol', 'dave'].map((user, n) =>
    signal([`s${n}`, n], { user }, 'medium'),
  )
  assert.equal(absorbAll(rules).open.length, 0)
})

test('a signal never ties two incidents together nor stretches one', () => {
  const { open } = absorbAll([
    finding(['a', 0], { user: 'alice' }),
    finding(['b', 1], { src: '203.0.113.1' }),
    signal(['s', 20 * 60], { user: 'alice', src: '203.0.113.1' }),
    finding(['c', 30 * 60], { user: 'alice' }),
  ])
  assert.equal(open.length, 3)
})

test('an alert brings the earlier signals about its entities with it', () => {
  const { open } = absorbAll([
    signal(['s', 0], { user: 'alice' }),
    signal(['t', 0], { user: 'bob' }),
    finding(['a', 9], { user: 'alice' }),
  ])
  assert.deepEqual(open[0]?.findingIds.toSorted(), ['a', 's'])
})

test('everyday signals of somebody who was only acted upon stay out of the story', () => {
  const { open } = absorbAll([
    signal(['before', 0], { user: 'alice', src: '203.0.113.44' }),
    finding(['a', 5], { user: 'mallory', victim: 'alice', src: '203.0.113.1' }),
    signal(['after', 9], { user: 'alice', src: '203.0.113.44' }),
    signal(['of-mallory', 9], { user: 'mallory', host: 'ws1' }),
  ])
  assert.deepEqual(open[0]?.findingIds.toSorted(), ['a', 'of-mallory'])
  assert.ok(!open[0]?.entities.some(({ id }) => id === '203.0.113.44'))
})

test('signals of somebody who was acted upon first and acts later belong to the story', () => {
  const { open } = absorbAll([
    finding(['a', 0], { user: 'mallory', victim: 'alice' }),
    finding(['b', 5], { user: 'alice', src: '203.0.113.1' }),
    signal(['s', 9], { user: 'alice', host: 'ws1' }),
  ])
  assert.equal(open.length, 1)
  assert.ok(open[0]?.findingIds.includes('s'))
})

test('entities say how many alerts, not only signals, name them', () => {
  const { open } = absorbAll([
    finding(['a', 0], { user: 'alice', src: '203.0.113.1' }),
    signal(['s', 5], { user: 'alice', src: '203.0.113.2' }),
  ])
  const counts = open[0]?.entities.map(({ id, findings, alerts }) => [id, findings, alerts])
  assert.deepEqual(counts, [
    ['alice', 2, 1],
    ['203.0.113.1', 1, 1],
    ['203.0.113.2', 1, 0],
  ])
})
