import assert from 'node:assert/strict'
import { test } from 'node:test'
import { finding, incident, open } from '../testing/state.ts'
import type { StateStore } from './contract.ts'

test('findings are kept once, and only new ones are given back', async (t) => {
  const { store } = await open(t)
  const [one, two, three] = [finding('f1'), finding('f2'), finding('f3')]
  assert.deepEqual(await store.findings.addNew([one, two, one]), [one, two])
  assert.deepEqual(await store.findings.addNew([two, three]), [three])
  assert.deepEqual(await store.findings.addNew([]), [])
  assert.deepEqual(await store.findings.get('f1'), one)
  assert.equal(await store.findings.get('f9'), undefined)
  assert.deepEqual(await store.findings.known(['f1', 'f9', "x'; --"]), new Set(['f1']))
  assert.equal((await store.findings.getMany(['f3', 'f1', 'f9'])).length, 2)
})

test('five hundred findings at once are all kept', async (t) => {
  const { store } = await open(t)
  const many = Array.from({ length: 500 }, (_, at) => finding(`f${at}`))
  assert.equal((await store.findings.addNew(many)).length, 500)
  assert.equal((await store.findings.list({ limit: 1000 })).length, 500)
})

test('findings are listed newest detection first and by every filter', async (t) => {
  const { store } = await open(t)
  await store.findings.addNew([
    finding('a', { detected: 1, time: 10 }),
    finding('b', { detected: 3, time: 20, ruleId: 'rule-2', kind: 'signal' }),
    finding('c', { detected: 2, time: 30, source: 'fw' }),
  ])
  const ids = async (filter: Parameters<StateStore['findings']['list']>[0]) =>
    (await store.findings.list(filter)).map((each) => each.id)
  assert.deepEqual(await ids({}), ['b', 'c', 'a'])
  assert.deepEqual(await ids({ from: 20, to: 30 }), ['b'])
  assert.deepEqual(await ids({ ruleId: 'rule-1' }), ['c', 'a'])
  assert.deepEqual(await ids({ source: 'fw' }), ['c'])
  assert.deepEqual(await ids({ kind: 'signal' }), ['b'])
  assert.deepEqual(await ids({ limit: 1 }), ['b'])
  await store.incidents.put(incident('i1', { findingIds: ['a', 'c'] }))
  assert.deepEqual(await ids({ incidentId: 'i1' }), ['c', 'a'])
})

test('rules are counted with their last proof, alerts by day', async (t) => {
  const { store } = await open(t)
  const day = 86_400_000_000
  await store.findings.addNew([
    finding('a', { detected: day, time: 7 }),
    finding('b', { detected: day + 5, time: 9 }),
    finding('c', { detected: day * 3, kind: 'signal', ruleId: 'rule-2' }),
    finding('d', { detected: day * 2 + 1 }),
  ])
  assert.deepEqual(await store.findings.countByRule(day + 1), [
    { ruleId: 'rule-1', count: 2, alerts: 2, lastTime: 1_000, lastDetected: day * 2 + 1 },
    { ruleId: 'rule-2', count: 1, alerts: 0, lastTime: 1_000, lastDetected: day * 3 },
  ])
  assert.deepEqual(await store.findings.alertsPerDay(0), [
    { day: '1970-01-02', count: 2 },
    { day: '1970-01-03', count: 1 },
  ])
})
