import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { systemClock } from '#base/clock.ts'
import { createFakeClock } from '#base/testing/fake-clock.ts'
import { createJudge } from './judge.ts'
import { createLatency } from './latency.ts'
import { loadAll, readConfig } from './load.ts'
import type { Pipeline } from './pipeline/host.ts'
import { createRefusals } from './refusals.ts'
import { createStatus } from './status.ts'
import { testFolder } from './testing/folder.ts'
import { openDisk } from './testing/lives.ts'
import { makeRecord } from './testing/structured.ts'

const PIPELINE: Pipeline = {
  rules: [],
  problems: [],
  restored: '',
  lost: 0,
  position: 0,
  lag: 0,
  lagMs: 0,
  busySeconds: 0,
  setIndicators: () => undefined,
  stop: async () => undefined,
}

async function open(folder: string, pipeline: Partial<Pipeline> = {}) {
  const disk = await openDisk(folder)
  const clock = createFakeClock()
  const config = join(folder, 'vedette.yaml')
  writeFileSync(config, 'ownLogs: false\n')
  const refusals = createRefusals()
  const latency = createLatency()
  const loaded = loadAll(readConfig(config), systemClock)
  const judge = createJudge({
    plan: loaded.plan,
    events: disk.events,
    state: disk.state,
    clock,
    rules: () => [],
  })
  const view = createStatus({
    ...disk,
    loaded,
    clock,
    version: '0.0.0',
    ownLogs: [],
    playbookProblems: [],
    listening: ['syslog tcp [::1]:5514', 'http http://127.0.0.1:7480'],
    pipeline: { ...PIPELINE, ...pipeline },
    judge,
    refusals,
    latency,
  })
  return { disk, view, refusals, latency }
}

test('an empty server says what it does not know, and is never called well', async (t) => {
  const { disk, view } = await open(testFolder(t))
  t.after(() => disk.close())
  const status = await view.status()
  assert.equal(status.health.state, 'unknown')
  assert.ok(status.unknowns.some((text) => text.startsWith('What you protect')))
  assert.ok(status.unknowns.some((text) => text.startsWith('Known bad addresses')))
  assert.deepEqual(status.listening, [
    { name: 'syslog-tcp', address: '[::1]', port: 5514 },
    { name: 'http', address: '127.0.0.1', port: 7480, url: 'http://127.0.0.1:7480' },
  ])
})

test('refused records, records that wait, and lost state are said in words', async (t) => {
  const { disk, view, refusals } = await open(testFolder(t), {
    lag: 60_000,
    restored: 'detect.snapshot-version',
    problems: [
      { path: 'a.yml', line: 1, severity: 'rejected', code: 'x', text: 'x' },
      { path: 'a.yml', line: 9, severity: 'rejected', code: 'x', text: 'x' },
      { path: 'b.yml', line: 1, severity: 'warning', code: 'x', text: 'x' },
    ],
  })
  t.after(() => disk.close())
  refusals.add('syslog-udp', 'files.full', 7)
  const { health, unknowns } = await view.status()
  assert.equal(health.state, 'degraded')
  assert.match(health.sentence, /60000 records wait to be judged; 7 records could not be taken/)
  assert.ok(unknowns.some((text) => /rules in 1 file would/.test(text)))
  assert.ok(unknowns.some((text) => text.includes('detect.snapshot-version')))
})

test('the metrics are OpenMetrics: each name once with its type, the end at the end', async (t) => {
  const { disk, view, latency } = await open(testFolder(t))
  t.after(() => disk.close())
  await disk.journal.append([makeRecord(0), makeRecord(1)])
  latency.add(250)
  const lines = (await view.metrics()).split('\n')
  assert.deepEqual(lines.slice(-2), ['# EOF', ''])
  const types = lines.filter((line) => line.startsWith('# TYPE ')).map((line) => line.split(' ')[2])
  assert.equal(new Set(types).size, types.length)
  for (const line of lines.filter((text) => text !== '' && !text.startsWith('#')))
    assert.match(line, /^vedette_[a-z_]+(\{quantile="[\d.]+"\})? [\d.e+-]+$/)
  assert.ok(lines.includes('vedette_collect_records_total 2'))
  assert.ok(lines.includes('vedette_run_finding_latency_seconds{quantile="0.99"} 0.25'))
})
