import type { Micros } from './clock.ts'

/** A record as an input hands it over: bytes as received, and what the transport knew. */
export interface RawRecord {
  /** The feed it came by, in the words of the input: `syslog-udp`, `http:okta`, `file:/var/log/auth.log`. */
  readonly feed: string
  /** When Vedette got it. */
  readonly received: Micros
  /** The bytes as received, framing removed. */
  readonly bytes: Uint8Array
  /** What the transport knew: `peer`, `host`, `sourcetype`, `index`, `event` (webhook kind), `offset` … */
  readonly meta?: Readonly<Record<string, string>>
  /** Set when the input could not make a record of these bytes: the reason code of the dead letter. */
  readonly dead?: string
}

/** A record with its place in the journal. `seq` starts at 0 and has no holes within a partition. */
export interface JournalRecord extends RawRecord {
  readonly partition: number
  readonly seq: number
}

/** Where inputs write. The promise resolves only after the records are on disk. */
export interface JournalWriter {
  /** Appends in order and gives the seq of the first. Rejects with `files.full` when the disk is. */
  append(records: readonly RawRecord[]): Promise<number>
  /** The seq that the next durable record will get: everything below is on disk. */
  readonly durable: number
}

/** Where the pipeline reads. */
export interface JournalReader {
  /**
   * Up to `maxRecords` or `maxBytes` (at least one record) from `seq` on and below `below`; empty when there are none.
   * A seq that was trimmed away continues at the oldest record kept.
   */
  read(
    seq: number,
    limits: { maxRecords: number; maxBytes: number; below: number },
  ): Promise<JournalRecord[]>
}
