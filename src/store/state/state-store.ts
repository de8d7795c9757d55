import { chmodSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { Kysely } from 'kysely'
import type { Clock } from '#base/clock.ts'
import { Failure, reasonOf } from '#base/failure.ts'
import { ensureFolder } from '#base/files.ts'
import type { Ids } from '#base/ids.ts'
import { createAccess } from './access.ts'
import { createAudit } from './audit.ts'
import type { StateStore } from './contract.ts'
import { sqliteDialect } from './dialect.ts'
import { createFindings } from './findings.ts'
import { createIncidents } from './incidents.ts'
import { createLedger } from './ledger.ts'
import { migrate } from './migrations.ts'
import { createRuns } from './runs.ts'
import { createSettings, createSnapshots } from './settings.ts'
import { createSpans } from './spans.ts'
import type { Tables } from './tables.ts'

/** Short, because SQLite waits on the calling thread; the dialect waits longer beside it. */
const BUSY_TIMEOUT_MS = 100
/** Opening may meet another process in the middle of a migration. */
const OPEN_TIMEOUT_MS = 5_000

/** What a state store needs. `path` of the SQLite file; its folder is made when absent. */
export interface StateStoreOptions {
  readonly path: string
  readonly clock: Clock
  readonly ids: Ids
}

/**
 * Opens the state file, readable by its owner only, and brings it to this version's tables. `store.failed` when it is no
 * database, is damaged, or was written by a newer version.
 */
export async function openStateStore(options: StateStoreOptions): Promise<StateStore> {
  const database = openDatabase(options.path)
  const db = new Kysely<Tables>({ dialect: sqliteDialect(database) })
  const { clock, ids } = options
  return {
    spans: createSpans(db),
    snapshots: createSnapshots(db),
    findings: createFindings(db),
    incidents: createIncidents(db),
    runs: createRuns(db),
    audit: createAudit(db, clock),
    ledger: createLedger(db),
    access: createAccess({ db, clock, ids }),
    settings: createSettings(db),
    async close() {
      await db.destroy()
      // Kysely closes nothing that it never used.
      if (database.isOpen) database.close()
    },
  }
}

function openDatabase(path: string): DatabaseSync {
  ensureFolder(dirname(path))
  let database: DatabaseSync | undefined
  try {
    database = new DatabaseSync(path, { timeout: OPEN_TIMEOUT_MS })
    chmodSync(path, 0o600)
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON')
    migrate(database, path)
    database.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}`)
    return database
  } catch (error) {
    database?.close()
    if (error instanceof Failure) throw error
    throw new Failure('store.failed', `${path} cannot be opened: ${reasonOf(error)}`, {
      cause: error,
    })
  }
}
