import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compileExpr } from './expression.ts'
import type { Expr } from './mapping.ts'
import type { Native } from './native.ts'
import { UTC } from './zone.ts'

const FIELDS = {
  user: { name: 'ann', 'e.mail': 'a@b', roles: ['x', 'y'] },
  'source.ip': '192.0.2.1',
  'deep.er': { 'and.down': 7 },
  dash: '-',
  empty: '',
  none: null,
  na: 'N/A',
  zero: 0,
  target: [
    { type: 'Group', name: 'admins' },
    { type: 'User', name: 'bob' },
    { type: 'User', name: 'eve' },
  ],
  arn: 'arn:aws:iam::1:user/dev/alice',
  login: 'CORP\\carol',
  url: 'https://h.example:8443/a/b?c=d',
  list: '10.0.0.2, 203.0.113.9, 198.51.100.1',
}

function get(expr: Expr, fields: Record<string, unknown> = FIELDS): unknown {
  const native: Native = { format: 'json', fields, text: 'the text', host: 'h1', app: 'sshd' }
  const context = { received: 5, feed: 'syslog', meta: { event: 'push' }, zone: UTC }
  return compileExpr(expr)({ native, context })
}

const CASES: readonly (readonly [Expr, unknown])[] = [
  ['user.name', 'ann'],
  ['user.e.mail', 'a@b'],
  ['source.ip', '192.0.2.1'],
  ['deep.er.and.down', 7],
  ['user.missing|user.name', 'ann'],
  ['dash|empty|none|na|zero', 0],
  ["dash|'lit: a|b'", 'lit: a|b'],
  ['target[type=User].name', 'bob'],
  ['target[*].name', 'admins'],
  ['target[1].name', 'bob'],
  ['target[-1].name', 'eve'],
  ['target[9].name', undefined],
  ['target.name', undefined],
  ['user.roles:last', 'y'],
  ['user.roles:join', 'x,y'],
  ['arn:arn-name', 'alice'],
  ['login:user-of', 'carol'],
  ['login:domain-of:lower', 'corp'],
  ['user.name:domain-of', undefined],
  ['url:host-of-url', 'h.example'],
  ['url:path-of-url', '/a/b'],
  ['list:public-ip', '203.0.113.9'],
  ['$host', 'h1'],
  ['$app:upper', 'SSHD'],
  ['$meta.event', 'push'],
  ['$text', 'the text'],
  [{ of: 'user.name', map: { ann: 'yes' }, else: 'no' }, 'yes'],
  [{ of: 'user.name', match: [[/^a/, 'starts']], else: 'no' }, 'starts'],
  [{ of: 'user.name', map: { constructor: 'x' } }, undefined],
  [{ of: 'dash', else: 'no', empty: 'nothing there' }, 'nothing there'],
  [[{ of: 'dash', else: 'no' }, 'user.name'], 'ann'],
  [{ template: '{user.name}@{login:domain-of}[ {dash}]' }, 'ann@CORP'],
  [[{ template: '{user.name}{dash}' }, "'other'"], 'other'],
]

for (const [expr, expected] of CASES)
  test(`${JSON.stringify(expr)} gives ${JSON.stringify(expected)}`, () => {
    assert.deepEqual(get(expr), expected)
  })

test('names of Object.prototype in a record or a path are only names', () => {
  const hostile = { constructor: { name: 'x' }, toString: 'y' }
  assert.equal(get('constructor.name', hostile), 'x')
  assert.equal(get({ of: 'toString', map: { y: 'found' } }, hostile), 'found')
  assert.equal(
    get({ of: 'user.name', map: { ok: '1' } }, { user: { name: '__proto__' } }),
    undefined,
  )
})

test('mistakes in an expression are found when it is compiled', () => {
  for (const wrong of ['', 'a:no-such-function', '$nowhere', 'a[=x]', 'a[b'])
    assert.throws(() => compileExpr(wrong), wrong)
})
