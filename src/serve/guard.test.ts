import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cookieOf, hostnameOf, isOwnHost, isOwnOrigin } from './guard.ts'

const OWN_HOSTS: readonly (readonly [string | undefined, boolean])[] = [
  ['127.0.0.1:8514', true],
  ['localhost', true],
  ['vedette.localhost:1', true],
  ['[::1]:8514', true],
  ['10.0.0.7', true],
  ['siem.example', true],
  ['SIEM.example.:8514', true],
  ['evil.example', false],
  ['siem.example.evil.example', false],
  ['localhost.evil.example', false],
  ['127.0.0.1.evil.example', false],
  ['127.0.0.1@evil.example', false],
  ['evil.example/127.0.0.1', false],
  ['siem.example:99999999', false],
  ['', false],
  [undefined, false],
]

for (const [host, own] of OWN_HOSTS)
  test(`Host ${host} is ${own ? 'ours' : 'not ours'}`, () => {
    assert.equal(isOwnHost(host, ['siem.example']), own)
  })

test('a host name is read without port, brackets and final dot', () => {
  assert.equal(hostnameOf('[2001:db8::1]:80'), '2001:db8::1')
  assert.equal(hostnameOf('Siem.Example.:443'), 'siem.example')
  assert.equal(hostnameOf('a b'), '')
})

test('another origin, another port and another site are foreign; no browser is not', () => {
  const host = '127.0.0.1:8514'
  assert.equal(isOwnOrigin({ host }), true)
  assert.equal(isOwnOrigin({ host, origin: 'http://127.0.0.1:8514' }), true)
  assert.equal(isOwnOrigin({ host, origin: 'https://127.0.0.1:8514' }), true)
  assert.equal(isOwnOrigin({ host, origin: 'http://127.0.0.1:9999' }), false)
  assert.equal(isOwnOrigin({ host, origin: 'null' }), false)
  assert.equal(isOwnOrigin({ host, origin: 'null', 'sec-fetch-site': 'same-origin' }), true)
  assert.equal(isOwnOrigin({ host, 'sec-fetch-site': 'cross-site' }), false)
  assert.equal(isOwnOrigin({ host, 'sec-fetch-site': 'same-site' }), false)
})

test('a cookie is found by its whole name', () => {
  assert.equal(cookieOf('xa=1; a=2; a=3', 'a'), '2')
  assert.equal(cookieOf('broken; =x;;a', 'a'), '')
  assert.equal(cookieOf(undefined, 'a'), '')
})
