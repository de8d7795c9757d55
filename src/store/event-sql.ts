import type { SearchRow } from '#shape/search.ts'

/** Raw text in a list: so much for each of few, less when many are wanted. One event by its id comes whole. */
const LONGEST_RAW_BYTES = 65_536
const LIST_RAW_BYTES = 32 * 1024 * 1024

const micros = (column: string) => `toUnixTimestamp64Micro(${column})`

/** Time bounds of a search: from inclusive, to exclusive. */
const IN_SPAN =
  "time >= fromUnixTimestamp64Micro({from:Int64}, 'UTC') AND time < fromUnixTimestamp64Micro({to:Int64}, 'UTC')"

const RECEIVED_SINCE = "received >= fromUnixTimestamp64Micro({from:Int64}, 'UTC')"
const RECEIVED_IN = `${RECEIVED_SINCE} AND received < fromUnixTimestamp64Micro({to:Int64}, 'UTC')`

const ROW_COLUMNS = [
  'id',
  'time',
  'received',
  'source',
  'family',
  'class_uid',
  'action',
  'outcome',
  'severity',
  'user',
  'target_user',
  'src_ip',
  'dst_ip',
  'host',
  'object',
  'message',
  'fields',
]

function rowColumns(raw: string): string {
  const plain = ROW_COLUMNS.map((name) =>
    name === 'time' || name === 'received' ? micros(name) : name,
  )
  // A fixed order of parts, without names: half the text of an object per row.
  return [...plain, raw].join(', ')
}

/** Bytes of raw text for each of `limit` rows. */
export function rawBytesFor(limit: number): number {
  return Math.min(LONGEST_RAW_BYTES, Math.floor(LIST_RAW_BYTES / Math.max(1, limit)))
}

/** The newest matches. Ties go by journal order, so that pages and replays agree. */
export function newestSql(condition: string): string {
  return `SELECT ${rowColumns('substring(raw, 1, {rawBytes:Int64})')} FROM events WHERE ${IN_SPAN} AND ${condition} ORDER BY time DESC, partition DESC, seq DESC, id DESC LIMIT {limit:Int64} FORMAT JSONCompactEachRow`
}

/** Matches per bar; the bars' sum is the exact total. */
export function barsSql(condition: string): string {
  return `SELECT intDiv(${micros('time')} - {from:Int64}, {step:Int64}) AS bar, count() FROM events WHERE ${IN_SPAN} AND ${condition} GROUP BY bar ORDER BY bar FORMAT JSONCompactEachRow`
}

/** Events by id; seq bounds let the index find them. */
export const BY_ID_SQL = `SELECT ${rowColumns('raw')} FROM events WHERE has({seqs:Array(Int64)}, toInt64(seq)) AND seq >= {low:Int64} AND seq <= {high:Int64} AND has({ids:Array(String)}, id) ORDER BY time, partition, seq, id LIMIT 1 BY id FORMAT JSONCompactEachRow`

/** The text and exact bytes of one record, by the id of an event. */
export const EVIDENCE_SQL =
  'SELECT raw, raw_bytes FROM events WHERE seq = {seq:Int64} AND id = {id:String} LIMIT 1 FORMAT JSONCompactEachRow'

/** What was received per source. */
export const COUNTS_SQL = `SELECT source, count(), sum(size), min(${micros('received')}), max(${micros('received')}), max(${micros('time')}), arraySort(groupUniqArray(100)(family)) FROM events WHERE ${RECEIVED_IN} GROUP BY source ORDER BY source FORMAT JSONCompactEachRow`

/** For one source how many events there are, and how many of them meet each condition. */
export function presenceSql(conditions: readonly string[]): string {
  const each = conditions.map((condition) => `, countIf(${condition})`).join('')
  return `SELECT count()${each} FROM events WHERE source = {source:String} AND ${RECEIVED_SINCE} FORMAT JSONCompactEachRow`
}

/** The newest dead letters, of one source or ({all:Int64} = 1) of all. */
export const DEAD_SQL = `SELECT id, source, ${micros('received')}, reason, detail, substring(raw, 1, {rawBytes:Int64}), raw_bytes FROM dead_letters WHERE ({all:Int64} = 1 OR source = {source:String}) ORDER BY received DESC, seq DESC, id DESC LIMIT {limit:Int64} FORMAT JSONCompactEachRow`

const IN_JOURNAL =
  "partition = {partition:Int64} AND seq >= {from:Int64} AND seq < {below:Int64} AND received >= fromUnixTimestamp64Micro({since:Int64}, 'UTC')"

/** Rows of a span of the journal in both tables; exact distinct counts need memory by the span's length. */
export const SPAN_SQL = `SELECT count(), uniqExact(id), uniqExact(seq), (SELECT count() FROM dead_letters WHERE ${IN_JOURNAL}), (SELECT uniqExact(id) FROM dead_letters WHERE ${IN_JOURNAL}) FROM events WHERE ${IN_JOURNAL} FORMAT JSONCompactEachRow`

/** The least and greatest seq in both tables within a span. */
export const SPAN_EDGES_SQL = `SELECT min(seq), max(seq), count() FROM (SELECT seq FROM events WHERE ${IN_JOURNAL} UNION ALL SELECT seq FROM dead_letters WHERE ${IN_JOURNAL}) FORMAT JSONCompactEachRow`

/** Bytes and rows on disk. */
export const SIZE_SQL =
  "SELECT toUInt64(sum(bytes_on_disk)), toUInt64(sum(rows)) FROM system.parts WHERE active AND database = currentDatabase() AND table IN ('events', 'dead_letters') FORMAT JSONCompactEachRow"

/** Column values of a row in the order of `newestSql` and `BY_ID_SQL`. */
export type RowValues = readonly unknown[]

/** A found event out of its column values. `className` comes from the caller's table. */
export function rowOf(values: RowValues, classNameOf: (classUid: number) => string): SearchRow {
  const text = (at: number) => String(values[at] ?? '')
  const number = (at: number) => Number(values[at] ?? 0)
  const classUid = number(5)
  return {
    id: text(0),
    time: number(1),
    received: number(2),
    source: text(3),
    family: text(4),
    classUid,
    className: classNameOf(classUid),
    action: text(6),
    outcome: text(7),
    severity: number(8),
    user: text(9),
    targetUser: text(10),
    srcIp: text(11),
    dstIp: text(12),
    host: text(13),
    object: text(14),
    message: text(15),
    // The column is a map of text to text.
    fields: (values[16] ?? {}) as Record<string, string>,
    raw: text(17),
  }
}
