import type { Kysely } from 'kysely'
import type { Run } from '#shape/run.ts'
import { shapeOf, whole } from './body.ts'
import type { RunStore } from './contract.ts'
import type { Tables } from './tables.ts'

const DEFAULT_LIMIT = 200

/** Playbook runs. */
export function createRuns(db: Kysely<Tables>): RunStore {
  return {
    async get(id) {
      const row = await db
        .selectFrom('runs')
        .select(['id', 'body'])
        .where('id', '=', id)
        .executeTakeFirst()
      return row === undefined ? undefined : shapeOf<Run>(row)
    },
    async put(run) {
      const row = rowOf(run)
      await db
        .insertInto('runs')
        .values({ id: run.id, ...row })
        .onConflict((conflict) => conflict.column('id').doUpdateSet(row))
        .execute()
    },
    async putIf(run, updated) {
      const result = await db
        .updateTable('runs')
        .set(rowOf(run))
        .where('id', '=', run.id)
        .where('updated', '=', whole(updated))
        .executeTakeFirst()
      return result.numUpdatedRows === 1n
    },
    async list(filter = {}) {
      let query = db.selectFrom('runs').select(['id', 'body'])
      if (filter.incidentId !== undefined)
        query = query.where('incident_id', '=', filter.incidentId)
      if (filter.status !== undefined) query = query.where('status', '=', filter.status)
      const rows = await query
        .orderBy('created', 'desc')
        .orderBy('id')
        .limit(filter.limit ?? DEFAULT_LIMIT)
        .execute()
      return rows.map((row) => shapeOf<Run>(row))
    },
  }
}

function rowOf(run: Run): Omit<Tables['runs'], 'id'> {
  return {
    incident_id: run.incidentId,
    status: run.status,
    created: whole(run.created),
    updated: whole(run.updated),
    body: JSON.stringify(run),
  }
}
