import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { systemClock } from '#base/clock.ts'
import { compileRules, createDetector, type RuleSet } from '#detect/index.ts'
import { SigmaEngine, speaksSysmon } from '#detect/kinds/sigma/engine.ts'
import { holdsNaively } from '#detect/kinds/sigma/naive.ts'
import { routeOf } from '#detect/kinds/sigma/route.ts'
import type { Event } from '#shape/event.ts'

const SIGMA = new URL('../../../shared/data/sigma/', import.meta.url)
const here = existsSync(SIGMA)
const options = { skip: here ? false : 'needs ../shared' }
const folder = here ? unpackRules() : ''
after(() => folder !== '' && rmSync(folder, { recursive: true, force: true }))
const ruleSet: RuleSet = compileRules(here ? ruleFiles() : [])

function unpackRules(): string {
  const target = mkdtempSync(join(tmpdir(), 'sigmahq-'))
  const [archive] = readdirSync(new URL('rules/', SIGMA)).filter((name) => name.endsWith('.tar.gz'))
  execFileSync('tar', ['-xzf', new URL(`rules/${archive}`, SIGMA).pathname, '-C', target])
  return target
}

function ruleFiles() {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.yml'))
    .sort()
    .map((path) => ({ path, text: readFileSync(join(folder, path), 'utf8') }))
}

interface RegressionCase {
  rule_id: string
  json: string
  match_count: number | null
  records: { expected_rules: string[] }[]
}

type Tree = Record<string, unknown>

// The twins are JSON objects one after the other, each an `Event` of System and EventData or UserData.
function readTwin(name: string): Tree[] {
  const text = readFileSync(new URL(`regression/${name}`, SIGMA), 'utf8')
  return text
    .split(/\n(?=\{)/)
    .filter((part) => part.trim() !== '')
    .map((part) => JSON.parse(part) as Tree)
}

function tree(value: unknown): Tree {
  return typeof value === 'object' && value !== null ? (value as Tree) : {}
}

function addAttributes(fields: Tree, name: string, value: unknown): void {
  for (const [key, one] of Object.entries(tree(tree(value)['#attributes'])))
    fields[`${name}_${key}`] = one
}

function fieldsOf(record: Tree): Tree {
  const event = tree(record['Event'])
  const fields: Tree = {}
  for (const [key, value] of Object.entries(tree(event['System']))) {
    addAttributes(fields, key, value)
    if (typeof value !== 'object') fields[key] = value
    else if (tree(value)['#text'] !== undefined) fields[key] = tree(value)['#text']
  }
  const data = tree(event['EventData'])
  for (const [key, value] of Object.entries(data)) {
    if (key === '#attributes') continue
    fields[key] = key === 'Data' ? (tree(value)['#text'] ?? value) : value
  }
  for (const inner of Object.values(tree(event['UserData'])))
    for (const [key, value] of Object.entries(tree(inner)))
      if (key !== '#attributes') fields[key] = value
  return fields
}

function familyOf(channel: string): string {
  if (channel.includes('Sysmon')) return 'windows.sysmon'
  return channel === 'Security' ? 'windows.security' : 'windows.other'
}

function eventOf(fields: Tree, seq: number): Event {
  return {
    id: `0-${seq}`,
    partition: 0,
    seq,
    source: 'corpus',
    family: familyOf(String(fields['Channel'])),
    received: 0,
    time: 0,
    timeQuality: 'received',
    who: {},
    what: { classUid: 0, activityId: 0, action: '', outcome: 'unknown', severity: 0 },
    where: {},
    message: '',
    fields,
    raw: new TextEncoder().encode('{}'),
  }
}

const cases: RegressionCase[] = here
  ? JSON.parse(readFileSync(new URL('regression/cases.json', SIGMA), 'utf8'))
  : []

test(
  '3,755 of the 3,780 SigmaHQ rules compile, the others name the placeholder they need',
  options,
  () => {
    const rejected = ruleSet.problems.filter((problem) => problem.severity === 'rejected')
    assert.equal(ruleSet.sigma.length, 3_755)
    assert.equal(rejected.length, 25)
    for (const problem of rejected) {
      assert.equal(problem.code, 'sigma.placeholder')
      assert.match(problem.text, /%[^%]+%/)
    }
  },
)

test(
  'each regression rule fires on its own records, and every expected pair is there',
  options,
  () => {
    const detector = createDetector({ ruleSet })
    const known = new Set(ruleSet.rules.map((rule) => rule.id))
    const missing: string[] = []
    const surplus: string[] = []
    let pairs = 0
    for (const one of cases) {
      const records = readTwin(one.json)
      let own = 0
      for (const [at, record] of records.entries()) {
        const fired = detector
          .push([eventOf(fieldsOf(record), at)], 0)
          .map((finding) => finding.ruleId)
        if (fired.includes(one.rule_id)) own += 1
        const expected = (one.records[at]?.expected_rules ?? []).filter((id) => known.has(id))
        pairs += expected.length
        for (const id of expected) if (!fired.includes(id)) missing.push(`${one.json} ${id}`)
        for (const id of fired) if (!expected.includes(id)) surplus.push(`${one.json} ${id}`)
      }
      assert.ok(own >= (one.match_count ?? 1), `${one.rule_id} fired ${own} times`)
    }
    assert.deepEqual(missing, [])
    assert.ok(pairs >= 140, String(pairs))
    // Rules that only another mapping reaches may match in addition.
    assert.ok(surplus.length <= 12, surplus.join('\n'))
  },
)

test('the index and the slow twin agree on every rule and regression record', options, () => {
  const engine = new SigmaEngine(ruleSet.sigma)
  for (const one of cases.slice(0, 40))
    for (const record of readTwin(one.json)) {
      const event = eventOf(fieldsOf(record), 0)
      const slow = engine.admitted(event).filter((index) => {
        const rule = ruleSet.sigma[index]
        return (
          rule !== undefined && holdsNaively(rule, event, speaksSysmon(routeOf(rule.logSource)))
        )
      })
      assert.deepEqual([...engine.match(event)], slow)
    }
})

test(
  'records on the real path, as EVTX and as JSON, give exactly the expected pairs',
  options,
  async () => {
    // Other rooms are loaded here only, so that the tests above stand on this room alone.
    const { createStructurer } = await import('#structure/index.ts')
    const { readLogFile } = await import('#collect/index.ts')
    const known = new Set(ruleSet.rules.map((rule) => rule.id))
    const detector = createDetector({ ruleSet })
    for (const one of cases)
      for (const name of [one.json, one.json.replace('.json', '.evtx')]) {
        const structurer = createStructurer({ routes: [], zone: 'UTC' })
        const events: Event[] = []
        const path = new URL(`regression/${name}`, SIGMA).pathname
        for await (const raw of readLogFile(path, { clock: systemClock }))
          events.push(...structurer.structure({ ...raw, partition: 0, seq: events.length }).events)
        const fired = events.map((event) =>
          detector
            .push([event], 0)
            .map(({ ruleId }) => ruleId)
            .sort(),
        )
        const expected = one.records.map(({ expected_rules }) =>
          expected_rules.filter((id) => known.has(id)).sort(),
        )
        assert.deepEqual(fired, expected, name)
      }
  },
)
