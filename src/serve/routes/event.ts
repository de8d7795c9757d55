import type { SearchResult as SearchResultShape } from '#shape/search.ts'
import { type App, type Context, found } from '../app.ts'
import { SearchQuery, SearchResult, SearchRow } from '../contract/search.ts'
import { IdParams } from '../contract/values.ts'

const MAX_VALUE_CHARS = 16 * 1024

/** Events: searched, and one by its position. */
export function eventRoutes(app: App, { system }: Context): void {
  app.get(
    '/api/search',
    {
      config: { role: 'viewer' },
      schema: {
        summary: 'Search events by field and text',
        description:
          'The newest `limit` matches, their exact number, and a histogram over time. Raw records and field values are cut at 16 KiB; `/api/events/{id}` gives them whole.',
        tags: ['events'],
        querystring: SearchQuery,
        response: { 200: SearchResult },
      },
    },
    async (request) => shortened(await system.search(request.query, request.signal)),
  )
  app.get(
    '/api/events/:id',
    {
      config: { role: 'viewer' },
      schema: {
        summary: 'One event with its raw record',
        tags: ['events'],
        params: IdParams,
        response: { 200: SearchRow },
      },
    },
    async (request) => found(await system.event(request.params.id), 'event'),
  )
}

/** One huge record must not make a page of a thousand rows unreadable. */
function shortened(result: SearchResultShape): SearchResultShape {
  const rows = result.rows.map((row) => {
    const long =
      row.raw.length > MAX_VALUE_CHARS ||
      Object.values(row.fields).some((value) => value.length > MAX_VALUE_CHARS)
    if (!long) return row
    const fields = Object.fromEntries(
      Object.entries(row.fields).map(([name, value]) => [name, value.slice(0, MAX_VALUE_CHARS)]),
    )
    return { ...row, raw: row.raw.slice(0, MAX_VALUE_CHARS), fields }
  })
  return { ...result, rows }
}
