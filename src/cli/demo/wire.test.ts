import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseJsonObject } from '#base/json.ts'
import { createChance } from './prng.ts'
import { fortigate } from './records/fortigate.ts'
import { nginx } from './records/unix.ts'
import { bodyOf, bsdTime, clfTime, octetFrames } from './wire.ts'

const time = Date.parse('2026-03-09T10:05:02.118Z')
const moment = { time, chance: createChance('wire') }

test('times are written as each protocol wants them', () => {
  assert.equal(bsdTime(time), 'Mar  9 10:05:02')
  assert.equal(bsdTime(Date.parse('2026-12-31T23:59:59Z')), 'Dec 31 23:59:59')
  assert.equal(clfTime(time), '09/Mar/2026:10:05:02 +0000')
})

test('a datagram is a line of RFC 3164 with the host in front', () => {
  const { body, lane } = fortigate(moment, 'edge', 'type="traffic"')
  assert.equal(lane, 'udp')
  assert.match(
    body,
    /^<189>Mar {2}9 10:05:02 fw-edge-1 date=2026-03-09 time=10:05:02 devname="fw-edge-1"/,
  )
  assert.match(body, / eventtime=1773050702118000000 tz="\+0000" type="traffic"$/)
})

test('a stream carries frames with their length in bytes, not in letters', () => {
  const record = { time, lane: 'tcp', body: '<13>1 - h a - - - grün' } as const
  assert.equal(octetFrames([record, record]), '23 <13>1 - h a - - - grün'.repeat(2))
})

test('a web request is a line of RFC 5424', () => {
  const { body } = nginx(moment, {
    ip: '203.0.113.9',
    method: 'GET',
    target: '/',
    status: 200,
    agent: 'x',
    sizeBytes: 7,
  })
  assert.equal(
    body,
    '<190>1 2026-03-09T10:05:02.118Z web-1 nginx 812 - - 203.0.113.9 - - [09/Mar/2026:10:05:02 +0000] "GET / HTTP/1.1" 200 7 "-" "x"',
  )
})

test('a document body has an action line before each document and ends with a line break', () => {
  const record = { time, lane: 'bulk', index: 'logs-x', body: '{"a":1}' } as const
  assert.equal(bodyOf('bulk', [record]), '{"create":{"_index":"logs-x"}}\n{"a":1}\n')
})

test('cloud records come in one object, feeds as lines', () => {
  const record = { time, lane: 'cloudtrail', body: '{"a":1}' } as const
  const whole = parseJsonObject(bodyOf('cloudtrail', [record, record]))
  assert.ok(whole.ok)
  assert.deepEqual(whole.value, { Records: [{ a: 1 }, { a: 1 }] })
  assert.equal(bodyOf('okta', [record, record]), '{"a":1}\n{"a":1}\n')
})
