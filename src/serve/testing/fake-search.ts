import type { SearchQuery, SearchResult, SearchRow } from '#shape/search.ts'

const TERM = /(-?)(?:([\w.]+):)?(?:"([^"]*)"|(\S+))/g

/** One wish of a search text. */
interface Term {
  readonly not: boolean
  readonly field: string
  readonly value: string
}

const COLUMN_OF: Readonly<Record<string, keyof SearchRow>> = {
  src_ip: 'srcIp',
  dst_ip: 'dstIp',
  target_user: 'targetUser',
}

/** Searches rows in memory by the same language: `user:alice -host:dc1 "text" word`, `*` as wildcard. */
export function searchRows(rows: readonly SearchRow[], query: SearchQuery): SearchResult {
  const terms = termsOf(query.text)
  const found = rows.filter(
    (row) =>
      row.time >= query.from && row.time < query.to && terms.every((term) => holds(row, term)),
  )
  return {
    rows: found.slice(0, query.limit),
    total: found.length,
    histogram: histogramOf(found, query),
    tookMs: 4,
    understood: terms.map(termText).join(' AND ') || 'everything',
  }
}

function termsOf(text: string): Term[] {
  return [...text.matchAll(TERM)].map((match) => ({
    not: match[1] === '-',
    field: match[2] ?? '',
    value: (match[3] ?? match[4] ?? '').toLowerCase(),
  }))
}

function termText(term: Term): string {
  const not = term.not ? 'NOT ' : ''
  return term.field === ''
    ? `${not}text contains "${term.value}"`
    : `${not}${term.field} = ${term.value}`
}

function holds(row: SearchRow, term: Term): boolean {
  const seen = term.field === '' ? JSON.stringify(row) : seenIn(row, term.field)
  const lower = seen.toLowerCase()
  const hit = term.field === '' ? lower.includes(term.value) : likes(lower, term.value)
  return hit !== term.not
}

function seenIn(row: SearchRow, field: string): string {
  const column = Object.entries(row).find(([name]) => name === (COLUMN_OF[field] ?? field))
  return column && typeof column[1] !== 'object' ? String(column[1]) : (row.fields[field] ?? '')
}

function likes(seen: string, wanted: string): boolean {
  const parts = wanted.split('*')
  if (parts.length === 1) return seen === wanted
  return seen.startsWith(parts[0] ?? '') && seen.endsWith(parts.at(-1) ?? '')
}

function histogramOf(rows: readonly SearchRow[], query: SearchQuery): SearchResult['histogram'] {
  const width = (query.to - query.from) / Math.max(1, query.bars)
  return Array.from({ length: query.bars }, (_, at) => {
    const from = Math.round(query.from + at * width)
    const count = rows.filter((row) => Math.floor((row.time - query.from) / width) === at).length
    return { from, count }
  })
}
