import { type Kysely, sql, type Transaction } from 'kysely'
import type { LedgerRow } from '#shape/health.ts'
import { whole } from './body.ts'
import type { SpanStore } from './contract.ts'
import type { Tables } from './tables.ts'

const PIPELINE = 'pipeline'

/** Pipeline positions and what was counted up to them. */
export function createSpans(db: Kysely<Tables>): SpanStore {
  const position = async (name = PIPELINE): Promise<number> => {
    const row = await db
      .selectFrom('positions')
      .select('position')
      .where('name', '=', name)
      .executeTakeFirst()
    return row?.position ?? 0
  }
  return {
    position,
    commitSpan: (span) =>
      db.transaction().execute(async (trx) => {
        const moved = await movePosition(trx, span.name ?? PIPELINE, span.position)
        if (!moved) return false
        for (const row of span.ledger) await addRow(trx, row)
        return true
      }),
  }
}

/** Only forward: a span that is committed again was counted already. */
async function movePosition(
  trx: Transaction<Tables>,
  name: string,
  position: number,
): Promise<boolean> {
  const result = await trx
    .insertInto('positions')
    .values({ name, position })
    .onConflict((conflict) =>
      conflict.column('name').doUpdateSet({ position }).where('positions.position', '<', position),
    )
    .executeTakeFirst()
  return result.numInsertedOrUpdatedRows === 1n
}

const added = (column: string) =>
  sql<number>`${sql.ref(`ledger.${column}`)} + ${sql.ref(`excluded.${column}`)}`

async function addRow(trx: Transaction<Tables>, row: LedgerRow): Promise<void> {
  const { source } = row
  const minute = whole(row.minute)
  await trx
    .insertInto('ledger')
    .values({
      source,
      minute,
      received: whole(row.received),
      bytes: whole(row.bytes),
      stored: whole(row.stored),
      dropped: whole(row.dropped),
      dead: whole(row.dead),
      events: whole(row.events),
      findings: whole(row.findings),
      delay_sum_ms: row.delaySumMs,
      delay_max_ms: row.delayMaxMs,
    })
    .onConflict((conflict) =>
      conflict.columns(['minute', 'source']).doUpdateSet({
        received: added('received'),
        bytes: added('bytes'),
        stored: added('stored'),
        dropped: added('dropped'),
        dead: added('dead'),
        events: added('events'),
        findings: added('findings'),
        delay_sum_ms: added('delay_sum_ms'),
        delay_max_ms: sql<number>`max(ledger.delay_max_ms, excluded.delay_max_ms)`,
      }),
    )
    .execute()
  const reasons = Object.entries(row.reasons).map(([reason, count]) => ({
    source,
    minute,
    reason,
    count,
  }))
  if (reasons.length === 0) return
  await trx
    .insertInto('ledger_reasons')
    .values(reasons)
    .onConflict((conflict) =>
      conflict
        .columns(['minute', 'source', 'reason'])
        .doUpdateSet({ count: sql<number>`ledger_reasons.count + excluded.count` }),
    )
    .execute()
}
