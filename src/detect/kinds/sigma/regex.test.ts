import assert from 'node:assert/strict'
import { test } from 'node:test'
import { analyse, RegexBudget, SafeRegex } from './regex.ts'

for (const [source, required, shortest] of [
  ['abc', [['abc']], 3],
  ['ab?c', [['a'], ['c']], 2],
  ['a+b', [['a'], ['b']], 2],
  ['foo.*bar', [['foo'], ['bar']], 6],
  ['.{1000,}', [], 1000],
  ['(cmd|powershell)\\.exe', [['cmd', 'powershell'], ['.exe']], 7],
  ['(a|b*)c', [['c']], 1],
  ['(?:ABC)?d', [['d']], 1],
  ['[abc]{3}x', [['x']], 4],
  ['^\\d{2,4}\\sX$', [['x']], 4],
  ['\\x41b', [], 0],
  ['a{2}b', [['a'], ['b']], 3],
  ['\\\\srv\\\\', [['\\srv\\']], 5],
] as const)
  test(`what every match of ${source} holds`, () => {
    assert.deepEqual(analyse(source), { required, shortest })
  })

test('a hostile value ends, and what it was not looked at for is counted', () => {
  const budget = new RegexBudget()
  const regexes = Array.from(
    { length: 40 },
    () => new SafeRegex('(set).*&&\\s?set.*(env|x).*&&.*"', 'i'),
  )
  const text = 'set x&&set env&& '.repeat(3_800)
  for (const regex of regexes) regex.test(`${text}"`, `${text}"`, budget)
  assert.ok(budget.skipped > 0)
  budget.reset()
  assert.equal(new SafeRegex('env', '').test('a env', 'a env', budget), true)
})
