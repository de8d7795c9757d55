import { CLOUD } from './activities/cloud.ts'
import { CODE } from './activities/code.ts'
import { IDENTITY } from './activities/identity.ts'
import { NETWORK } from './activities/network.ts'
import { UNIX } from './activities/unix.ts'
import { WEB } from './activities/web.ts'
import { WINDOWS } from './activities/windows.ts'
import { type Activity, busyness } from './activity.ts'
import type { Chance } from './prng.ts'
import type { DemoRecord } from './wire.ts'

/** Everything that happens at the company again and again. */
const ACTIVITIES: readonly Activity[] = [
  ...CLOUD,
  ...CODE,
  ...IDENTITY,
  ...NETWORK,
  ...UNIX,
  ...WEB,
  ...WINDOWS,
]

const HOUR_MS = 3_600_000

/**
 * Ordinary life between two moments (epoch milliseconds), oldest first. `liveliness` scales how much happens.
 * The same chance gives the same life. Nothing after `to` is given.
 */
export function ordinaryLife(
  chance: Chance,
  span: { from: number; to: number },
  liveliness = 1,
): DemoRecord[] {
  const records: DemoRecord[] = []
  for (let start = span.from; start < span.to; start = nextHour(start)) {
    const end = Math.min(nextHour(start), span.to)
    const share = (liveliness * (end - start)) / HOUR_MS
    for (const activity of ACTIVITIES) {
      const times = chance.count(activity.perHour * busyness(activity.rhythm, start) * share)
      for (let time = 0; time < times; time += 1)
        records.push(
          ...activity.play({ time: Math.floor(start + chance.next() * (end - start)), chance }),
        )
    }
  }
  return inOrder(records.filter((record) => record.time <= span.to))
}

/** Oldest first; records of the same moment keep their order. */
export function inOrder(records: readonly DemoRecord[]): DemoRecord[] {
  return [...records].sort((left, right) => left.time - right.time)
}

function nextHour(time: number): number {
  return (Math.floor(time / HOUR_MS) + 1) * HOUR_MS
}
