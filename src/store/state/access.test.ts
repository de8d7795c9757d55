import assert from 'node:assert/strict'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { open, openAgain } from '../testing/state.ts'

test('a sign-in code works once, in time, and for one of two callers', async (t) => {
  const { store, clock } = await open(t)
  const user = await store.access.putUser({ name: 'alice', roles: ['analyst'] })
  const code = await store.access.createSignInCode(user.id, 60_000)
  const both = await Promise.all([
    store.access.redeemSignInCode(code),
    store.access.redeemSignInCode(code),
  ])
  assert.equal(both.filter((each) => each?.id === user.id).length, 1)
  const late = await store.access.createSignInCode(user.id, 1_000)
  await clock.advance(1_000)
  assert.equal(await store.access.redeemSignInCode(late), undefined)
  assert.equal(await store.access.redeemSignInCode('guess'), undefined)
})

test('a session ends by time, by sign-out and with its user', async (t) => {
  const { store, clock } = await open(t)
  const user = await store.access.putUser({ name: 'alice', roles: ['admin', 'viewer'] })
  const secret = await store.access.createSession(user.id, 10_000)
  assert.deepEqual(await store.access.findSession(secret), user)
  await clock.advance(10_000)
  assert.equal(await store.access.findSession(secret), undefined)
  assert.equal(await store.access.dropExpired(), 1)
  const second = await store.access.createSession(user.id, 10_000)
  await store.access.endSession(second)
  assert.equal(await store.access.findSession(second), undefined)
  const third = await store.access.createSession(user.id, 10_000)
  assert.equal(await store.access.removeUser(user.id), true)
  assert.equal(await store.access.findSession(third), undefined)
  assert.deepEqual(await store.access.listUsers(), [])
})

test('a token opens until it is revoked, and no secret is in the file', async (t) => {
  const { store, path, clock } = await open(t)
  const { token, secret } = await store.access.createToken({
    name: 'ci',
    scopes: ['read'],
    createdBy: 'alice',
  })
  assert.equal(token.lastUsed, 0)
  assert.equal((await store.access.findToken(secret))?.lastUsed, clock.micros())
  assert.equal(await store.access.findToken(token.id), undefined)
  const user = await store.access.putUser({ name: 'bob', roles: [] })
  const code = await store.access.createSignInCode(user.id, 9_000)
  const hand = new DatabaseSync(path)
  t.after(() => hand.close())
  for (const table of ['tokens', 'sign_in_codes']) {
    const text = JSON.stringify(hand.prepare(`SELECT * FROM ${table}`).all())
    assert.ok(!text.includes(secret) && !text.includes(code), table)
  }
  assert.equal(await store.access.revokeToken(token.id), true)
  assert.equal(await store.access.revokeToken(token.id), false)
  assert.equal(await store.access.findToken(secret), undefined)
  assert.equal((await store.access.listTokens())[0]?.revoked, clock.micros())
})

test('a role that this version does not know gives nothing', async (t) => {
  const { store, path } = await open(t)
  const user = await store.access.putUser({ name: 'alice', roles: ['viewer'] })
  const hand = new DatabaseSync(path)
  hand.exec(`UPDATE users SET roles = '["root","viewer"]'`)
  hand.close()
  assert.deepEqual((await store.access.getUser(user.id))?.roles, ['viewer'])
})

test('two openers get the same intake token, rotation changes it for both', async (t) => {
  const opened = await open(t)
  const other = await openAgain(t, opened)
  const token = await opened.store.access.intakeToken()
  assert.equal(await other.access.intakeToken(), token)
  const changed = await other.access.rotateIntakeToken()
  assert.notEqual(changed, token)
  assert.equal(await opened.store.access.intakeToken(), changed)
})
