import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { compileRules } from '#detect/index.ts'
import { SigmaEngine } from '#detect/kinds/sigma/engine.ts'
import type { Event } from '#shape/event.ts'

const SIGMA = new URL('../../../shared/data/sigma/', import.meta.url)
const absent = existsSync(SIGMA) ? false : 'needs ../shared'

function eventOf(fields: Record<string, unknown>, seq = 1): Event {
  return {
    id: `0-${seq}`,
    partition: 0,
    seq,
    source: 'corpus',
    family: 'unknown',
    received: 0,
    time: 0,
    timeQuality: 'received',
    who: {},
    what: { classUid: 0, activityId: 0, action: '', outcome: 'unknown', severity: 0 },
    where: {},
    message: '',
    fields,
    raw: new Uint8Array(),
  }
}

interface SemanticCase {
  name: string
  rule: string
  events: Record<string, unknown>[]
  expected?: number[]
  reject?: boolean
  placeholders?: Record<string, string[]>
}

function readLines<T>(name: string): T[] {
  const text = readFileSync(new URL(name, SIGMA), 'utf8')
  // The files hold one such object per line.
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as T)
}

if (absent === false)
  for (const one of readLines<SemanticCase>('semantic-cases.ndjson'))
    test(`sigma semantics: ${one.name}`, () => {
      const placeholders = one.placeholders ?? {}
      const set = compileRules([{ path: 'case.yml', text: one.rule }], { placeholders })
      const rejected = set.problems.filter((problem) => problem.severity === 'rejected')
      if (one.reject === true) {
        assert.equal(set.sigma.length, 0, 'the rule must be refused')
        assert.ok(rejected[0]?.text)
        return
      }
      assert.deepEqual(rejected, [])
      const engine = new SigmaEngine(set.sigma)
      const matched = one.events.flatMap((fields, at) =>
        engine.match(eventOf(fields)).length > 0 ? [at] : [],
      )
      assert.deepEqual(matched, one.expected)
    })
else test('sigma semantics', { skip: absent }, () => undefined)
