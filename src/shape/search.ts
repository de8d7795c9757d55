import type { Micros } from '#base/clock.ts'

/** A search by field and text. */
export interface SearchQuery {
  /** `user:alice src_ip:10.0.0.* -host:dc1 "text in quotes" word`. Empty = everything. */
  readonly text: string
  readonly from: Micros
  readonly to: Micros
  readonly limit: number
  /** Number of bars of the histogram, 0 for none. */
  readonly bars: number
}

/** One event out of the store, columns named as in search. */
export interface SearchRow {
  readonly id: string
  readonly time: Micros
  readonly received: Micros
  readonly source: string
  readonly family: string
  readonly classUid: number
  readonly className: string
  readonly action: string
  readonly outcome: string
  readonly severity: number
  readonly user: string
  readonly targetUser: string
  readonly srcIp: string
  readonly dstIp: string
  readonly host: string
  readonly object: string
  readonly message: string
  readonly fields: Readonly<Record<string, string>>
  readonly raw: string
}

/** What a search gives. `total` is the exact number of matches, rows are the newest `limit`. */
export interface SearchResult {
  readonly rows: readonly SearchRow[]
  readonly total: number
  readonly histogram: readonly { readonly from: Micros; readonly count: number }[]
  readonly tookMs: number
  /** How the text was understood, for the page: `user = alice AND text contains "x"`. */
  readonly understood: string
}
