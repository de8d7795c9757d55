import { useEffect, useState } from 'react'

const TICK_MS = 10_000

/** Epoch microseconds of this browser. */
export function nowMicros(): number {
  return Date.now() * 1000
}

/** The time, again each 10 seconds, so that ages stay true. */
export function useNow(): number {
  const [now, setNow] = useState(nowMicros)
  useEffect(() => {
    const timer = setInterval(() => setNow(nowMicros()), TICK_MS)
    return () => clearInterval(timer)
  }, [])
  return now
}

/** A value that follows `wanted` after it has rested for `delayMs`. */
export function useSettled<T>(wanted: T, delayMs: number): T {
  const [settled, setSettled] = useState(wanted)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(wanted), delayMs)
    return () => clearTimeout(timer)
  }, [wanted, delayMs])
  return settled
}

/** Acts once after `delayMs`, unless the returned function is called before. */
export function later(delayMs: number, act: () => void): () => void {
  const timer = setTimeout(act, delayMs)
  return () => clearTimeout(timer)
}
