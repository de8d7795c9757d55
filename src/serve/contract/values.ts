import { z } from 'zod'
import { LEVELS } from '#shape/severity.ts'

/** Epoch microseconds, UTC. */
export const MicrosValue = z.number().describe('Epoch microseconds, UTC.')

/** One of the five levels. */
export const LevelValue = z.enum(LEVELS)

/** A read-only list of one schema: what the shapes hand over is never changed on the way out. */
export function listOf<T extends z.ZodType>(item: T) {
  return z.array(item).readonly()
}

/** A page of a long list: the items, how many match in all, and the cursor of the next page if there is one. */
export function pageOf<T extends z.ZodType>(item: T) {
  return z.object({
    items: listOf(item),
    total: z.number().describe('Exact number of matches, on all pages.'),
    next: z
      .string()
      .exactOptional()
      .describe('Give it as `cursor` to read on; absent on the last page.'),
  })
}

/** The id of a thing in a path. */
export const IdParams = z.object({ id: z.string().min(1).max(200) })

/** Cursor and limit of a list request. */
export const PageQuery = {
  limit: z.coerce.number().int().min(1).max(500).default(100).describe('Items on a page.'),
  cursor: z.string().max(400).exactOptional().describe('`next` of the page before.'),
}

/** An optional bound of time in a query string. */
export const MicrosQuery = z.coerce.number().int().min(0).max(9_007_199_254_740_991)
