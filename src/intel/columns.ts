/** What a column of an indicator file can hold. */
type ColumnName =
  | 'value'
  | 'kind'
  | 'confidence'
  | 'validFrom'
  | 'validUntil'
  | 'description'
  | 'technique'

/** Where each known column is; `impliedKind` when the value column names its kind (`dst_ip`, `sha256_hash`). */
export interface Columns {
  readonly at: Readonly<Partial<Record<ColumnName, number>>>
  readonly impliedKind?: string
}

const ALIASES: Readonly<Record<ColumnName, readonly string[]>> = {
  value: ['indicator', 'value', 'ioc', 'ioc_value', 'indicator_value', 'observable'],
  kind: ['type', 'indicator_type', 'ioc_type', 'kind'],
  confidence: ['confidence', 'confidence_level', 'score'],
  validFrom: ['valid_from', 'first_seen', 'first_seen_utc', 'dateadded', 'created'],
  validUntil: ['valid_until', 'expires', 'expiration', 'expiry'],
  description: [
    'description',
    'comment',
    'threat',
    'malware',
    'malware_printable',
    'note',
    'title',
  ],
  technique: ['technique', 'techniques', 'ttp', 'ttps', 'attack', 'mitre_attack', 'attack_ids'],
}

/** Columns that are a value and say its kind by their name. */
const KIND_COLUMNS: Readonly<Record<string, string>> = {
  domain: 'domain',
  dst_ip: 'ip',
  email: 'email',
  hostname: 'domain',
  ip: 'ip',
  ip_address: 'ip',
  md5: 'md5',
  md5_hash: 'md5',
  sha1: 'sha1',
  sha1_hash: 'sha1',
  sha256: 'sha256',
  sha256_hash: 'sha256',
  src_ip: 'ip',
  url: 'url',
  user_agent: 'user-agent',
}

/** The columns that a header names; undefined when no cell names a value, so that the line is data. */
export function columnsOf(header: readonly string[]): Columns | undefined {
  const names = header.map((cell) =>
    cell
      .trim()
      .replace(/^#+\s*"?|"$/g, '')
      .trim()
      .toLowerCase()
      .replaceAll(/[\s-]+/g, '_'),
  )
  const at: Partial<Record<ColumnName, number>> = {}
  for (const [column, aliases] of Object.entries(ALIASES)) {
    const found = aliases.map((alias) => names.indexOf(alias)).find((index) => index !== -1)
    if (found !== undefined && isColumn(column)) at[column] = found
  }
  if (at.value !== undefined) return { at }
  const own = names.findIndex((name) => Object.hasOwn(KIND_COLUMNS, name))
  const impliedKind = KIND_COLUMNS[names[own] ?? '']
  return own === -1 || impliedKind === undefined
    ? undefined
    : { at: { ...at, value: own }, impliedKind }
}

function isColumn(name: string): name is ColumnName {
  return Object.hasOwn(ALIASES, name)
}
