import { setTimeout as wait } from 'node:timers/promises'

/** Epoch microseconds, UTC. Fits a double until the year 2255. */
export type Micros = number

/** The one source of time; tests hand in a FakeClock (`#base/testing/fake-clock.ts`). */
export interface Clock {
  /** Epoch milliseconds, UTC. */
  now(): number
  /** Epoch microseconds, UTC. */
  micros(): Micros
  /** Resolves after `delayMs`; resolves early, without throwing, when the signal aborts. */
  sleep(delayMs: number, signal?: AbortSignal): Promise<void>
  /** Calls `act` each `intervalMs` until the returned function is called. Does not keep the process alive. */
  every(intervalMs: number, act: () => void): () => void
}

const originMicros = Math.round((performance.timeOrigin + performance.now()) * 1000)
const originMonotonic = performance.now()

/** The real clock. Micros are read as offset to a monotonic start, re-based when the wall clock jumps. */
export const systemClock: Clock = {
  now: () => Date.now(),
  micros() {
    const smooth = originMicros + Math.round((performance.now() - originMonotonic) * 1000)
    const wall = Date.now() * 1000
    return Math.abs(smooth - wall) > 50_000 ? wall : smooth
  },
  async sleep(delayMs, signal) {
    await wait(delayMs, undefined, signal ? { signal } : undefined).catch(() => undefined)
  },
  every(intervalMs, act) {
    const timer = setInterval(act, intervalMs)
    timer.unref()
    return () => clearInterval(timer)
  },
}
