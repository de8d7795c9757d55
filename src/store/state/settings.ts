import type { Kysely } from 'kysely'
import { parseJson } from '#base/json.ts'
import type { SettingStore, SnapshotStore } from './contract.ts'
import type { Tables } from './tables.ts'

/** In front of the keys of the caller, so that none meets a value that this room keeps for itself. */
const OWN = 'setting:'

/** Small values by key, kept as JSON. */
export function createSettings(db: Kysely<Tables>): SettingStore {
  return {
    async get(key) {
      const row = await db
        .selectFrom('settings')
        .select('value')
        .where('key', '=', OWN + key)
        .executeTakeFirst()
      const parsed = parseJson(row?.value ?? '')
      return parsed.ok ? parsed.value : undefined
    },
    async put(key, value) {
      const text = JSON.stringify(value) ?? 'null'
      await db
        .insertInto('settings')
        .values({ key: OWN + key, value: text })
        .onConflict((conflict) => conflict.column('key').doUpdateSet({ value: text }))
        .execute()
    },
  }
}

/** Snapshots of detector state by name; the newest replaces the one before. */
export function createSnapshots(db: Kysely<Tables>): SnapshotStore {
  return {
    async put(name, snapshot) {
      const { position, version, bytes } = snapshot
      await db
        .insertInto('snapshots')
        .values({ name, position, version, bytes })
        .onConflict((conflict) => conflict.column('name').doUpdateSet({ position, version, bytes }))
        .execute()
    },
    async get(name) {
      const row = await db
        .selectFrom('snapshots')
        .select(['position', 'version', 'bytes'])
        .where('name', '=', name)
        .executeTakeFirst()
      return row
    },
  }
}
