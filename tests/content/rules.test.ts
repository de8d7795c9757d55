import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compileRules } from '#detect/index.ts'
import { readIndicatorFile } from '#intel/index.ts'
import { tacticOf, techniqueOf } from '#plan/index.ts'
import { levelRank } from '#shape/severity.ts'
import { describeFamilies } from '#structure/index.ts'
import { demoPlan } from './company.ts'
import { contentFiles, ruleFiles } from './files.ts'

const files = ruleFiles()
const ruleSet = compileRules(files)

test('every rule, correlation and baseline compiles without a word of complaint', () => {
  assert.deepEqual(ruleSet.problems, [])
  assert.equal(ruleSet.rules.length, files.length)
  assert.ok(ruleSet.sigma.length >= 50)
})

test('ids are UUIDs, and no id or title is there twice', () => {
  const ids = ruleSet.rules.map(({ id }) => id)
  const titles = ruleSet.rules.map(({ title, families }) => `${title} (${families.join()})`)
  for (const id of ids)
    assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  assert.equal(new Set(ids).size, ids.length)
  assert.equal(new Set(titles).size, titles.length)
})

test('every technique exists, and every tactic belongs to one of the techniques', () => {
  for (const { path, techniques, tactics } of ruleSet.rules) {
    assert.ok(techniques.length > 0, `${path} names no technique`)
    assert.ok(tactics.length > 0, `${path} names no tactic`)
    const known = techniques.map((id) => techniqueOf(id))
    assert.ok(
      known.every((one) => one !== undefined),
      `${path}: ${techniques.join()}`,
    )
    for (const tactic of tactics) {
      assert.ok(tacticOf(tactic) !== undefined, `${path}: ${tactic}`)
      assert.ok(
        known.some((one) => one?.tactics.includes(tactic)),
        `${path}: ${tactic} fits none of ${techniques.join()}`,
      )
    }
  }
})

test('every rule tells what to do and who does the same with good reason', () => {
  for (const { path, description, falsePositives } of ruleSet.rules) {
    assert.ok(description.length > 60, `${path}: ${description}`)
    assert.ok((falsePositives ?? []).length > 0, `${path} names no false positive`)
  }
})

test('few rules ask for a person at once', () => {
  const urgent = ruleSet.rules.filter(({ level }) => levelRank(level) >= levelRank('critical'))
  assert.ok(urgent.length <= 3, urgent.map(({ title }) => title).join('\n'))
})

test('every rule looks at a family that exists', () => {
  const known = describeFamilies().map(({ name }) => name)
  for (const { path, families } of ruleSet.rules) {
    assert.ok(families.length > 0, `${path} looks at nothing`)
    const found = families.some((family) =>
      family.endsWith('*')
        ? known.some((name) => name.startsWith(family.slice(0, -1)))
        : known.includes(family),
    )
    assert.ok(found, `${path}: ${families.join()}`)
  }
})

test('the plan of the demo company loads, and its sources speak known families but for the one that never came', () => {
  const known = new Set(describeFamilies().map(({ name }) => name))
  const strange = demoPlan().sources.filter(
    ({ family }) => family !== undefined && !known.has(family),
  )
  assert.deepEqual(
    strange.map(({ id }) => id),
    ['payroll-audit'],
  )
})

test('the indicators of the demo are all read, and all reserved for documentation', () => {
  for (const { path, text } of contentFiles('indicators', 'csv')) {
    const { indicators, problems } = readIndicatorFile(text, {
      path,
      now: 0,
      ownNetworks: demoPlan().networks,
    })
    assert.deepEqual(problems, [])
    assert.equal(indicators.length, 8)
    for (const { kind, value } of indicators) {
      if (kind === 'ip') assert.match(value, /^(192\.0\.2|198\.51\.100|203\.0\.113)\.\d+$/)
      if (kind === 'domain') assert.match(value, /\.example$/)
    }
  }
})
