import type { JournalReader, JournalRecord, RawRecord } from '#base/journal.ts'

/** A record of a text for tests. */
export function textRecord(text: string, more: Partial<RawRecord> = {}): RawRecord {
  return { feed: 'test', received: 1_700_000_000_000_000, bytes: Buffer.from(text), ...more }
}

/** All records of a journal from a seq on. */
export async function readAll(
  journal: JournalReader & { durable: number },
  from = 0,
): Promise<JournalRecord[]> {
  const all: JournalRecord[] = []
  for (;;) {
    const next = (all.at(-1)?.seq ?? from - 1) + 1
    const limits = { maxRecords: 1000, maxBytes: 1 << 20, below: journal.durable }
    const records = await journal.read(next, limits)
    if (records.length === 0) return all
    all.push(...records)
  }
}

/** The texts of records, in order. */
export function textsOf(records: readonly RawRecord[]): string[] {
  return records.map((record) => Buffer.from(record.bytes).toString())
}
