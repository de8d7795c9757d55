import type { Kysely } from 'kysely'
import type { Clock } from '#base/clock.ts'
import { sha256 } from '#base/hash.ts'
import { isObject, parseJson } from '#base/json.ts'
import { canonicalJson } from './body.ts'
import type { AuditRow, AuditStore } from './contract.ts'
import type { Tables } from './tables.ts'

const START = '0'.repeat(64)
const PAGE = 1_000

type Row = Tables['audit']

/** The audit trail: each line carries a hash over itself and the hash of the line before. */
export function createAudit(db: Kysely<Tables>, clock: Clock): AuditStore {
  return {
    append: (entry) =>
      db.transaction().execute(async (trx) => {
        const last = await trx
          .selectFrom('audit')
          .select(['seq', 'hash'])
          .orderBy('seq', 'desc')
          .limit(1)
          .executeTakeFirst()
        const line = {
          seq: (last?.seq ?? 0) + 1,
          time: clock.micros(),
          actor: entry.actor,
          action: entry.action,
          subject: entry.subject,
          detail: canonicalJson(entry.detail ?? {}),
          previous: last?.hash ?? START,
        }
        const row = { ...line, hash: hashOf(line) }
        await trx.insertInto('audit').values(row).execute()
        return shown(row)
      }),
    async list(filter = {}) {
      let query = db.selectFrom('audit').selectAll()
      if (filter.before !== undefined) query = query.where('seq', '<', filter.before)
      if (filter.subject !== undefined) query = query.where('subject', '=', filter.subject)
      const rows = await query
        .orderBy('seq', 'desc')
        .limit(Math.min(PAGE, filter.limit ?? 100))
        .execute()
      return rows.map(shown)
    },
    verify: () => verify(db),
  }
}

async function verify(db: Kysely<Tables>): ReturnType<AuditStore['verify']> {
  let previous = START
  let seq = 0
  for (;;) {
    const rows = await db
      .selectFrom('audit')
      .selectAll()
      .where('seq', '>', seq)
      .orderBy('seq')
      .limit(PAGE)
      .execute()
    for (const row of rows) {
      if (row.seq !== seq + 1)
        return { ok: false, brokenAt: seq + 1, reason: 'the line is missing' }
      if (row.previous !== previous) {
        return { ok: false, brokenAt: row.seq, reason: 'the line does not follow the one before' }
      }
      if (row.hash !== hashOf(row)) {
        return { ok: false, brokenAt: row.seq, reason: 'the line was changed' }
      }
      previous = row.hash
      seq = row.seq
    }
    if (rows.length < PAGE) return { ok: true, rows: seq }
  }
}

function hashOf(row: Omit<Row, 'hash'>): string {
  const { previous, seq, time, actor, action, subject, detail } = row
  return sha256(previous + JSON.stringify([seq, time, actor, action, subject, detail]))
}

function shown(row: Row): AuditRow {
  const detail = parseJson(row.detail)
  return { ...row, detail: detail.ok && isObject(detail.value) ? detail.value : {} }
}
