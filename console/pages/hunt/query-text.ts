import type { Entity } from '#serve/contract/finding.ts'
import type { SearchRow } from '#serve/contract/search.ts'

/** `field:value` of the search language, the value in quotes where it needs them. */
export function fieldTerm(field: string, value: string): string {
  const plain = /^[\w.@/:\\$-]+$/.test(value) && !value.startsWith('-')
  return `${field}:${plain ? value : `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`}`
}

/** The text with a term added once; an excluded term replaces the included one and the other way round. */
export function withTerm(text: string, term: string, wish: 'include' | 'exclude'): string {
  const wanted = wish === 'exclude' ? `-${term}` : term
  const other = wish === 'exclude' ? term : `-${term}`
  const rest = termsOf(text).filter((one) => one !== other)
  return (rest.includes(wanted) ? rest : [...rest, wanted]).join(' ')
}

/** The terms of a text: parts between spaces that are not inside quotes. */
export function termsOf(text: string): string[] {
  return text.match(/(?:"(?:\\.|[^"\\])*"?|[^\s"])+/g) ?? []
}

const FIELD_OF_KIND: Partial<Record<Entity['kind'], string>> = {
  user: 'user',
  host: 'host',
  ip: 'ip',
}

/** The search for everything about an entity; a plain text search for kinds without a column. */
export function termOfEntity(entity: Pick<Entity, 'kind' | 'role' | 'name'>): string {
  const field = entity.kind === 'user' && entity.role === 'target' ? '' : FIELD_OF_KIND[entity.kind]
  return field ? fieldTerm(field, entity.name) : `"${entity.name.replaceAll('"', '\\"')}"`
}

/** The columns of the result table and the names that the search language has for them. */
export const COLUMNS: readonly {
  readonly field: string
  readonly name: string
  readonly value: (row: SearchRow) => string
}[] = [
  { field: 'source', name: 'Source', value: (row) => row.source },
  { field: 'user', name: 'User', value: (row) => row.user },
  { field: 'action', name: 'Action', value: (row) => row.action },
  { field: 'outcome', name: 'Outcome', value: (row) => row.outcome },
  { field: 'src_ip', name: 'From', value: (row) => row.srcIp },
  { field: 'host', name: 'Host', value: (row) => row.host },
]

const MORE_FIELDS: typeof COLUMNS = [
  { field: 'family', name: 'Family', value: (row) => row.family },
  { field: 'target_user', name: 'Target user', value: (row) => row.targetUser },
  { field: 'dst_ip', name: 'To', value: (row) => row.dstIp },
  { field: 'object', name: 'Object', value: (row) => row.object },
]

/** A field with its most frequent values among some rows. */
export interface FieldCounts {
  readonly field: string
  readonly name: string
  readonly values: readonly { readonly value: string; readonly count: number }[]
  readonly distinct: number
}

/** The most frequent values of every field of these rows, fields without values left out. */
export function topValues(rows: readonly SearchRow[], most = 5): FieldCounts[] {
  return [...COLUMNS, ...MORE_FIELDS].flatMap(({ field, name, value }) => {
    const counts = new Map<string, number>()
    for (const row of rows) {
      const seen = value(row)
      if (seen !== '') counts.set(seen, (counts.get(seen) ?? 0) + 1)
    }
    const sorted = [...counts].sort((left, right) => right[1] - left[1])
    const values = sorted.slice(0, most).map(([seen, count]) => ({ value: seen, count }))
    return values.length > 0 ? [{ field, name, values, distinct: counts.size }] : []
  })
}
