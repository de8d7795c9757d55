import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Incident } from '#shape/incident.ts'
import { finding, incident, open } from '../testing/state.ts'
import type { StateStore } from './contract.ts'

test('absorbed findings and their incident are kept together or not at all', async (t) => {
  const { store } = await open(t)
  const good = incident('i1', { findingIds: ['f1'] })
  const fresh = await store.incidents.saveAbsorbed({
    newFindings: [finding('f1'), finding('s1', { kind: 'signal' })],
    incidents: [good],
  })
  assert.deepEqual(
    fresh.map((each) => each.id),
    ['f1', 's1'],
  )
  assert.deepEqual(await store.incidents.orphans(), [])
  // A bug in the caller: the second incident cannot be written.
  const broken = { ...incident('i2'), status: null } as unknown as Incident
  await assert.rejects(
    store.incidents.saveAbsorbed({ newFindings: [finding('f2')], incidents: [broken] }),
  )
  assert.equal(await store.findings.get('f2'), undefined)
  const again = await store.incidents.saveAbsorbed({
    newFindings: [finding('f1')],
    incidents: [good],
  })
  assert.deepEqual(again, [])
  assert.deepEqual(await store.incidents.get('i1'), good)
})

test('an alert that no incident holds is named as an orphan', async (t) => {
  const { store } = await open(t)
  await store.findings.addNew([finding('f1'), finding('s1', { kind: 'signal' })])
  assert.deepEqual(
    (await store.incidents.orphans()).map((each) => each.id),
    ['f1'],
  )
})

test('open incidents are found by shared entities, closed and old ones are not', async (t) => {
  const { store } = await open(t)
  const host = { kind: 'host', id: 'dc1', name: 'DC1', role: 'observer', findings: 1 } as const
  await store.incidents.put(incident('i1'))
  await store.incidents.put(incident('i2', { entities: [host] }))
  await store.incidents.put(incident('i3', { status: 'closed' }))
  await store.incidents.put(incident('i4', { end: 10 }))
  const ids = async (keys: string[], since = 500) =>
    (await store.incidents.openSharing(keys, since)).map((each) => each.id)
  assert.deepEqual(await ids(['user:alice']), ['i1'])
  assert.deepEqual(await ids(['user:alice', 'host:dc1', 'ip:1.2.3.4']), ['i1', 'i2'])
  assert.deepEqual(await ids([]), [])
  assert.deepEqual(await ids(['user:alice'], 0), ['i1', 'i4'])
  await store.incidents.put(incident('i1', { entities: [host] }))
  assert.deepEqual(await ids(['user:alice']), [])
  assert.equal(await store.incidents.countOpen(), 3)
})

test('a merged incident that nobody closed is only a name of the one that took it', async (t) => {
  const { store } = await open(t)
  await store.findings.addNew([finding('f1'), finding('f2'), finding('f3')])
  await store.incidents.put(incident('i1', { findingIds: ['f1'] }))
  await store.incidents.put(incident('i2', { findingIds: ['f2'], merged: ['i1'] }))
  await store.incidents.put(incident('i3', { findingIds: ['f3'], merged: ['i2', 'i1'] }))
  assert.deepEqual(
    (await store.incidents.list()).map((each) => each.id),
    ['i3'],
  )
  assert.equal((await store.incidents.resolve('i1'))?.id, 'i3')
  assert.equal((await store.incidents.resolve('i3'))?.id, 'i3')
  assert.equal(await store.incidents.get('i1'), undefined)
  assert.equal((await store.findings.list({ incidentId: 'i3' })).length, 3)
  assert.deepEqual(await store.incidents.orphans(), [])
})

test('a merged incident that was closed as duplicate stays readable, its findings are those of the other', async (t) => {
  const { store } = await open(t)
  const duplicate = incident('i1', {
    findingIds: ['f1'],
    status: 'closed',
    closeReason: 'duplicate',
  })
  const taker = incident('i2', { findingIds: ['f1', 'f2'], merged: ['i1'] })
  for (const incidents of [
    [taker, duplicate],
    [duplicate, taker],
  ]) {
    await store.incidents.put(incident('i1', { findingIds: ['f1'] }))
    await store.incidents.saveAbsorbed({ newFindings: [finding('f1'), finding('f2')], incidents })
    await store.incidents.put({ ...taker, updated: 9 })
    assert.deepEqual(await store.incidents.get('i1'), duplicate)
    assert.equal((await store.incidents.resolve('i1'))?.id, 'i2')
    assert.equal((await store.findings.list({ incidentId: 'i2' })).length, 2)
    assert.equal((await store.findings.list({ incidentId: 'i1' })).length, 0)
    assert.equal(await store.incidents.countOpen(), 1)
  }
})

test('incidents are searched by all words in any of their texts', async (t) => {
  const { store } = await open(t)
  await store.incidents.put(incident('i1', { updated: 1 }))
  await store.incidents.put(
    incident('i2', { updated: 2, title: '100% odd_name', status: 'closed' }),
  )
  const ids = async (filter: Parameters<StateStore['incidents']['list']>[0]) =>
    (await store.incidents.list(filter)).map((each) => each.id)
  assert.deepEqual(await ids({}), ['i2', 'i1'])
  assert.deepEqual(await ids({ text: 'corp\\ALICE guessed' }), ['i1'])
  assert.deepEqual(await ids({ text: '100%' }), ['i2'])
  assert.deepEqual(await ids({ text: '%' }), ['i2'])
  assert.deepEqual(await ids({ text: 'alice nobody' }), [])
  assert.deepEqual(await ids({ status: 'open' }), ['i1'])
})
