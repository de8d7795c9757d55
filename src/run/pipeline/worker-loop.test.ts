import assert from 'node:assert/strict'
import { test } from 'node:test'
import { systemClock } from '#base/clock.ts'
import type { JournalReader } from '#base/journal.ts'
import { testFolder } from '../testing/folder.ts'
import { makeRecord, makeStructured } from '../testing/structured.ts'
import type { FromWorker, PipelineStart } from './protocol.ts'
import { createStage } from './stage.ts'
import { runWorker } from './worker-loop.ts'

const LIMITS = { spanRecords: 100, spanMs: 1, snapshotMs: 60_000, openSpans: 2 }

/** A loop over so many records, and what it said. */
function open(
  folder: string,
  reader: JournalReader,
  limits: Partial<PipelineStart['limits']> = {},
) {
  const start: PipelineStart = {
    journalFolder: folder,
    spoolFolder: folder,
    routes: [],
    zone: 'UTC',
    ruleFiles: [],
    indicators: [],
    storeFrom: 0,
    limits: { ...LIMITS, ...limits },
  }
  const said: FromWorker[] = []
  const idle: number[] = []
  const stage = {
    ...createStage(start),
    structure: (record: Parameters<typeof makeStructured>[0]) =>
      makeStructured(record, { events: 1 }),
    idle: (now: number) => {
      idle.push(now)
      return []
    },
  }
  const loop = runWorker({ start, reader, stage, send: (message) => said.push(message) })
  const until = async (holds: () => boolean) => {
    const deadline = systemClock.now() + 5_000
    while (!holds()) {
      assert.ok(systemClock.now() < deadline, JSON.stringify(said))
      await systemClock.sleep(1)
    }
  }
  const stop = async () => {
    loop.take({ kind: 'stop' })
    await until(() => said.at(-1)?.kind === 'stopped')
  }
  return { loop, said, idle, until, stop }
}

const readerOf = (records: number): JournalReader => ({
  read: async (seq, { below, maxRecords }) =>
    Array.from({ length: Math.max(0, Math.min(records, below) - seq) }, (_, at) =>
      makeRecord(seq + at),
    ).slice(0, Math.min(10, maxRecords)),
})
const spansOf = (said: readonly FromWorker[]) =>
  said.flatMap((message) => (message.kind === 'span' ? [message.span] : []))

test('windows are not closed by the wall clock before anybody told what waits in the journal', async (t) => {
  const { loop, idle, until, stop } = open(testFolder(t), readerOf(0))
  loop.take({ kind: 'indicators', indicators: [] })
  await systemClock.sleep(5)
  assert.deepEqual(idle, [])
  loop.take({ kind: 'durable', durable: 0 })
  await until(() => idle.length > 0)
  await stop()
})

test('while the store is behind nothing more is read, and it goes on when a span was stored', async (t) => {
  const { loop, said, until, stop } = open(testFolder(t), readerOf(1_000), {
    spanRecords: 10,
    spanMs: 60_000,
  })
  loop.take({ kind: 'durable', durable: 1_000 })
  await until(() => spansOf(said).length === 2)
  await systemClock.sleep(20)
  assert.equal(spansOf(said).length, 2)
  loop.take({ kind: 'stored', to: 9 })
  await until(() => spansOf(said).length === 3)
  await stop()
  const spans = spansOf(said)
  for (const [at, span] of spans.entries()) assert.equal(span.from, (spans[at - 1]?.to ?? -1) + 1)
})

test('a journal that gives nothing where something must be is asked again, and messages are heard', async (t) => {
  let asked = 0
  const reader: JournalReader = {
    read: async (seq) => {
      asked += 1
      return asked > 3 ? [makeRecord(seq)] : []
    },
  }
  const { loop, said, until, stop } = open(testFolder(t), reader)
  loop.take({ kind: 'durable', durable: 1 })
  await until(() => spansOf(said).length === 1)
  await stop()
})

test('a stop hands out the open span, then the state, then the end', async (t) => {
  const { loop, said, until, stop } = open(testFolder(t), readerOf(3), { spanMs: 60_000 })
  loop.take({ kind: 'durable', durable: 3 })
  await until(() => said.length === 0)
  await systemClock.sleep(10)
  await stop()
  assert.deepEqual(
    said.map((message) => message.kind),
    ['span', 'beat', 'snapshot', 'stopped'],
  )
  const snapshot = said.find((message) => message.kind === 'snapshot')
  assert.equal(snapshot?.position, 3)
})
