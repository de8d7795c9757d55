import assert from 'node:assert/strict'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { systemIds } from '#base/ids.ts'
import { silentLog } from '#base/log.ts'
import { createFakeClock } from '#base/testing/fake-clock.ts'
import { closeIncident } from '#incident/index.ts'
import { defaultPlan } from '#plan/index.ts'
import type { Incident } from '#shape/incident.ts'
import { openStateStore, type StateStore } from '#store/index.ts'
import { openAbsorber } from './absorb.ts'
import { createLatency } from './latency.ts'
import { createLive } from './live.ts'
import { makeFinding, START, user } from './testing/findings.ts'
import { testFolder } from './testing/folder.ts'
import { createTurns } from './turns.ts'

async function open(t: TestContext) {
  const clock = createFakeClock()
  const state = await openStateStore({ path: join(testFolder(t), 's.db'), clock, ids: systemIds })
  t.after(() => state.close())
  const told: Incident[] = []
  const latency = createLatency()
  /** A life of the absorber over the same state. */
  const start = (
    more: { state?: StateStore; onIncident?: (one: Incident) => Promise<void> } = {},
  ) =>
    openAbsorber({
      plan: defaultPlan(),
      state,
      clock,
      log: silentLog,
      live: createLive(),
      latency,
      alone: createTurns(),
      onIncident: async (incident) => void told.push(incident),
      ...more,
    })
  return { state, start, told, latency, clock }
}

const about = (id: string, minute = 0) =>
  makeFinding(id, {
    entities: [user('mara')],
    time: START + minute * 60_000_000,
    start: START + minute * 60_000_000,
  })

test('findings about the same person become one incident, kept with them', async (t) => {
  const { state, start, told } = await open(t)
  const absorber = await start()
  await absorber.take([about('f1'), about('f2', 1)])
  await absorber.drained()
  const incidents = await state.incidents.list()
  assert.deepEqual(
    incidents.map(({ findingCount }) => findingCount),
    [2],
  )
  assert.equal(told.at(-1)?.findingCount, 2)
  assert.deepEqual(await state.incidents.orphans(), [])
})

test('findings that come again after a crash change nothing, whatever they come with', async (t) => {
  const { state, start, latency } = await open(t)
  const first = await start()
  await first.take([about('f1'), about('f2', 1)])
  const before = await state.incidents.list()
  await first.take([about('f1')])
  const second = await start()
  await second.take([about('f1'), about('f2', 1)])
  assert.deepEqual(await state.incidents.list(), before)
  await second.take([about('f2', 1), about('f3', 2)])
  assert.deepEqual(
    (await state.incidents.list()).map(({ findingCount }) => findingCount),
    [3],
  )
  assert.equal(latency.count, 3)
})

test('a batch that could not be kept is kept whole at the next try, and not twice', async (t) => {
  const { state, start } = await open(t)
  let failures = 1
  const failing: StateStore = {
    ...state,
    incidents: {
      ...state.incidents,
      saveAbsorbed: (work) => {
        failures -= 1
        return failures >= 0
          ? Promise.reject(new Error('disk full'))
          : state.incidents.saveAbsorbed(work)
      },
    },
  }
  const absorber = await start({ state: failing })
  const batch = [about('f1'), about('f2', 1)]
  await assert.rejects(absorber.take(batch), /disk full/)
  assert.deepEqual([await state.incidents.list(), await state.findings.list()], [[], []])
  await absorber.take(batch)
  assert.deepEqual(
    (await state.incidents.list()).map(({ findingCount }) => findingCount),
    [2],
  )
})

test('an alert that a crash left without an incident gets one at the start', async (t) => {
  const { state, start } = await open(t)
  await state.findings.addNew([about('lost')])
  assert.equal((await state.incidents.orphans()).length, 1)
  await start()
  assert.deepEqual(await state.incidents.orphans(), [])
  assert.equal((await state.incidents.list())[0]?.findingIds[0], 'lost')
})

test('a closed incident stays closed: what comes after it opens a new one', async (t) => {
  const { state, start, clock } = await open(t)
  const absorber = await start()
  await absorber.take([about('f1')])
  const [opened] = await state.incidents.list()
  assert.ok(opened)
  const closed = closeIncident(opened, {
    reason: 'true',
    note: 'done',
    by: 'admin',
    at: clock.micros(),
  })
  assert.ok(closed.ok)
  await state.incidents.put(closed.value)
  absorber.changed(closed.value)
  await absorber.take([about('f2', 1)])
  const all = await state.incidents.list()
  assert.deepEqual(all.map(({ status }) => status).sort(), ['closed', 'open'])
  assert.deepEqual((await state.incidents.get(opened.id))?.findingIds, ['f1'])
})

test('an answer that fails holds up neither findings nor the other answers', async (t) => {
  const { state, start } = await open(t)
  const answered: string[] = []
  const absorber = await start({
    onIncident: async (incident) => {
      answered.push(incident.id)
      if (answered.length === 1) throw new Error('no answer')
    },
  })
  await absorber.take([about('f1')])
  await absorber.take([makeFinding('other', { entities: [user('felix')] })])
  await absorber.drained()
  assert.equal((await state.incidents.list()).length, 2)
  assert.equal(new Set(answered).size, 2)
})
