import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { compileRules, createDetector, type Detector, type RuleSet } from '#detect/index.ts'
import type { Event } from '#shape/event.ts'
import type { Finding } from '#shape/finding.ts'

const FILE = new URL('../../../shared/data/sigma/correlation-cases.ndjson', import.meta.url)

interface Alert {
  rule: string
  group: Record<string, string | null>
  at: string
  events: number[]
}

interface CorrelationCase {
  name: string
  rules: string
  events: Record<string, unknown>[]
  expected?: Alert[]
  reject?: boolean
}

function eventsOf(one: CorrelationCase): Event[] {
  return one.events.map((event, seq) => {
    const { ts, ...fields } = event
    const time = Date.parse(String(ts)) * 1_000
    return {
      id: `0-${seq}`,
      partition: 0,
      seq,
      source: 'corpus',
      family: 'unknown',
      received: time,
      time,
      timeQuality: 'native',
      who: {},
      what: { classUid: 0, activityId: 0, action: '', outcome: 'unknown', severity: 0 },
      where: {},
      message: '',
      fields,
      raw: new Uint8Array(),
    }
  })
}

function alertOf(finding: Finding, set: RuleSet): Alert {
  const named = [...set.sigma, ...set.correlations].find((rule) => rule.info.id === finding.ruleId)
  const correlation = set.correlations.find((rule) => rule.info.id === finding.ruleId)
  const group: Record<string, string | null> = {}
  for (const [at, key] of (correlation?.groupBy ?? []).entries())
    group[key] = finding.why.includes(`${key} absent`) ? null : (finding.matched[at]?.seen ?? null)
  const events = finding.positions.map((position) => Number(position.slice(2)))
  return {
    rule: named?.name ?? '',
    group,
    at: new Date(finding.time / 1_000).toISOString(),
    events: events.sort((a, b) => a - b),
  }
}

function sorted(alerts: readonly Alert[]): Alert[] {
  const key = (alert: Alert) =>
    `${alert.at} ${alert.rule} ${JSON.stringify(alert.group)} ${alert.events.join()}`
  return alerts.toSorted((a, b) => (key(a) < key(b) ? -1 : 1))
}

/** Arrival order must not matter: each case also runs reversed, and one by one with a restore in between. */
const RUNS: readonly { name: string; run: (make: () => Detector, events: Event[]) => Finding[] }[] =
  [
    { name: 'in order', run: (make, events) => whole(make(), events) },
    { name: 'reversed', run: (make, events) => whole(make(), events.toReversed()) },
    {
      name: 'restored between all events',
      run: (make, events) => {
        let detector = make()
        const findings: Finding[] = []
        for (const event of events) {
          findings.push(...detector.push([event], 0))
          const text = detector.snapshot()
          detector = make()
          assert.deepEqual(detector.restore(text), { ok: true, value: undefined })
        }
        return [...findings, ...detector.advance(Number.POSITIVE_INFINITY, 0)]
      },
    },
  ]

function whole(detector: Detector, events: readonly Event[]): Finding[] {
  return [...detector.push(events, 0), ...detector.advance(Number.POSITIVE_INFINITY, 0)]
}

if (existsSync(FILE)) {
  const lines = readFileSync(FILE, 'utf8').trim().split('\n')
  for (const line of lines) {
    // The file holds one such object per line.
    const one = JSON.parse(line) as CorrelationCase
    const set = compileRules([{ path: 'case.yml', text: one.rules }])
    const rejected = set.problems.filter((problem) => problem.severity === 'rejected')
    if (one.reject === true) {
      test(`correlation: ${one.name}`, () => assert.ok((rejected[0]?.text ?? '').length > 5))
      continue
    }
    for (const { name, run } of RUNS)
      test(`correlation: ${one.name}, ${name}`, () => {
        assert.deepEqual(rejected, [])
        const make = () => createDetector({ ruleSet: set, latenessMs: Number.POSITIVE_INFINITY })
        const alerts = run(make, eventsOf(one)).map((finding) => alertOf(finding, set))
        assert.deepEqual(sorted(alerts), sorted(one.expected ?? []))
      })
  }
} else test('correlation cases', { skip: 'needs ../shared' }, () => undefined)
