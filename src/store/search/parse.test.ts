import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Mistake } from './node.ts'
import { parseSearch } from './parse.ts'
import { planSearch } from './plan.ts'
import { describeSearch } from './understood.ts'

function understood(text: string): string {
  const parsed = parseSearch(text)
  return parsed.ok ? describeSearch(parsed.value) : `${parsed.at}: ${parsed.detail}`
}

const CASES: readonly (readonly [string, string])[] = [
  ['', 'everything'],
  ['   ', 'everything'],
  ['word', 'text contains "word"'],
  ['two words', 'text contains "two" AND text contains "words"'],
  ['"two words"', 'text contains "two words"'],
  ['user:alice -host:dc1', 'user = alice AND NOT host = dc1'],
  ['NOT user:alice', 'NOT user = alice'],
  ['srcIp:10.0.0.*', 'src_ip = 10.0.0.*'],
  ['SRC_IP:10.0.0.0/8', 'src_ip = 10.0.0.0/8'],
  ['ip:10.0.0.1', 'src_ip or dst_ip = 10.0.0.1'],
  ['outcome:(failure, unknown)', 'outcome is one of (failure, unknown)'],
  ['outcome:(failure OR "a b",c)', 'outcome is one of (failure, a b, c)'],
  ['src_port>1024', 'src_port > 1024'],
  ['src_port:>=1024', 'src_port >= 1024'],
  ['EventID:4625', 'fields.EventID = 4625'],
  ['fields.User:x', 'fields.User = x'],
  ['"Logon Type":3', 'fields.Logon Type = 3'],
  ['user:*', 'user is present'],
  ['user:""', 'user is absent'],
  ['a OR b c', 'text contains "a" OR (text contains "b" AND text contains "c")'],
  ['(a OR b) c', '(text contains "a" OR text contains "b") AND text contains "c"'],
  ['a AND b', 'text contains "a" AND text contains "b"'],
  ['-(a b)', 'NOT (text contains "a" AND text contains "b")'],
  ['(user:x)', 'user = x'],
  ['(foo(bar))', 'text contains "foo(bar)"'],
  ['12:30:00', 'text contains "12:30:00"'],
  ['https://x.example/a', 'text contains "https://x.example/a"'],
  ['C:\\Windows\\x', 'text contains "C:\\Windows\\x"'],
  ['fe80::1', 'text contains "fe80::1"'],
  ['Error: disk', 'text contains "Error:" AND text contains "disk"'],
  ['a<b', 'text contains "a<b"'],
  ['uid=0', 'text contains "uid=0"'],
  ['-', 'text contains "-"'],
  ['--flag', 'text contains "--flag"'],
  ['cmd:"C:\\a \\"b\\" *"', 'fields.cmd = C:\\a "b" *'],
  ['ORDER', 'text contains "ORDER"'],
  ['"open', '1: this quote is not closed'],
  ['x "open', '3: this quote is not closed'],
  ['user:"open', '6: this quote is not closed'],
  ['(a', '1: this "(" is not closed'],
  ['a )', '3: this ")" closes nothing'],
  ['()', '1: there is nothing in these parentheses'],
  ['user:()', '6: there is no value in these parentheses'],
  ['user:(a', '6: this "(" is not closed'],
  ['a OR', '5: OR needs something on both sides'],
  ['OR a', '5: OR needs something on both sides'],
  ['NOT', '4: NOT needs something behind it'],
]

for (const [text, expected] of CASES) {
  test(`the search ${JSON.stringify(text)} is understood as ${expected}`, () => {
    assert.equal(understood(text), expected)
  })
}

test('a star is a wildcard unless a backslash stands before it', () => {
  const parsed = parseSearch('user:a*b\\*c**')
  assert.ok(parsed.ok && parsed.value.kind === 'is')
  assert.deepEqual(parsed.value.values, [['a', 'b*c', '']])
})

test('hostile lengths and depths are refused, not followed', () => {
  assert.match(understood('('.repeat(4_000)), /nested more than 32 deep/)
  assert.match(understood('-'.repeat(1) + 'NOT '.repeat(500)), /nested more than|behind it/)
  assert.match(understood('a '.repeat(1_000)), /more than 256 terms/)
  assert.match(understood(`user:(${'a,'.repeat(1_000)})`), /more than 256 terms/)
  assert.match(understood('x'.repeat(5_000)), /longer than 4096 characters/)
})

test('a value that does not fit its column is a mistake at its place', () => {
  const mistakeOf = (text: string) => {
    const parsed = parseSearch(text)
    assert.ok(parsed.ok, text)
    try {
      planSearch(parsed.value)
      return 'none'
    } catch (error) {
      assert.ok(error instanceof Mistake)
      return `${error.at}: ${error.message}`
    }
  }
  assert.equal(mistakeOf('a src_port:http'), '3: src_port is a number, not http')
  assert.equal(mistakeOf('src_ip:10.0.0.0/99'), '1: 10.0.0.0/99 is not a network')
  assert.equal(mistakeOf('class:nothing'), '1: no class is named nothing')
  assert.equal(mistakeOf('severity:high class:authentication src_port:44*'), 'none')
})

test('no text of a user ever reaches the SQL, and parsing never throws', () => {
  const marks = [
    '"',
    "'",
    '(',
    ')',
    ':',
    '*',
    '\\',
    '-',
    ' ',
    '>',
    ',',
    'OR',
    'NOT',
    'user',
    'zqx',
    '{p1:String}',
    '%',
    '\u0000',
    '😀',
  ]
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...marks), { maxLength: 25 }), (parts) => {
      const parsed = parseSearch(parts.join(''))
      if (!parsed.ok) return
      try {
        const { sql } = planSearch(parsed.value)
        assert.ok(!['zqx', '😀', '\u0000', '\\'].some((mark) => sql.includes(mark)), sql)
        assert.match(
          sql.replace(/\{p\d+:(String|Int64|Float64|Array\(Int64\))\}/g, '?'),
          /^[\w\s()?!=<>,.'-]*$/,
        )
      } catch (error) {
        if (!(error instanceof Mistake)) throw error
      }
    }),
    { numRuns: 2_000 },
  )
})
