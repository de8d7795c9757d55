/** Time from receipt to a kept finding, over the last 10,000 findings. */
export interface Latency {
  add(milliseconds: number): void
  readonly count: number
  /** Milliseconds that `share` (0 to 1) of the findings stayed below; 0 without findings. */
  quantile(share: number): number
}

const KEPT = 10_000

/** Makes an empty record of latencies. */
export function createLatency(): Latency {
  const kept = new Float64Array(KEPT)
  let count = 0
  return {
    get count() {
      return count
    },
    add(milliseconds) {
      kept[count % KEPT] = milliseconds
      count += 1
    },
    quantile(share) {
      const sorted = kept.slice(0, Math.min(count, KEPT)).sort()
      return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
    },
  }
}
