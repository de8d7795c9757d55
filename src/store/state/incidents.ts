import { type Kysely, sql } from 'kysely'
import { entityKey } from '#shape/entity.ts'
import type { Finding } from '#shape/finding.ts'
import type { Incident } from '#shape/incident.ts'
import { shapeOf, whole } from './body.ts'
import type { IncidentFilter, IncidentStore } from './contract.ts'
import { inList, insertNew } from './findings.ts'
import type { Tables } from './tables.ts'

const DEFAULT_LIMIT = 200
const MAX_LIMIT = 50_000
const MAX_WORDS = 16

/** Incidents with their entities indexed. */
export function createIncidents(db: Kysely<Tables>): IncidentStore {
  const get = async (id: string): Promise<Incident | undefined> => {
    const row = await db
      .selectFrom('incidents')
      .select(['id', 'body'])
      .where('id', '=', id)
      .executeTakeFirst()
    return row === undefined ? undefined : shapeOf<Incident>(row)
  }
  return {
    get,
    resolve: async (id) => get((await takerOf(db, id)) ?? id),
    list: (filter) => list(db, filter ?? {}),
    put: (incident) => db.transaction().execute((trx) => keepAll(trx, [incident])),
    openSharing: (keys, since) => openSharing(db, keys, since),
    saveAbsorbed: (work) =>
      db.transaction().execute(async (trx) => {
        const fresh = await insertNew(trx, work.newFindings)
        await keepAll(trx, work.incidents)
        return fresh
      }),
    orphans: (limit = 100) => orphans(db, limit),
    async countOpen() {
      const row = await db
        .selectFrom('incidents')
        .select(sql<number>`count(*)`.as('count'))
        .where('status', '=', 'open')
        .executeTakeFirst()
      return row?.count ?? 0
    },
  }
}

/** Merges first: findings of an incident that is named as merged by another one of these go to that one. */
async function keepAll(db: Kysely<Tables>, incidents: readonly Incident[]): Promise<void> {
  const merges: { id: string; into: string }[] = []
  for (const { id: into, merged } of incidents) {
    for (const id of merged)
      if (id !== into && (await merge(db, id, into))) merges.push({ id, into })
  }
  for (const incident of incidents) await keep(db, incident)
  for (const { id, into } of merges) {
    await db
      .updateTable('incident_findings')
      .set({ incident_id: into })
      .where('incident_id', '=', id)
      .execute()
    // Its last state was open: nobody closed it, so it is only a name of the other one now.
    await db.deleteFrom('incidents').where('id', '=', id).where('status', '=', 'open').execute()
  }
}

async function keep(db: Kysely<Tables>, incident: Incident): Promise<void> {
  const row = {
    status: incident.status,
    end_time: whole(incident.end),
    updated: whole(incident.updated),
    search_text: searchText(incident),
    body: JSON.stringify(incident),
  }
  await db
    .insertInto('incidents')
    .values({ id: incident.id, ...row })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(row))
    .execute()
  await db.deleteFrom('incident_entities').where('incident_id', '=', incident.id).execute()
  const keys = JSON.stringify([...new Set(incident.entities.map(entityKey))])
  await sql`INSERT INTO incident_entities (entity_key, incident_id)
    SELECT value, ${incident.id} FROM json_each(${keys})`.execute(db)
  // What was merged stays a name of the other one, also when it is changed later.
  const taker = await takerOf(db, incident.id)
  // A finding that moved here from a merged incident changes its place.
  await sql`INSERT INTO incident_findings (finding_id, incident_id)
    SELECT value, ${taker ?? incident.id} FROM json_each(${JSON.stringify(incident.findingIds)}) WHERE true
    ON CONFLICT (finding_id) DO UPDATE SET incident_id = excluded.incident_id
    WHERE incident_id <> excluded.incident_id`.execute(db)
}

/** Notes that one leads to the other, and whatever led to the first; false when that was noted before. */
async function merge(db: Kysely<Tables>, id: string, into: string): Promise<boolean> {
  if ((await takerOf(db, id)) === into) return false
  await db.updateTable('incident_merged').set({ into_id: into }).where('into_id', '=', id).execute()
  await db
    .insertInto('incident_merged')
    .values({ id, into_id: into })
    .onConflict((conflict) => conflict.column('id').doUpdateSet({ into_id: into }))
    .execute()
  return true
}

async function takerOf(db: Kysely<Tables>, id: string): Promise<string | undefined> {
  const row = await db
    .selectFrom('incident_merged')
    .select('into_id')
    .where('id', '=', id)
    .executeTakeFirst()
  return row?.into_id
}

async function list(db: Kysely<Tables>, filter: IncidentFilter): Promise<Incident[]> {
  let query = db.selectFrom('incidents').select(['id', 'body'])
  if (filter.status !== undefined) query = query.where('status', '=', filter.status)
  const words = (filter.text ?? '')
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '')
  for (const word of words.slice(0, MAX_WORDS)) {
    query = query.where(sql<boolean>`instr(search_text, ${word}) > 0`)
  }
  const rows = await query
    .orderBy('updated', 'desc')
    .orderBy('id')
    .limit(Math.max(0, Math.min(MAX_LIMIT, filter.limit ?? DEFAULT_LIMIT)))
    .execute()
  return rows.map((row) => shapeOf<Incident>(row))
}

async function openSharing(
  db: Kysely<Tables>,
  keys: readonly string[],
  since: number,
): Promise<Incident[]> {
  const rows = await db
    .selectFrom('incidents')
    .select(['id', 'body'])
    .where('status', '=', 'open')
    .where('end_time', '>=', since)
    .where('id', 'in', (eb) =>
      eb
        .selectFrom('incident_entities')
        .select('incident_id')
        .where('entity_key', 'in', inList(keys)),
    )
    .orderBy('id')
    .execute()
  return rows.map((row) => shapeOf<Incident>(row))
}

async function orphans(db: Kysely<Tables>, limit: number): Promise<Finding[]> {
  const rows = await db
    .selectFrom('findings')
    .select(['id', 'body'])
    .where('kind', '=', 'alert')
    .where('id', 'not in', (eb) => eb.selectFrom('incident_findings').select('finding_id'))
    .orderBy('detected')
    .limit(limit)
    .execute()
  return rows.map((row) => shapeOf<Finding>(row))
}

function searchText(incident: Incident): string {
  const names = incident.entities.flatMap((entity) => [entity.id, entity.name])
  return [
    incident.id,
    incident.title,
    incident.story,
    incident.owner,
    ...names,
    ...incident.techniques,
    ...incident.targets,
  ]
    .join('\n')
    .toLowerCase()
}
