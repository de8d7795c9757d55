import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createStructurer } from '#structure/index.ts'
import { benchRecords } from './records.ts'

const START_MS = Date.UTC(2026, 5, 1)

test('equal seeds give equal workloads, and other seeds others', () => {
  const bodies = (seed: number) =>
    benchRecords(200, { seed, startMs: START_MS }).map((record) => record.body)
  assert.deepEqual(bodies(1), bodies(1))
  assert.notDeepEqual(bodies(1), bodies(2))
  assert.equal(bodies(1).length, 200)
})

test('every record is one event of a family that is known, and every family of the mix is there', () => {
  const { structure } = createStructurer({ routes: [], zone: 'UTC' })
  const feeds: Readonly<Record<string, string>> = { bulk: 'bulk', tcp: 'syslog', udp: 'syslog' }
  const seen: Record<string, number> = {}
  for (const [seq, record] of benchRecords(3_000, { seed: 1, startMs: START_MS }).entries()) {
    const feed = feeds[record.lane] ?? `http:${record.lane}`
    const bytes = Buffer.from(record.body)
    const { events, dead } = structure({
      partition: 0,
      seq,
      feed,
      received: record.time * 1000,
      bytes,
    })
    assert.deepEqual([events.length, dead], [1, []], record.body)
    const event = events[0]
    assert.ok(event && event.timeQuality !== 'received', record.body)
    assert.equal(Math.floor(event.time / 1_000_000), Math.floor(record.time / 1000), record.body)
    seen[event.family] = (seen[event.family] ?? 0) + 1
  }
  assert.deepEqual(Object.keys(seen).sort(), [
    'aws.cloudtrail',
    'fortinet.fortigate',
    'linux.auth',
    'nginx.access',
    'okta.system',
    'windows.security',
    'windows.sysmon',
  ])
})
