import assert from 'node:assert/strict'
import { test } from 'node:test'
import { endpointOf, ipOf, isPrivate } from './ip.ts'

const ADDRESSES: readonly (readonly [string, string | undefined])[] = [
  ['192.0.2.1', '192.0.2.1'],
  ['2001:DB8::1', '2001:db8::1'],
  ['2001:0db8:0000:0000:0000:0000:0000:0001', '2001:db8::1'],
  ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
  ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
  ['::', '::'],
  ['::1', '::1'],
  ['fe80::1%eth0', 'fe80::1'],
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['64:ff9b::192.0.2.33', '64:ff9b::c000:221'],
  ['256.1.1.1', undefined],
  ['1.2.3', undefined],
  ['01.2.3.4', undefined],
  ['1::2::3', undefined],
  ['1:2:3:4:5:6:7:8:9', undefined],
  [':::', undefined],
  ['autoscaling.amazonaws.com', undefined],
  ['10.0.0.0/8', undefined],
  ['', undefined],
  ['1'.repeat(10_000), undefined],
]

for (const [text, expected] of ADDRESSES)
  test(`the address in ${JSON.stringify(text.slice(0, 50))} is ${expected}`, () => {
    assert.equal(ipOf(text), expected)
  })

test('a port that is written with an address is taken off', () => {
  assert.deepEqual(endpointOf('192.0.2.1:443'), { ip: '192.0.2.1', port: 443 })
  assert.deepEqual(endpointOf('[2001:db8::1]:443'), { ip: '2001:db8::1', port: 443 })
  assert.deepEqual(endpointOf('[2001:db8::1]'), { ip: '2001:db8::1' })
  assert.deepEqual(endpointOf('192.0.2.1:99999'), { ip: '192.0.2.1' })
})

test('private addresses are told from public ones', () => {
  for (const ip of [
    '10.1.2.3',
    '172.31.0.1',
    '192.168.1.1',
    '127.0.0.1',
    '169.254.0.1',
    '::1',
    'fd00::1',
    'fe80::1',
    '100.64.0.1',
  ])
    assert.ok(isPrivate(ip), ip)
  for (const ip of ['8.8.8.8', '172.32.0.1', '2001:db8::1', '100.128.0.1'])
    assert.ok(!isPrivate(ip), ip)
})
