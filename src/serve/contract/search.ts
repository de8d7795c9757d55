import { z } from 'zod'
import type {
  SearchResult as SearchResultShape,
  SearchRow as SearchRowShape,
} from '#shape/search.ts'
import { listOf, MicrosQuery, MicrosValue } from './values.ts'

/** One event out of the store. */
export const SearchRow = z.object({
  id: z.string(),
  time: MicrosValue,
  received: MicrosValue,
  source: z.string(),
  family: z.string(),
  classUid: z.number(),
  className: z.string(),
  action: z.string(),
  outcome: z.string(),
  severity: z.number(),
  user: z.string(),
  targetUser: z.string(),
  srcIp: z.string(),
  dstIp: z.string(),
  host: z.string(),
  object: z.string(),
  message: z.string(),
  fields: z.record(z.string(), z.string()),
  raw: z.string(),
}) satisfies z.ZodType<SearchRowShape>
export type SearchRow = z.infer<typeof SearchRow>

/** What a search gives; rows are the newest `limit`, `total` is exact. */
export const SearchResult = z.object({
  rows: listOf(SearchRow),
  total: z.number(),
  histogram: listOf(z.object({ from: MicrosValue, count: z.number() })),
  tookMs: z.number(),
  understood: z.string(),
}) satisfies z.ZodType<SearchResultShape>
export type SearchResult = z.infer<typeof SearchResult>

/** A search by field and text. */
export const SearchQuery = z
  .strictObject({
    text: z.string().max(4000).default('').describe('`user:alice -host:dc1 "text in quotes"`.'),
    from: MicrosQuery,
    to: MicrosQuery,
    limit: z.coerce.number().int().min(0).max(1000).default(100),
    bars: z.coerce.number().int().min(0).max(240).default(0).describe('Bars of the histogram.'),
  })
  .refine((query) => query.from <= query.to, { path: ['from'], message: 'must not be after `to`' })
