import { systemClock } from '#base/clock.ts'
import { reasonOf } from '#base/failure.ts'
import type { Log } from '#base/log.ts'

/** How long an orderly stop may take after a defect before the process is ended without it. */
const STOP_MS = 30_000

/**
 * Turns anything thrown that nobody caught into a stop: after it nobody knows what still works, and a server that looks
 * healthy and does half of its work is worse than none. The journal makes the stop safe. Gives the way to end the watch.
 */
export function watchForDefects(parts: {
  log: Log
  onBroken: (reason: string) => void
}): () => Promise<void> {
  const ended = new AbortController()
  const tell = (error: unknown) => {
    const stack = error instanceof Error ? (error.stack ?? '') : ''
    parts.log.error('defect was met', { reason: reasonOf(error), stack })
    parts.onBroken(`a defect: ${reasonOf(error)}`)
    systemClock.sleep(STOP_MS, ended.signal).then(
      () => process.exit(3),
      () => undefined,
    )
  }
  process.on('uncaughtException', tell)
  return async () => {
    process.off('uncaughtException', tell)
    ended.abort()
  }
}
