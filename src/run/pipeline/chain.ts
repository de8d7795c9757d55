import type { Clock } from '#base/clock.ts'
import { reasonOf } from '#base/failure.ts'
import type { Log } from '#base/log.ts'

/** Jobs one after another; one that fails is tried again until it succeeds, so that order and completeness hold. */
export interface Chain {
  run(job: () => Promise<void>): void
  /** Resolves when everything handed in so far is done, or after ten seconds: the rest is replayed at the next start. */
  drained(): Promise<void>
}

const FIRST_PAUSE_MS = 100
const LONGEST_PAUSE_MS = 5_000
const DRAIN_MS = 10_000

/** Makes an empty chain. Each failure is logged as `complaint` with its reason. */
export function createChain(parts: { clock: Clock; log: Log }, complaint: string): Chain {
  let tail: Promise<void> = Promise.resolve()
  const attempt = async (job: () => Promise<void>) => {
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
      try {
        return await job()
      } catch (error) {
        parts.log.error(complaint, { reason: reasonOf(error), retryMs: pauseMs })
        await parts.clock.sleep(pauseMs)
      }
    }
  }
  return {
    run(job) {
      tail = tail.then(() => attempt(job))
    },
    async drained() {
      // Ended with the race: a timer that is left behind would keep the process alive.
      const inTime = new AbortController()
      await Promise.race([tail, parts.clock.sleep(DRAIN_MS, inTime.signal)])
      inTime.abort()
    },
  }
}
