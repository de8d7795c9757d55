import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Finding } from '#shape/finding.ts'
import type { Detector } from '../../contract.ts'
import { createDetector } from '../../detector.ts'
import { compileRules } from '../../rule-set.ts'
import { makeEvent } from '../../testing/event.ts'

const START = 1_767_258_000_000

function rules(correlation: Record<string, unknown>, more: Record<string, unknown> = {}): string {
  const base = (name: string) =>
    JSON.stringify({
      title: name,
      name,
      id: `id-${name}`,
      logsource: { product: 'x' },
      detection: { s: { k: name }, condition: 's' },
    })
  const body = {
    type: 'event_count',
    rules: ['a'],
    timespan: '10s',
    'group-by': ['u'],
    ...correlation,
  }
  return [
    base('a'),
    base('b'),
    JSON.stringify({ title: 'C', id: 'id-c', level: 'high', correlation: body, ...more }),
  ].join('\n---\n')
}

function detectorFor(text: string, latenessMs = 0): Detector {
  const ruleSet = compileRules([{ path: 'r.yml', text }])
  assert.deepEqual(
    ruleSet.problems.filter((one) => one.severity === 'rejected'),
    [],
  )
  return createDetector({ ruleSet, latenessMs })
}

let seq = 0
function event(second: number, fields: Record<string, unknown> = {}) {
  seq += 1
  return makeEvent({ k: 'a', u: 'bob', ...fields }, { seq, time: (START + second * 1_000) * 1_000 })
}

const three = rules({ condition: { gte: 3 } })

test('a count is told as soon as it is reached, with group, number and reason', () => {
  const detector = detectorFor(three)
  assert.deepEqual(detector.push([event(0), event(1)], 0), [])
  const [finding] = detector.push([event(2)], 7)
  assert.equal(finding?.ruleId, 'id-c')
  assert.equal(finding?.kind, 'alert')
  assert.equal(finding?.count, 3)
  assert.equal(finding?.detected, 7)
  assert.match(finding?.why ?? '', /3 events with u "bob" within 10s \(number of events >= 3\)/)
  assert.deepEqual(finding?.matched.at(-1), {
    field: 'event_count',
    expected: 'number of events >= 3',
    seen: '3',
  })
})

test('after an alert the group is quiet for the time span, and another group is not', () => {
  const detector = detectorFor(three)
  const findings = detector.push(
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12].map((at) => event(at)),
    0,
  )
  assert.equal(findings.length, 1)
  assert.equal(
    detector.push(
      [13, 13, 13].map((at) => event(at, { u: 'eve' })),
      0,
    ).length,
    1,
  )
})

test('the same events in other batches give the same findings', () => {
  const events = [0, 0, 1, 1, 1, 3, 14, 15, 15, 30].map((at) => event(at))
  const whole = detectorFor(three).push(events, 0)
  const detector = detectorFor(three)
  const single = events.flatMap((one) => detector.push([one], 0))
  assert.deepEqual(single, whole)
})

test('an event that comes late still completes its window, and is counted as late', () => {
  const detector = detectorFor(three)
  assert.deepEqual(
    detector.push([event(0), event(2), event(8), event(1, { k: 'b' })].slice(0, 2), 0),
    [],
  )
  detector.push([event(9, { u: 'eve' })], 0)
  const [finding] = detector.push([event(1)], 0)
  assert.equal(finding?.time, (START + 2_000) * 1_000)
  assert.equal(detector.stats().late, 1)
})

test('a clock that runs far ahead moves nothing on for the others', () => {
  const detector = detectorFor(rules({ condition: { lt: 3 } }))
  const wrong = { ...event(9_000_000), received: START * 1_000 }
  assert.deepEqual(detector.push([event(0), wrong, event(1), event(2)], 0), [])
  assert.deepEqual(detector.advance((START + 60_000) * 1_000, 0), [])
  const eager = detectorFor(three)
  assert.equal(eager.push([event(0), wrong, event(1), event(2)], 0).length, 1)
})

test('a window that needs its end is judged when the watermark passes it', () => {
  const detector = detectorFor(rules({ condition: { lt: 3 } }))
  assert.deepEqual(detector.push([event(0), event(1)], 0), [])
  assert.deepEqual(detector.advance((START + 9_999) * 1_000, 0), [])
  const [finding] = detector.advance((START + 10_000) * 1_000, 0)
  assert.equal(finding?.count, 2)
  assert.equal(finding?.time, (START + 10_000) * 1_000)
  assert.deepEqual(detector.advance((START + 99_000) * 1_000, 0), [])
})

test('a rule that only feeds a correlation raises no findings, unless the correlation asks for them', () => {
  assert.equal(detectorFor(three).push([event(0)], 0).length, 0)
  assert.equal(
    detectorFor(rules({ condition: { gte: 3 } }, { generate: true })).push([event(0)], 0).length,
    1,
  )
})

