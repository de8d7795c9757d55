import type { Clock } from '../clock.ts'

/** A clock that moves only when told. `advance` runs what falls due, in order, and lets promises settle. */
export interface FakeClock extends Clock {
  advance(deltaMs: number): Promise<void>
}

/** Starts at `startMs` (default 2026-01-01T00:00:00Z). */
export function createFakeClock(startMs: number = Date.UTC(2026, 0, 1)): FakeClock {
  let now = startMs
  let timers: { dueMs: number; act: () => void }[] = []
  const at = (dueMs: number, act: () => void) => {
    const timer = { dueMs, act }
    timers.push(timer)
    return () => {
      timers = timers.filter((other) => other !== timer)
    }
  }
  const every = (intervalMs: number, act: () => void) => {
    let cancel: () => void = () => undefined
    const arm = () => {
      cancel = at(now + intervalMs, () => {
        arm()
        act()
      })
    }
    arm()
    return () => cancel()
  }
  return {
    now: () => now,
    micros: () => now * 1000,
    sleep: (delayMs, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted) return resolve()
        at(now + delayMs, resolve)
        signal?.addEventListener('abort', () => resolve(), { once: true })
      }),
    every,
    async advance(deltaMs) {
      const end = now + deltaMs
      for (;;) {
        const next = timers.filter((t) => t.dueMs <= end).sort((a, b) => a.dueMs - b.dueMs)[0]
        if (!next) break
        timers = timers.filter((t) => t !== next)
        now = next.dueMs
        next.act()
        await new Promise((resolve) => setImmediate(resolve))
      }
      now = end
    },
  }
}
