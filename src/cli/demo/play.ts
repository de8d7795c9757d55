import type { Clock } from '#base/clock.ts'
import { ordinaryLife } from './days.ts'
import type { Chance } from './prng.ts'
import type { Sender } from './sender.ts'
import type { DemoRecord } from './wire.ts'

/** How fast, and for how long. */
interface PlayOptions {
  readonly sender: Sender
  readonly clock: Clock
  /** Records a second at most. */
  readonly rate: number
  readonly signal: AbortSignal
  /** Told after each batch how many of the story were sent. */
  readonly progress?: (sent: number, total: number) => void
}

/** Small enough that all lanes stay within minutes of each other in the story's time. */
const BATCH = 240

/** Sends a story from its first record to its last, no faster than `rate`. Gives the number sent. */
export async function playStory(
  story: readonly DemoRecord[],
  options: PlayOptions,
): Promise<number> {
  const started = options.clock.now()
  let sent = 0
  while (sent < story.length && !options.signal.aborted) {
    const batch = story.slice(sent, sent + BATCH)
    await options.sender.send(batch)
    sent += batch.length
    options.progress?.(sent, story.length)
    const ahead = started + (sent / options.rate) * 1000 - options.clock.now()
    if (ahead > 1) await options.clock.sleep(ahead, options.signal)
  }
  return sent
}

const STEP_MS = 5_000
/** A fraction of the usual bustle: enough to see the charts move. */
const LIVELINESS = 0.6

/** Goes on with ordinary life, as it happens, from the end of the story (`from`, epoch milliseconds) until the signal aborts. */
export async function playLive(
  chance: Chance,
  options: Pick<PlayOptions, 'sender' | 'clock' | 'signal'> & { readonly from: number },
): Promise<void> {
  const { sender, clock, signal } = options
  let last = options.from
  while (!signal.aborted) {
    await clock.sleep(STEP_MS, signal)
    if (signal.aborted) return
    const now = clock.now()
    const records = ordinaryLife(chance, { from: last, to: now }, LIVELINESS)
    last = now
    if (records.length > 0) await sender.send(records)
  }
}