test('columns can be grouped by', () => {
  const detector = detectorFor(rules({ condition: { gte: 2 }, 'group-by': ['where.srcIp'] }))
  const from = (srcIp: string) => ({ ...event(0), where: { srcIp } })
  assert.equal(detector.push([from('10.0.0.1'), from('10.0.0.2'), from('10.0.0.1')], 0).length, 1)
})

test('more groups than memory allows push out the oldest, and this is counted', () => {
  const detector = detectorFor(three)
  for (let at = 0; at < 50_010; at += 1) detector.push([event(0, { u: `u${at}` })], 0)
  assert.equal(detector.stats().evictions, 10)
})

test('a snapshot of another form is refused and changes nothing', () => {
  const detector = detectorFor(three)
  detector.push([event(0), event(1)], 0)
  const codes = [
    '',
    '{}',
    '[]',
    '{"version":99}',
    '{"version":1,"correlations":{},"baselines":[]}',
  ].map((text) => {
    const restored = detector.restore(text)
    return restored.ok ? 'taken' : restored.code
  })
  assert.deepEqual(codes, [
    'detect.snapshot-invalid',
    'detect.snapshot-version',
    'detect.snapshot-invalid',
    'detect.snapshot-version',
    'detect.snapshot-invalid',
  ])
  assert.equal(detector.push([event(2)], 0).length, 1)
})

const arrivals = fc.array(
  fc.record({
    at: fc.integer({ min: 0, max: 60 }),
    k: fc.constantFrom('a', 'b', 'z'),
    u: fc.constantFrom('bob', 'eve', null),
  }),
  { maxLength: 30 },
)
const shapes = fc.constantFrom(
  rules({ condition: { gte: 3 } }),
  rules({ condition: { lt: 3 } }),
  rules({ type: 'value_count', condition: { gte: 2, field: 'v' } }),
  rules({ type: 'temporal', rules: ['a', 'b'] }),
  rules({ type: 'temporal_ordered', rules: ['a', 'b', 'a'] }),
  rules({ type: 'temporal', rules: ['a', 'b'], condition: 'a and not b' }),
)
const made = (list: readonly { at: number; k: string; u: string | null }[]) =>
  list.map(({ at, k, u }, index) =>
    makeEvent({ k, u, v: at % 3 }, { seq: index, time: (START + at * 700) * 1_000 }),
  )

test('stopping, restoring and going on gives what never stopping gives', () => {
  fc.assert(
    fc.property(
      fc.record({
        text: shapes,
        list: arrivals,
        cut: fc.nat(30),
        lateness: fc.constantFrom(0, 5_000, Number.POSITIVE_INFINITY),
      }),
      ({ text, list, cut, lateness }) => {
        const events = made(list)
        const never = detectorFor(text, lateness)
        const expected = [...never.push(events, 0), ...never.advance(Number.POSITIVE_INFINITY, 0)]
        const before = detectorFor(text, lateness)
        const found = before.push(events.slice(0, cut), 0)
        const after = detectorFor(text, lateness)
        assert.equal(after.restore(before.snapshot()).ok, true)
        found.push(
          ...after.push(events.slice(cut), 0),
          ...after.advance(Number.POSITIVE_INFINITY, 0),
        )
        assert.deepEqual(found, expected)
      },
    ),
    { numRuns: 150 },
  )
})

test('within the allowed lateness the order of arrival has no influence', () => {
  fc.assert(
    fc.property(
      shapes,
      arrivals.chain((list) =>
        fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })),
      ),
      (text, [list, shuffled]) => {
        const ids = new Map(list.map((one, at) => [one, at]))
        const run = (order: typeof list) => {
          const detector = detectorFor(text, Number.POSITIVE_INFINITY)
          const events = made(list)
          detector.push(
            order.flatMap((one) => events[ids.get(one) ?? -1] ?? []),
            0,
          )
          return detector
            .advance(Number.POSITIVE_INFINITY, 0)
            .map(({ id, time, count }) => ({ id, time, count }))
            .sort((a, b) => (a.id < b.id ? -1 : 1))
        }
        assert.deepEqual(run(shuffled), run(list))
      },
    ),
    { numRuns: 100 },
  )
})

test('a source that is an hour late is still counted, however much others send meanwhile', () => {
  const detector = detectorFor(three)
  const late: Finding[] = []
  for (let round = 0; round < 3; round += 1) {
    for (let at = 0; at < 20_000; at += 1) detector.push([event(3_600 + round, { u: 'busy' })], 0)
    late.push(...detector.push([event(7 + round, { u: 'late' })], 0))
  }
  assert.equal(late.length, 1)
})
