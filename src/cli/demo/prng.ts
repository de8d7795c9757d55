/** A repeatable stream of chance: the same seed gives the same company on every machine. */
export interface Chance {
  /** From 0 up to, not including, 1. */
  next(): number
  /** A whole number from `low` to `high`, both included. */
  int(low: number, high: number): number
  /** One of the list; the list must not be empty. */
  pick<T>(list: readonly T[]): T
  /** True in `share` (0 to 1) of all calls. */
  happens(share: number): boolean
  /** How often something happens that is expected `mean` times. */
  count(mean: number): number
  /** `digits` lower-case hex digits. */
  hex(digits: number): string
  /** A version 4 UUID, drawn from this stream. */
  uuid(): string
  /** A stream of its own that depends on this seed and the label only, not on what was drawn before. */
  fork(label: string): Chance
}

/** Makes a stream from a text seed. Not for secrets. */
export function createChance(seed: string): Chance {
  let state = hashOf(seed)
  const next = () => {
    // mulberry32: 32 bits of state are enough for a story of some ten thousand draws.
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  const int = (low: number, high: number) => low + Math.floor(next() * (high - low + 1))
  const hex = (digits: number) => {
    let text = ''
    while (text.length < digits) text += int(0, 15).toString(16)
    return text
  }
  return {
    next,
    int,
    hex,
    pick<T>(list: readonly T[]): T {
      const found = list[Math.floor(next() * list.length)]
      if (found === undefined) throw new Error('cannot pick from an empty list')
      return found
    },
    happens: (share) => next() < share,
    count: (mean) => poisson(mean, next),
    uuid: () =>
      `${hex(8)}-${hex(4)}-4${hex(3)}-${(8 + int(0, 3)).toString(16)}${hex(3)}-${hex(12)}`,
    fork: (label) => createChance(`${seed}/${label}`),
  }
}

/** FNV-1a, 32 bits. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5
  for (let at = 0; at < text.length; at += 1)
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  return hash | 0
}

/** Knuth's method in steps, so that a large mean does not underflow. */
function poisson(mean: number, next: () => number): number {
  let left = mean
  let count = 0
  while (left > 0) {
    const step = Math.min(left, 30)
    left -= step
    const limit = Math.exp(-step)
    for (let product = next(); product > limit; product *= next()) count += 1
  }
  return count
}
