/** How a column is compared: text ignoring case, text kept in lower case, a number, or a number with names. */
type ColumnType = 'text' | 'ip' | 'number' | 'severity' | 'class'

/** A column that a search may name. */
export interface Column {
  readonly name: string
  readonly type: ColumnType
}

const BY_TYPE: Readonly<Record<ColumnType, string>> = {
  text: 'id source family action outcome object code user user_id domain user_kind session target_user target_user_id target_domain host region account country url message raw raw_encoding time_quality',
  ip: 'src_ip dst_ip',
  number: 'partition seq activity_id src_port dst_port size',
  severity: 'severity',
  class: 'class_uid',
}

/** Other names of columns, lower case without underscores. */
const ALIASES: Readonly<Record<string, string>> = {
  activity: 'activity_id',
  class: 'class_uid',
  classname: 'class_uid',
  severityid: 'severity',
  srcaddr: 'src_ip',
  dstaddr: 'dst_ip',
  target: 'target_user',
}

const COLUMNS = new Map<string, Column>(
  Object.entries(BY_TYPE).flatMap(([type, names]) =>
    // Object.entries forgets the key type of the table above.
    names
      .split(' ')
      .map((name): [string, Column] => [plain(name), { name, type: type as ColumnType }]),
  ),
)

/** The columns behind a name as a user writes it (`srcIp`, `src_ip`, `ip` for both addresses); empty for a native field. */
export function columnsNamed(field: string): readonly Column[] {
  const name = plain(field)
  if (name === 'ip') return ['srcip', 'dstip'].flatMap((each) => COLUMNS.get(each) ?? [])
  const column = COLUMNS.get(plain(ALIASES[name] ?? name))
  return column === undefined ? [] : [column]
}

/** The native name when the user said `fields.` in front, to reach a native field that is named as a column. */
export function forcedNative(field: string): string | undefined {
  return /^fields\./i.test(field) ? field.slice('fields.'.length) : undefined
}

function plain(name: string): string {
  return name.toLowerCase().replaceAll('_', '')
}
