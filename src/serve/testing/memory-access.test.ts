import assert from 'node:assert/strict'
import { test } from 'node:test'
import { systemIds } from '#base/ids.ts'
import { createFakeClock } from '#base/testing/fake-clock.ts'
import { createMemoryAccess } from './memory-access.ts'

const MINUTE_MS = 60_000

function open() {
  const clock = createFakeClock()
  return { clock, access: createMemoryAccess(clock, systemIds) }
}

test('a code works once, even when two browsers race for it', async () => {
  const { access } = open()
  const code = await access.createCode('dana', 'analyst')
  const grants = await Promise.all([access.consumeCode(code), access.consumeCode(code)])
  assert.equal(grants.filter(Boolean).length, 1)
  assert.equal(await access.consumeCode(code), undefined)
})

test('a code is worth nothing after its minutes', async () => {
  const { access, clock } = open()
  const code = await access.createCode('dana', 'analyst', 15)
  await clock.advance(15 * MINUTE_MS)
  assert.equal(await access.consumeCode(code), undefined)
})

test('a session ends after seven days and at sign-out', async () => {
  const { access, clock } = open()
  const first = await access.consumeCode(await access.createCode('dana', 'admin'))
  const second = await access.consumeCode(await access.createCode('dana', 'admin'))
  assert.ok(first && second)
  assert.deepEqual(await access.session(first.token), {
    name: 'dana',
    role: 'admin',
    via: 'session',
  })
  await access.signOut(first.token)
  assert.equal(await access.session(first.token), undefined)
  await clock.advance(7 * 24 * 60 * MINUTE_MS - 1)
  assert.ok(await access.session(second.token))
  await clock.advance(1)
  assert.equal(await access.session(second.token), undefined)
})

test('a code is no session, a session is no token, a token is no session', async () => {
  const { access } = open()
  const code = await access.createCode('dana', 'admin')
  assert.equal(await access.session(code), undefined)
  const grant = await access.consumeCode(code)
  assert.equal(await access.principalOfToken(grant?.token ?? ''), undefined)
  const { token } = await access.createToken({ name: 'ci', role: 'viewer' }, 'dana')
  assert.equal(await access.session(token), undefined)
  assert.equal(await access.consumeCode(token), undefined)
})

test('no secret is kept: only hashes are in the records', async () => {
  const { access } = open()
  const { token } = await access.createToken({ name: 'ci', role: 'viewer', days: 1 }, 'dana')
  const grant = await access.consumeCode(await access.createCode('dana', 'admin'))
  const kept = access.kept()
  assert.ok(!kept.includes(token))
  assert.ok(!kept.includes(grant?.token ?? 'x'))
})

test('a token expires, is revoked by id, and remembers its last use', async () => {
  const { access, clock } = open()
  const short = await access.createToken({ name: 'short', role: 'viewer', days: 1 }, 'dana')
  const long = await access.createToken({ name: 'long', role: 'viewer' }, 'dana')
  assert.ok(await access.principalOfToken(long.token))
  const used = (await access.listTokens()).find((token) => token.id === long.id)
  assert.equal(used?.lastUsed, clock.micros())
  await clock.advance(24 * 60 * MINUTE_MS)
  assert.equal(await access.principalOfToken(short.token), undefined)
  assert.equal(await access.revokeToken(long.id), true)
  assert.equal(await access.revokeToken(long.id), false)
  assert.equal(await access.principalOfToken(long.token), undefined)
})
