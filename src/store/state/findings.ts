import { type Kysely, sql } from 'kysely'
import type { Finding } from '#shape/finding.ts'
import { shapeOf, whole } from './body.ts'
import type { FindingFilter, FindingStore } from './contract.ts'
import type { Tables } from './tables.ts'

const DEFAULT_LIMIT = 200
const MAX_LIMIT = 50_000
const CHUNK = 200

/** Findings, kept once by id. */
export function createFindings(db: Kysely<Tables>): FindingStore {
  return {
    addNew: (findings) => db.transaction().execute((trx) => insertNew(trx, findings)),
    async get(id) {
      const row = await db
        .selectFrom('findings')
        .select(['id', 'body'])
        .where('id', '=', id)
        .executeTakeFirst()
      return row === undefined ? undefined : shapeOf<Finding>(row)
    },
    async getMany(ids) {
      const rows = await db
        .selectFrom('findings')
        .select(['id', 'body'])
        .where('id', 'in', inList(ids))
        .orderBy('time')
        .execute()
      return rows.map((row) => shapeOf<Finding>(row))
    },
    list: (filter) => list(db, filter ?? {}),
    async known(ids) {
      const rows = await db
        .selectFrom('findings')
        .select('id')
        .where('id', 'in', inList(ids))
        .execute()
      return new Set(rows.map((row) => row.id))
    },
    async countByRule(since) {
      const rows = await db
        .selectFrom('findings')
        .select([
          'rule_id',
          sql<number>`count(*)`.as('count'),
          sql<number>`sum(kind = 'alert')`.as('alerts'),
          sql<number>`max(time)`.as('last_time'),
          sql<number>`max(detected)`.as('last_detected'),
        ])
        .where('detected', '>=', since)
        .groupBy('rule_id')
        .orderBy('rule_id')
        .execute()
      return rows.map((row) => ({
        ruleId: row.rule_id,
        count: row.count,
        alerts: row.alerts,
        lastTime: row.last_time,
        lastDetected: row.last_detected,
      }))
    },
    async alertsPerDay(since) {
      return db
        .selectFrom('findings')
        .select([
          sql<string>`strftime('%Y-%m-%d', detected / 1000000, 'unixepoch')`.as('day'),
          sql<number>`count(*)`.as('count'),
        ])
        .where('kind', '=', 'alert')
        .where('detected', '>=', since)
        .groupBy('day')
        .orderBy('day')
        .execute()
    },
  }
}

/** Keeps the findings that are not kept yet, inside of the caller's transaction, and gives them. */
export async function insertNew(
  db: Kysely<Tables>,
  findings: readonly Finding[],
): Promise<Finding[]> {
  const fresh: Finding[] = []
  for (let at = 0; at < findings.length; at += CHUNK) {
    const chunk = new Map(findings.slice(at, at + CHUNK).map((each) => [each.id, each]))
    const rows = await db
      .insertInto('findings')
      .values([...chunk.values()].map(rowOf))
      .onConflict((conflict) => conflict.column('id').doNothing())
      .returning('id')
      .execute()
    for (const { id } of rows) {
      const finding = chunk.get(id)
      if (finding !== undefined) fresh.push(finding)
    }
  }
  return fresh
}

function rowOf(finding: Finding): Tables['findings'] {
  return {
    id: finding.id,
    kind: finding.kind,
    rule_id: finding.ruleId,
    source: finding.source,
    time: whole(finding.time),
    detected: whole(finding.detected),
    body: JSON.stringify(finding),
  }
}

async function list(db: Kysely<Tables>, filter: FindingFilter): Promise<Finding[]> {
  let query = db.selectFrom('findings').select(['findings.id', 'findings.body'])
  if (filter.from !== undefined) query = query.where('time', '>=', filter.from)
  if (filter.to !== undefined) query = query.where('time', '<', filter.to)
  if (filter.ruleId !== undefined) query = query.where('rule_id', '=', filter.ruleId)
  if (filter.source !== undefined) query = query.where('source', '=', filter.source)
  if (filter.kind !== undefined) query = query.where('kind', '=', filter.kind)
  if (filter.incidentId !== undefined) {
    query = query
      .innerJoin('incident_findings', 'incident_findings.finding_id', 'findings.id')
      .where('incident_id', '=', filter.incidentId)
  }
  const rows = await query
    .orderBy('detected', 'desc')
    .orderBy('findings.id')
    .limit(Math.max(0, Math.min(MAX_LIMIT, filter.limit ?? DEFAULT_LIMIT)))
    .execute()
  return rows.map((row) => shapeOf<Finding>(row))
}

/** One bound parameter however long the list is. */
export function inList(values: readonly string[]) {
  return sql<string>`(SELECT value FROM json_each(${JSON.stringify(values)}))`
}
