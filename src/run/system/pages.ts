import type { Page } from '#serve/index.ts'

/** Cuts a page out of a whole list. The cursor is the offset; one that does not read starts at the beginning. */
export function pageOf<T>(
  items: readonly T[],
  query: { limit: number; cursor?: string | undefined },
): Page<T> {
  const offset = Math.max(0, Number.parseInt(query.cursor ?? '0', 10) || 0)
  const end = offset + query.limit
  const more = end < items.length
  return {
    items: items.slice(offset, end),
    total: items.length,
    ...(more ? { next: String(end) } : {}),
  }
}
