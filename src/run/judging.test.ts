import assert from 'node:assert/strict'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { systemIds } from '#base/ids.ts'
import { silentLog } from '#base/log.ts'
import { createFakeClock } from '#base/testing/fake-clock.ts'
import { loadPlan } from '#plan/index.ts'
import type { Finding } from '#shape/finding.ts'
import type { SourceFacts } from '#shape/health.ts'
import { openStateStore } from '#store/index.ts'
import { openBeside } from './beside.ts'
import { createJudge } from './judge.ts'
import { watchSilence } from './silence.ts'
import { START } from './testing/findings.ts'
import { testFolder } from './testing/folder.ts'
import { createMemoryEvents } from './testing/memory-events.ts'

const { plan } = loadPlan(
  `version: 1
name: acme
owner: soc
targets:
  - { id: shop, owner: web, criticality: high }
sources:
  - { id: web, family: nginx.access, match: { feed: web }, targets: [shop], freshness: 5m }
`,
  'plan.yaml',
)

async function open(t: TestContext) {
  assert.ok(plan)
  const folder = testFolder(t)
  const clock = createFakeClock()
  const state = await openStateStore({ path: join(folder, 'state.sqlite'), clock, ids: systemIds })
  t.after(() => state.close())
  return { folder, clock, state, plan }
}

const row = (minute: number) => ({
  source: 'web',
  minute,
  received: 3,
  bytes: 30,
  stored: 2,
  dropped: 0,
  dead: 1,
  events: 2,
  findings: 0,
  reasons: { 'json.invalid': 1 },
  delaySumMs: 0,
  delayMaxMs: 0,
})

test('the judge joins ledger and store, keeps a report for a moment, and asks once for many callers', async (t) => {
  const { clock, state, plan } = await open(t)
  let asked = 0
  const events = createMemoryEvents({
    counts: async () => {
      asked += 1
      return [
        {
          source: 'web',
          events: 2,
          bytes: 30,
          firstReceived: START,
          lastReceived: START,
          lastTime: START,
          families: ['nginx.access'],
        },
      ]
    },
  })
  await state.spans.commitSpan({ position: 3, ledger: [row(START / 60_000_000 - 10)] })
  const judge = createJudge({ plan, events, state, clock, rules: () => [] })
  const [one, two] = await Promise.all([judge.report(), judge.report()])
  assert.equal(one, two)
  assert.equal(await judge.report(), one)
  assert.equal(asked, 1)
  assert.equal(one?.green, false)
  const web = one?.sources.find((source) => source.id === 'web')
  assert.deepEqual([web?.received, web?.dead, web?.events], [3, 1, 2])
  await clock.advance(4_000)
  await judge.report()
  assert.equal(asked, 2)
})

test('a judgement that failed is no answer for the next who asks', async (t) => {
  const { clock, state, plan } = await open(t)
  let isBroken = true
  const events = createMemoryEvents({
    counts: () => (isBroken ? Promise.reject(new Error('engine restarts')) : Promise.resolve([])),
  })
  const judge = createJudge({ plan, events, state, clock, rules: () => [] })
  await assert.rejects(judge.report(), /engine restarts/)
  isBroken = false
  assert.equal((await judge.report()).sources[0]?.state, 'never')
})

test('a source that reported and fell silent is told of, and one question that fails stops nothing', async (t) => {
  const { clock, plan } = await open(t)
  const found: Finding[] = []
  let isBroken = true
  const facts = async (): Promise<SourceFacts[]> => {
    if (isBroken) throw new Error('not now')
    const counts = { received: 1, bytes: 1, stored: 1, dead: 0, dropped: 0, events: 1, findings: 0 }
    const times = { firstReceived: START, lastReceived: START, lastTime: START }
    return [{ source: 'web', families: [], ...times, ...counts, fieldPresence: {}, perMinute: [] }]
  }
  const stop = watchSilence({
    plan,
    clock,
    log: silentLog,
    since: START,
    facts,
    onFindings: async (findings) => void found.push(...findings),
  })
  await clock.advance(60_000)
  isBroken = false
  await clock.advance(180_000)
  assert.equal(found.length, 0, 'five minutes are not over')
  await clock.advance(180_000)
  stop()
  const ids = new Set(found.map((finding) => finding.id))
  assert.equal(ids.size, 1, 'one episode of silence is one finding, however often it is looked at')
  assert.equal(found[0]?.ruleKind, 'silence')
  const before = found.length
  await clock.advance(120_000)
  assert.equal(found.length, before)
})

test('a data folder beside no server tells its counts, and a folder that is none is refused', async (t) => {
  const { folder, state } = await open(t)
  await state.spans.commitSpan({ position: 3, ledger: [row(1)] })
  const beside = await openBeside(folder)
  assert.deepEqual(await beside.ledgerTotals(1), [])
  await assert.rejects(beside.signInLink('admin', 'admin'), /no server runs/)
  await beside.close()
  await assert.rejects(openBeside(join(folder, 'nowhere')), /no data folder/)
})

test('a source that fell silent days ago is silent and one that sends only dead letters sends: neither has never sent', async (t) => {
  const { clock, state, plan } = await open(t)
  const events = createMemoryEvents({ counts: async () => [], fieldPresence: async () => ({}) })
  const judge = createJudge({ plan, events, state, clock, rules: () => [] })
  const stateNow = async () =>
    (await judge.report(0)).sources.find((one) => one.id === 'web')?.state
  assert.equal(await stateNow(), 'never')
  const minute = Math.floor(clock.now() / 60_000)
  await state.spans.commitSpan({
    position: 1,
    ledger: [{ ...row(minute), stored: 0, dead: 3, events: 0 }],
  })
  await clock.advance(60_000)
  assert.equal(await stateNow(), 'degraded')
  await clock.advance(3 * 86_400_000)
  assert.equal(await stateNow(), 'silent')
})
