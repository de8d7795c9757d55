import assert from 'node:assert/strict'
import { existsSync, readdirSync } from 'node:fs'
import { test } from 'node:test'
import { compileFamily } from './compile.ts'
import { FAMILIES } from './families.ts'
import { FORMATS } from './formats.ts'
import { goldenCases } from './golden.ts'

const ROOT = new URL('families/', import.meta.url)
const cases = goldenCases()

test('every family folder is in the registry, and the reverse, in alphabetical order', () => {
  const folders = readdirSync(ROOT, { withFileTypes: true }).flatMap((one) =>
    one.isDirectory() ? [one.name] : [],
  )
  const ids = FAMILIES.map(({ id }) => id)
  assert.deepEqual(ids, [...ids].sort())
  assert.deepEqual([...folders].sort(), ids)
})

for (const map of FAMILIES) {
  test(`${map.id} compiles, says what it is and names what rules it can feed`, () => {
    assert.doesNotThrow(() => compileFamily(map))
    assert.match(map.id, /^[a-z0-9]+(\.[a-z0-9]+)?$/)
    assert.match(map.summary, /^[A-Za-z].*\.$/)
    assert.ok(map.recognise.length > 0)
    assert.ok(map.logsources.length > 0)
  })

  test(`${map.id} has at least three fixtures, all of its own family`, () => {
    const own = cases.filter(({ family }) => family === map.id)
    assert.ok(own.length >= 3, `${own.length} fixtures`)
    for (const { name, actual } of own)
      assert.ok(
        actual.includes(`"family": "${map.id}"`),
        `${map.id}/${name} is not recognised by its content`,
      )
  })
}

for (const { family, name, actual, expected } of cases)
  test(`${family}/${name} becomes what its golden file says`, () => {
    assert.equal(
      actual,
      expected,
      'read the difference; node src/structure/golden.ts --update rewrites it',
    )
  })

test('no golden file is left without its record', () => {
  const known = new Set(cases.map(({ expectedUrl }) => expectedUrl.pathname))
  for (const { id } of FAMILIES) {
    const folder = new URL(`${id}/fixtures/`, ROOT)
    const files = existsSync(folder) ? readdirSync(folder) : []
    for (const file of files.filter((one) => one.endsWith('.json')))
      assert.ok(known.has(new URL(file, folder).pathname), `${id}/${file}`)
  }
})

test('formats have names of their own and a sentence each', () => {
  const names = FORMATS.map(({ name }) => name)
  assert.deepEqual([...new Set(names)], names)
  for (const { name, summary } of FORMATS) assert.match(summary, /\.$/, name)
})
