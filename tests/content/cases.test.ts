import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testRuleCases } from '#detect/index.ts'
import type { Event } from '#shape/event.ts'
import { createStructurer } from '#structure/index.ts'
import { contentFiles } from './files.ts'

const structurer = createStructurer({ routes: [] })
const files = contentFiles('rules')
/** What the last case became: one event of the family that the case names, or why not. */
let strange: string[] = []

/** A case's record on the real path: the bytes that the source would send, recognised by content alone. */
function structure(record: unknown, family: string): readonly Event[] {
  const text = typeof record === 'string' ? record : JSON.stringify(record)
  const { events, dead } = structurer.structure({
    partition: 0,
    seq: 0,
    feed: 'case',
    received: Date.parse('2026-03-09T10:16:00Z') * 1000,
    bytes: new TextEncoder().encode(text),
  })
  for (const { reason } of dead) strange.push(`dead letter: ${reason}`)
  if (events.length !== 1) strange.push(`${events.length} events`)
  for (const event of events)
    if (event.family !== family) strange.push(`${event.family}, not ${family}`)
  return events
}

for (const file of files)
  test(`${file.path} fires where it should and keeps quiet where it should`, () => {
    strange = []
    const results = testRuleCases(file, structure)
    const failed = results.filter(({ passed }) => !passed)
    assert.deepEqual(
      failed.map(({ name, line, reason }) => `${line}: ${name}: ${reason}`),
      [],
    )
    assert.deepEqual(strange, [])
    assert.ok(
      results.some(({ expected }) => expected),
      'no case that fires',
    )
    assert.ok(
      results.some(({ expected }) => !expected),
      'no case that keeps quiet',
    )
  })
