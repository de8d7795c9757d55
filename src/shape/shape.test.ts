import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { canonicalHost, canonicalUser, entitiesOf, entityKey } from './entity.ts'
import { positionOf } from './event.ts'
import { OCSF_CLASSES, ocsfClassName } from './ocsf.ts'
import { LEVEL_RISK, LEVELS, levelOfRank, levelRank, maxLevel } from './severity.ts'

const USERS: readonly (readonly [string, string])[] = [
  ['CORP\\Mara.Voss', 'mara.voss'],
  ['mara.voss@corp.example', 'mara.voss'],
  [' MARA.VOSS ', 'mara.voss'],
  ['CORP\\mara.voss@corp.example', 'mara.voss'],
  ['@odd', '@odd'],
]
for (const [written, id] of USERS) {
  test(`the user written ${written} is ${id}`, () => {
    assert.equal(canonicalUser(written), id)
  })
}

const HOSTS: readonly (readonly [string, string])[] = [
  ['DC1.corp.example', 'dc1'],
  ['DC1', 'dc1'],
  ['10.0.0.7', '10.0.0.7'],
  ['2001:db8::1', '2001:db8::1'],
]
for (const [written, id] of HOSTS) {
  test(`the host written ${written} is ${id}`, () => {
    assert.equal(canonicalHost(written), id)
  })
}

test('a canonical name is its own canonical name', () => {
  fc.assert(
    fc.property(fc.string(), (name) => {
      const host = canonicalHost(name)
      assert.equal(canonicalHost(host), host)
    }),
  )
})

test('an event is about its people, addresses and machine, each once, and about nobody that everybody is', () => {
  const entities = entitiesOf({
    who: { user: 'CORP\\mara', target: { user: 'mara@corp.example' } },
    where: { srcIp: '203.0.113.7', dstIp: '127.0.0.1', host: 'DC1.corp.example' },
  })
  assert.deepEqual(entities.map(entityKey), ['user:mara', 'ip:203.0.113.7', 'host:dc1'])
  const nobody = entitiesOf({
    who: { user: 'NT AUTHORITY\\SYSTEM', target: { user: 'DC1$' } },
    where: { srcIp: '::1', host: '-' },
  })
  assert.deepEqual(nobody, [])
})

test('levels rise, in rank and in risk, and a rank out of range is the nearest level', () => {
  for (const [at, level] of LEVELS.entries()) {
    assert.equal(levelRank(level), at)
    assert.equal(levelOfRank(at), level)
    const next = LEVELS[at + 1]
    if (next) assert.ok(LEVEL_RISK[next] > LEVEL_RISK[level])
    if (next) assert.equal(maxLevel(next, level), next)
  }
  assert.deepEqual([levelOfRank(-3), levelOfRank(99)], ['informational', 'critical'])
})

test('a position names partition, seq and part, and a class that is unknown has a name', () => {
  assert.deepEqual([positionOf(0, 7), positionOf(2, 7, 3)], ['0-7', '2-7.3'])
  assert.equal(ocsfClassName(3002), 'Authentication')
  assert.equal(ocsfClassName(-1), OCSF_CLASSES[0])
})
