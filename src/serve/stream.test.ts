import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createFakeClock } from '#base/testing/fake-clock.ts'
import type { LiveEvent } from './contract/status.ts'
import { createStreams } from './stream.ts'

/** A sink that keeps what is written, and can be slow. */
function createSink() {
  const acts = new Map<string, () => void>()
  return {
    written: '',
    slow: false,
    ended: false,
    write(text: string) {
      this.written += text
      return !this.slow
    },
    end() {
      this.ended = true
      acts.get('close')?.()
    },
    on(event: string, act: () => void) {
      acts.set(event, act)
    },
    drain: () => acts.get('drain')?.(),
  }
}

function open() {
  const clock = createFakeClock()
  let listener: (event: LiveEvent) => void = () => undefined
  const streams = createStreams(clock, (given) => {
    listener = given
    return () => {
      listener = () => undefined
    }
  })
  return { clock, streams, emit: (event: LiveEvent) => listener(event) }
}

const yes = async () => true

test('changes are gathered and sent once each', async () => {
  const { clock, streams, emit } = open()
  const raw = createSink()
  streams.open(raw, 'a', yes)
  for (let at = 0; at < 50; at += 1) emit({ kind: 'incident', id: 'i1' })
  emit({ kind: 'run', id: 'r1' })
  await clock.advance(400)
  assert.match(
    raw.written,
    /id: 1\nevent: change\ndata: \[\{"kind":"incident","id":"i1"\},\{"kind":"run","id":"r1"\}\]\n\n$/,
  )
  const before = raw.written
  await clock.advance(4000)
  assert.equal(raw.written, before)
  streams.stop()
})

test('a slow listener costs a bounded list and is told to read everything again', async () => {
  const { clock, streams, emit } = open()
  const raw = createSink()
  raw.slow = true
  streams.open(raw, 'a', yes)
  emit({ kind: 'finding', id: 'f0' })
  await clock.advance(400)
  for (let at = 0; at < 100_000; at += 1) emit({ kind: 'finding', id: `f${at}` })
  await clock.advance(400)
  assert.ok(raw.written.length < 200)
  raw.drain()
  await clock.advance(400)
  assert.match(raw.written, /event: resync\ndata: \{\}\n\n$/)
  streams.stop()
})

test('a heartbeat keeps the stream, and asks whether the session still lives', async () => {
  const { clock, streams } = open()
  const raw = createSink()
  let lives = true
  streams.open(raw, 'a', async () => lives)
  await clock.advance(16_000)
  assert.match(raw.written, /: beat\n\n$/)
  lives = false
  await clock.advance(16_000)
  assert.equal(raw.ended, true)
  assert.equal(streams.size, 0)
  streams.stop()
})

test('signing out ends the streams of that session only', () => {
  const { streams } = open()
  const mine = createSink()
  const other = createSink()
  streams.open(mine, 'a', yes)
  streams.open(other, 'b', yes)
  streams.close('a')
  assert.deepEqual([mine.ended, other.ended, streams.size], [true, false, 1])
  streams.stop()
  assert.equal(other.ended, true)
})
