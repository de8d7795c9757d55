import { inOrder, ordinaryLife } from './days.ts'
import { INTRUSION_MS, intrusion } from './intrusion.ts'
import { createChance } from './prng.ts'
import type { DemoRecord } from './wire.ts'

/** How to tell the story. */
interface StoryOptions {
  readonly seed: string
  /** The moment the story ends, epoch milliseconds. */
  readonly now: number
  /** Days it spans; 4 by default. */
  readonly days?: number
  /** False for ordinary days only. */
  readonly withIntrusion?: boolean
}

const DAY_MS = 86_400_000
const DEFAULT_DAYS = 4
/** The stranger is gone some minutes before the story ends. */
const QUIET_MS = 6 * 60_000

/** All records of the simulated company, oldest first: ordinary days, and one intrusion in the last hours. */
export function tellStory(options: StoryOptions): DemoRecord[] {
  const chance = createChance(options.seed)
  const from = options.now - (options.days ?? DEFAULT_DAYS) * DAY_MS
  const days = ordinaryLife(chance.fork('days'), { from, to: options.now })
  if (options.withIntrusion === false) return days
  return inOrder([...days, ...intrusion(chance.fork('intrusion'), intrusionStart(options.now))])
}

/** When the intrusion of a story that ends at `now` begins. */
export function intrusionStart(now: number): number {
  return now - QUIET_MS - INTRUSION_MS
}
