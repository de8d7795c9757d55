import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseJson, parseJsonObject } from './json.ts'

test('parses what JSON.parse parses', () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 10 }), (text) => {
      const parsed = parseJson(text)
      assert.ok(parsed.ok)
      assert.deepEqual(parsed.value, JSON.parse(text))
    }),
    { numRuns: 300 },
  )
})

test('answers for any text and never throws', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const parsed = parseJson(text)
      assert.equal(typeof parsed.ok, 'boolean')
    }),
  )
})

test('refuses ten thousand levels with a code of its own', () => {
  const deep = `${'['.repeat(10_000)}${']'.repeat(10_000)}`
  const parsed = parseJson(deep)
  assert.deepEqual(parsed.ok === false && parsed.code, 'json.too-deep')
})

test('brackets in strings are no depth', () => {
  const text = JSON.stringify({ text: '[{'.repeat(200), quote: '\\"[[[' })
  assert.ok(parseJson(text).ok)
})

test('counts depth up to the limit as allowed', () => {
  assert.ok(parseJson('[[1]]', { maxDepth: 2 }).ok)
  assert.equal(parseJson('[[[1]]]', { maxDepth: 2 }).ok, false)
})

test('wants an object where an object is wanted', () => {
  const parsed = parseJsonObject('[1]')
  assert.equal(parsed.ok === false && parsed.code, 'json.not-object')
})

test('a key named __proto__ is only a key', () => {
  const parsed = parseJsonObject('{"__proto__":{"admin":true}}')
  assert.ok(parsed.ok)
  assert.equal(Object.hasOwn(parsed.value, '__proto__'), true)
  assert.equal('admin' in {}, false)
})
