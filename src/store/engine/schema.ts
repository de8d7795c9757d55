import type { Segment } from '../contract.ts'

/** Columns of a segment file as the engine reads them; plain types are the cheapest to parse. */
const PLACE = 'id String, partition UInt32, seq UInt64, received Int64, source String'
const RAW = 'size UInt64, raw String, raw_encoding String, raw_bytes String'
const WORDS =
  'family time_quality outcome action object code user user_id domain user_kind session target_user target_user_id target_domain src_ip dst_ip host region account country url message'.split(
    ' ',
  )
const EVENT_NUMBERS =
  'class_uid UInt32, activity_id UInt32, severity UInt8, src_port UInt16, dst_port UInt16'

const FILE_SCHEMA: Readonly<Record<Segment['table'], string>> = {
  events: `${PLACE}, time Int64, end_time Int64, ${EVENT_NUMBERS}, ${WORDS.map((name) => `${name} String`).join(', ')}, fields Map(String, String), ${RAW}`,
  dead_letters: `${PLACE}, reason String, detail String, ${RAW}`,
}

const MICROS = (name: string) => `fromUnixTimestamp64Micro(${name}, 'UTC') AS ${name}`
const PLACE_COLUMNS = 'id, partition, seq, received, source'
const RAW_COLUMNS = 'size, raw, raw_encoding, raw_bytes'

const COLUMNS: Readonly<Record<Segment['table'], string>> = {
  events: `${PLACE_COLUMNS}, time, end_time, class_uid, activity_id, severity, src_port, dst_port, ${WORDS.join(', ')}, fields, ${RAW_COLUMNS}`,
  dead_letters: `${PLACE_COLUMNS}, reason, detail, ${RAW_COLUMNS}`,
}

const TIMES = /\b(received|time|end_time)\b/g

/**
 * The statement that stores a segment exactly once. One thread and one token make the blocks of a replay the same as
 * the first time, so that blocks stored before a crash are recognised. Path and token are bound as {path:String}, {token:String}.
 */
export function insertSql(table: Segment['table']): string {
  const select = COLUMNS[table].replace(TIMES, (name) => MICROS(name))
  return `INSERT INTO ${table} (${COLUMNS[table]}) SETTINGS insert_deduplication_token = {token:String}, deduplicate_insert_select = 'force_enable', max_threads = 1, max_insert_threads = 1, input_format_skip_unknown_fields = 1, input_format_null_as_default = 1, storage_file_read_method = 'pread', min_insert_block_size_bytes = 536870912 SELECT ${select} FROM file({path:String}, 'JSONEachRow', '${FILE_SCHEMA[table]}')`
}

const SETTINGS =
  'index_granularity = 8192, ttl_only_drop_parts = 1, non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1'

const EVENTS = `CREATE TABLE IF NOT EXISTS events
(
  id String CODEC(ZSTD(1)),
  partition UInt32 CODEC(ZSTD(1)),
  seq UInt64 CODEC(Delta(8), ZSTD(1)),
  received DateTime64(6, 'UTC') CODEC(Delta(8), ZSTD(1)),
  time DateTime64(6, 'UTC') CODEC(Delta(8), ZSTD(1)),
  end_time DateTime64(6, 'UTC') CODEC(ZSTD(1)),
  time_quality LowCardinality(String),
  source LowCardinality(String),
  family LowCardinality(String),
  class_uid UInt32 CODEC(ZSTD(1)),
  activity_id UInt32 CODEC(ZSTD(1)),
  action LowCardinality(String),
  outcome LowCardinality(String),
  severity UInt8 CODEC(ZSTD(1)),
  object String CODEC(ZSTD(1)),
  code LowCardinality(String),
  user LowCardinality(String),
  user_id LowCardinality(String),
  domain LowCardinality(String),
  user_kind LowCardinality(String),
  session String CODEC(ZSTD(1)),
  target_user LowCardinality(String),
  target_user_id LowCardinality(String),
  target_domain LowCardinality(String),
  src_ip String CODEC(ZSTD(1)),
  dst_ip String CODEC(ZSTD(1)),
  src_port UInt16 CODEC(ZSTD(1)),
  dst_port UInt16 CODEC(ZSTD(1)),
  host LowCardinality(String),
  region LowCardinality(String),
  account LowCardinality(String),
  country LowCardinality(String),
  url String CODEC(ZSTD(1)),
  message String CODEC(ZSTD(1)),
  fields Map(LowCardinality(String), String) CODEC(ZSTD(1)),
  size UInt64 CODEC(ZSTD(1)),
  raw String CODEC(ZSTD(1)),
  raw_encoding LowCardinality(String),
  raw_bytes String CODEC(ZSTD(1)),
  INDEX ix_raw lower(raw) TYPE text(tokenizer = 'splitByNonAlpha'),
  INDEX ix_message lower(message) TYPE text(tokenizer = 'splitByNonAlpha'),
  INDEX ix_time time TYPE minmax GRANULARITY 1,
  INDEX ix_seq seq TYPE minmax GRANULARITY 1,
  INDEX ix_src src_ip TYPE bloom_filter(0.01) GRANULARITY 1,
  INDEX ix_dst dst_ip TYPE bloom_filter(0.01) GRANULARITY 1,
  INDEX ix_user lower(user) TYPE bloom_filter(0.01) GRANULARITY 1
)
ENGINE = MergeTree
PARTITION BY toYYYYMMDD(received)
ORDER BY (source, time)
SETTINGS ${SETTINGS}`

const DEAD_LETTERS = `CREATE TABLE IF NOT EXISTS dead_letters
(
  id String CODEC(ZSTD(1)),
  partition UInt32 CODEC(ZSTD(1)),
  seq UInt64 CODEC(Delta(8), ZSTD(1)),
  received DateTime64(6, 'UTC') CODEC(Delta(8), ZSTD(1)),
  source LowCardinality(String),
  reason LowCardinality(String),
  detail String CODEC(ZSTD(1)),
  size UInt64 CODEC(ZSTD(1)),
  raw String CODEC(ZSTD(1)),
  raw_encoding LowCardinality(String),
  raw_bytes String CODEC(ZSTD(1))
)
ENGINE = MergeTree
PARTITION BY toYYYYMMDD(received)
ORDER BY (received, seq)
SETTINGS ${SETTINGS}`

/** Statements that bring a data folder, new or old, to this version's tables. Run in order at each start. */
export function schemaSql(): string[] {
  return [EVENTS, DEAD_LETTERS]
}

/** The end of a row's life must fit 32-bit seconds (2106), or it would wrap around to the past and expire at once. */
const MAX_RETENTION_DAYS = 20_000

/** For each table a statement that answers 1 when rows expire after this many days already, and the one that makes it so. */
export function ttlSql(retentionDays: number): { isSetSql: string; setSql: string }[] {
  const days = Math.max(1, Math.min(MAX_RETENTION_DAYS, Math.round(retentionDays)))
  return ['events', 'dead_letters'].map((table) => ({
    isSetSql: `SELECT position(create_table_query, 'toIntervalDay(${days}) SETTINGS') > 0 FROM system.tables WHERE database = currentDatabase() AND name = '${table}'`,
    setSql: `ALTER TABLE ${table} MODIFY TTL toDateTime(received) + INTERVAL ${days} DAY SETTINGS materialize_ttl_after_modify = 0`,
  }))
}
