import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseSpan, plainOf, readYaml } from './yaml.ts'

function only(text: string): unknown {
  const [document] = readYaml(text)
  assert.ok(document?.ok === true)
  return plainOf(document.root)
}

test('digits with leading zeros, dates, hex and yes stay text; numbers, booleans and null do not', () => {
  const text =
    'a: 0405\nb: 2024-01-01\nc: 0x17\nd: yes\ne: 5\nf: 1.5\ng: true\nh: ~\ni:\nj: -3\nk: "7"\nl: 1e3'
  assert.deepEqual(only(text), {
    a: '0405',
    b: '2024-01-01',
    c: '0x17',
    d: 'yes',
    e: 5,
    f: 1.5,
    g: true,
    h: null,
    i: null,
    j: -3,
    k: '7',
    l: '1e3',
  })
})

test('a key that is there twice, a merge key and broken text are refused with their line', () => {
  for (const [text, line, code] of [
    ['a: 1\nb: 2\na: 3', 3, 'yaml.duplicate-key'],
    ['x: &x\n  a: 1\ny:\n  <<: *x', 4, 'yaml.merge-key'],
    ['a: [1, 2', 1, 'yaml.invalid'],
  ] as const) {
    const [document] = readYaml(text)
    assert.ok(document?.ok === false, text)
    assert.equal(document.code, code)
    assert.equal(document.line, line)
  }
})

test('a broken document leaves the others of its file readable', () => {
  const read = readYaml('a: 1\n---\na: 1\na: 2\n---\nb: 2')
  assert.deepEqual(
    read.map((document) => document.ok),
    [true, false, true],
  )
})

test('aliases that multiply without end are refused', () => {
  const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]']
  for (let at = 1; at < 9; at += 1)
    lines.push(`a${at}: &a${at} [${new Array(10).fill(`*a${at - 1}`).join(', ')}]`)
  const [document] = readYaml(lines.join('\n'))
  assert.ok(document?.ok === false)
  assert.equal(document.code, 'yaml.too-big')
})

test('__proto__ as a key is a key and nothing else', () => {
  const value = only('__proto__: 1\na: 2')
  assert.deepEqual(Object.keys(value ?? {}).sort(), ['__proto__', 'a'])
  assert.equal(Object.getPrototypeOf({}), Object.prototype)
})

test('time spans are a number and a unit, nothing else', () => {
  assert.deepEqual(parseSpan('90s'), { ok: true, value: 90_000_000 })
  assert.deepEqual(parseSpan('2w'), { ok: true, value: 1_209_600_000_000 })
  for (const text of ['', '5', 's', '-5s', '0m', '1y', '5 m', undefined])
    assert.equal(parseSpan(text).ok, false, String(text))
})
