import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { systemClock } from '#base/clock.ts'
import type { RawRecord } from '#base/journal.ts'
import { START } from '../testing/findings.ts'
import { testFolder } from '../testing/folder.ts'
import { type Disk, openDisk, startLife } from '../testing/lives.ts'
import { createStage } from './stage.ts'

const RULES = [
  {
    path: 'wrong.yml',
    text: `
title: A wrong password
id: 11111111-1111-4111-8111-111111111111
name: wrong
logsource: { product: linux, service: sshd }
detection: { words: [Failed password for], condition: words }
level: low
`,
  },
  {
    path: 'many.yml',
    text: `
title: Three wrong passwords
id: 22222222-2222-4222-8222-222222222222
correlation: { type: event_count, rules: [wrong], group-by: [user], timespan: 10m, condition: { gte: 3 } }
level: high
`,
  },
]
const LIMITS = { spanRecords: 4, spanMs: 5, snapshotMs: 0, openSpans: 2 }

const LIFE: fc.Arbitrary<Life> = fc.record({
  maxRecords: fc.integer({ min: 1, max: 5 }),
  turns: fc.record({ findings: fc.nat({ max: 12 }), spans: fc.nat({ max: 12 }) }),
})

/** A record: a wrong password of one of three users, a CloudTrail file of two events, or what an input could not read. */
function record(kind: number, at: number): RawRecord {
  const received = START + at * 1_000_000
  const raw = (text: string, more: Partial<RawRecord> = {}) => ({
    feed: 'test',
    received,
    bytes: Buffer.from(text),
    ...more,
  })
  if (kind === 3)
    return raw(
      '{"Records":[{"eventVersion":"1.08","eventID":"a"},{"eventVersion":"1.08","eventID":"b"}]}',
    )
  if (kind === 4) return raw('{"broken', { dead: 'json.invalid' })
  const clock = new Date(received / 1000).toISOString().slice(11, 19)
  return raw(
    `<86>Jan  1 ${clock} bastion sshd[7]: Failed password for user${kind} from 203.0.113.7 port 22 ssh2`,
  )
}

/** What a life without an end would give. */
function expected(records: readonly RawRecord[]) {
  const stage = createStage({ routes: [], zone: 'UTC', ruleFiles: RULES, indicators: [] })
  assert.deepEqual(stage.ruleSet.problems, [])
  const structured = records.map((raw, seq) => stage.structure({ ...raw, partition: 0, seq }))
  return {
    events: structured.flatMap((one) => one.events.map((event) => event.id)),
    dead: structured.flatMap((one) => one.dead.map((letter) => letter.id)),
    findings: stage.detect(structured, START).map((finding) => finding.id),
  }
}

interface Life {
  readonly maxRecords: number
  readonly turns: { readonly findings: number; readonly spans: number }
}

async function live(disk: Disk, life: Life, crashAt?: number): Promise<void> {
  const { pipeline, crashed } = await startLife(disk, {
    ruleFiles: RULES,
    limits: LIMITS,
    ...life,
    ...(crashAt === undefined ? {} : { crashAt }),
  })
  let isOver = false
  const finished = async () => {
    while (!isOver && pipeline && pipeline.position < disk.journal.durable)
      await systemClock.sleep(1)
    if (!isOver) await pipeline?.stop()
  }
  await Promise.race([crashed, finished()])
  isOver = true
}

test('whatever write a crash comes at, each record is stored once and each finding is found again with its id', async (t) => {
  const folder = testFolder(t)
  let run = 0
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 24 }),
      fc.array(fc.tuple(fc.integer({ min: 2, max: 40 }), LIFE), { maxLength: 4 }),
      async (kinds, crashes) => {
        run += 1
        const disk = await openDisk(`${folder}/${run}`)
        try {
          const records = kinds.map(record)
          await disk.journal.append(records)
          for (const [half, life] of crashes) await live(disk, life, half / 2)
          // Stored only after everything before it was judged: the last life does not end too early.
          const last = record(4, kinds.length)
          await disk.journal.append([last])
          records.push(last)
          await live(disk, { maxRecords: 3, turns: { findings: 0, spans: 0 } })
          const wanted = expected(records)
          assert.deepEqual(disk.events.ids('events').sort(), wanted.events.sort())
          assert.deepEqual(disk.events.ids('dead_letters').sort(), wanted.dead.sort())
          assert.deepEqual([...disk.findings.keys()].sort(), wanted.findings.sort())
          const totals = await disk.state.ledger.totals({ from: 0, to: Number.MAX_SAFE_INTEGER })
          const sum = (key: 'received' | 'stored' | 'dead' | 'events') =>
            totals.reduce((all, row) => all + row[key], 0)
          assert.equal(sum('received'), records.length)
          assert.equal(sum('stored') + sum('dead'), records.length)
          assert.equal(sum('events'), wanted.events.length)
          assert.equal(await disk.state.spans.position(), records.length)
        } finally {
          await disk.close()
        }
      },
    ),
    { numRuns: 25 },
  )
})
