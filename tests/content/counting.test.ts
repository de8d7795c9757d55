import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parse } from 'yaml'
import { compileRules, createDetector, type RuleSet } from '#detect/index.ts'
import type { Event } from '#shape/event.ts'
import type { Finding } from '#shape/finding.ts'
import { createStructurer } from '#structure/index.ts'
import { contentFiles, ruleFiles } from './files.ts'

const START = Date.parse('2026-03-09T08:00:00Z') * 1000
const SECOND = 1_000_000

const ruleSet: RuleSet = compileRules(ruleFiles())
const structurer = createStructurer({ routes: [] })
/** The events of all firing cases, by rule id. */
const fired = new Map<string, Event>()
/** The events of all cases. */
const events: Event[] = []
for (const { text } of contentFiles('rules')) {
  const { id, cases } = parse(text)
  for (const { fires, record } of cases) {
    const raw = typeof record === 'string' ? record : JSON.stringify(record)
    const bytes = new TextEncoder().encode(raw)
    const seq = events.length
    const out = structurer.structure({ partition: 0, seq, feed: 'case', received: START, bytes })
    const [event] = out.events
    if (event === undefined) continue
    events.push(event)
    if (fires && !fired.has(id)) fired.set(id, event)
  }
}

/** The same event at another moment, with another value at a path. */
function variant(
  event: Event,
  at: { seq: number; time: number; path?: string; value?: string },
): Event {
  const copy: Event = {
    ...structuredClone(event),
    id: `0-${at.seq}`,
    seq: at.seq,
    time: at.time,
    received: at.time,
  }
  if (at.path !== undefined) setAt(copy, at.path, at.value ?? '')
  return copy
}

/** The object and key that a path means: a column, a literal field, or a path through the fields. */
function placeOf(event: Event, path: string): [object, string] | undefined {
  const isColumn = /^(who|what|where)\./.test(path)
  if (!isColumn && Object.hasOwn(event.fields, path)) return [event.fields, path]
  let holder: object = isColumn ? event : event.fields
  const names = path.split('.')
  for (const name of names.slice(0, -1)) {
    const next: unknown = Reflect.get(holder, name)
    if (typeof next !== 'object' || next === null) return undefined
    holder = next
  }
  const last = names.at(-1) ?? ''
  return Object.hasOwn(holder, last) ? [holder, last] : undefined
}

function setAt(event: Event, path: string, value: string): void {
  const place = placeOf(event, path)
  assert.ok(place, `${path} is not in an event of ${event.family}`)
  Reflect.set(place[0], place[1], value)
}

function findingsOf(ruleId: string, list: readonly Event[]): Finding[] {
  const detector = createDetector({ ruleSet })
  const last = list.at(-1)?.time ?? 0
  const found = [...detector.push(list, last), ...detector.advance(last + 1e12, last + 1e12)]
  return found.filter((finding) => finding.ruleId === ruleId)
}

for (const rule of ruleSet.correlations) {
  const needed = rule.limits[0]?.value ?? 0
  const series = (count: number, gap: number) => {
    const base = fired.get(rule.sources[0]?.ruleId ?? '')
    assert.ok(base, 'the rule that it counts has no case')
    const [path] = rule.valueFields
    return Array.from({ length: count }, (_, at) =>
      variant(base, {
        seq: at,
        time: START + at * gap,
        ...(path === undefined ? {} : { path, value: `value-${at}` }),
      }),
    )
  }

  test(`${rule.info.path} groups by fields that its events have`, () => {
    for (const { ruleId, groupFields } of rule.sources) {
      const event = fired.get(ruleId)
      assert.ok(event)
      for (const field of groupFields)
        assert.ok(placeOf(event, field), `${field}: ${Object.keys(event.fields).join()}`)
    }
  })

  test(`${rule.info.path} fires at ${needed} in its time span, and not before`, () => {
    assert.equal(findingsOf(rule.info.id, series(needed - 1, SECOND)).length, 0)
    assert.equal(findingsOf(rule.info.id, series(needed, SECOND)).length, 1)
  })

  test(`${rule.info.path} keeps quiet when the same number takes longer`, () => {
    const gap = Math.ceil(rule.span / (needed - 1)) + SECOND
    assert.equal(findingsOf(rule.info.id, series(needed, gap)).length, 0)
  })
}

for (const rule of ruleSet.baselines) {
  const known = () => {
    const event = events.find(
      (one) =>
        rule.families.includes(one.family) &&
        (rule.outcome === undefined || one.what.outcome === rule.outcome) &&
        placeOf(one, rule.entity) !== undefined &&
        placeOf(one, rule.value) !== undefined,
    )
    assert.ok(event, `no event of ${rule.families.join()} has ${rule.entity} and ${rule.value}`)
    const gap = Math.ceil(rule.minAge / rule.minEvents) + SECOND
    const history = Array.from({ length: rule.minEvents + 1 }, (_, at) =>
      variant(event, { seq: at, time: START + at * gap, path: rule.value, value: '198.51.100.1' }),
    )
    const next = (value: string) => {
      const seq = history.length
      return [...history, variant(event, { seq, time: START + seq * gap, path: rule.value, value })]
    }
    return next
  }

  test(`${rule.info.path} tells a new value from a known one`, () => {
    const next = known()
    assert.equal(findingsOf(rule.info.id, next('198.51.100.1')).length, 0)
    assert.equal(findingsOf(rule.info.id, next('198.51.100.2')).length, 1)
  })
}
