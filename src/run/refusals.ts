/** Records that came and could not be taken, by feed and reason, since the start: outside the ledger's sum, never unseen. */
export interface Refusals {
  add(feed: string, reason: string, count: number): void
  list(): readonly { readonly feed: string; readonly reason: string; readonly count: number }[]
  readonly total: number
}

/** Feeds and reasons kept apart before the rest is counted together: a hostile sender cannot grow the table. */
const MAX_ROWS = 1_000

/** Makes an empty count. */
export function createRefusals(): Refusals {
  const rows = new Map<string, { feed: string; reason: string; count: number }>()
  let total = 0
  return {
    add(feed, reason, count) {
      total += count
      const name = rows.size < MAX_ROWS || rows.has(`${feed} ${reason}`) ? feed : 'others'
      const key = `${name} ${reason}`
      const row = rows.get(key) ?? { feed: name, reason, count: 0 }
      rows.set(key, { ...row, count: row.count + count })
    },
    list: () => [...rows.values()],
    get total() {
      return total
    },
  }
}
