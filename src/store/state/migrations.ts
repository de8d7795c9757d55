import type { DatabaseSync } from 'node:sqlite'
import { Failure } from '#base/failure.ts'

const FIRST = `
CREATE TABLE positions (name TEXT PRIMARY KEY, position INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE ledger (
  source TEXT NOT NULL, minute INTEGER NOT NULL,
  received INTEGER NOT NULL, bytes INTEGER NOT NULL, stored INTEGER NOT NULL, dropped INTEGER NOT NULL,
  dead INTEGER NOT NULL, events INTEGER NOT NULL, findings INTEGER NOT NULL,
  delay_sum_ms REAL NOT NULL, delay_max_ms REAL NOT NULL,
  PRIMARY KEY (minute, source)
) STRICT, WITHOUT ROWID;
CREATE INDEX ledger_source ON ledger (source, minute);
CREATE TABLE ledger_reasons (
  source TEXT NOT NULL, minute INTEGER NOT NULL, reason TEXT NOT NULL, count INTEGER NOT NULL,
  PRIMARY KEY (minute, source, reason)
) STRICT, WITHOUT ROWID;
CREATE TABLE snapshots (
  name TEXT PRIMARY KEY, position INTEGER NOT NULL, version TEXT NOT NULL, bytes BLOB NOT NULL
) STRICT;
CREATE TABLE findings (
  id TEXT PRIMARY KEY, kind TEXT NOT NULL, rule_id TEXT NOT NULL, source TEXT NOT NULL,
  time INTEGER NOT NULL, detected INTEGER NOT NULL, body TEXT NOT NULL
) STRICT;
CREATE INDEX findings_detected ON findings (detected);
CREATE INDEX findings_rule ON findings (rule_id, detected);
CREATE INDEX findings_time ON findings (time);
CREATE TABLE incidents (
  id TEXT PRIMARY KEY, status TEXT NOT NULL, end_time INTEGER NOT NULL, updated INTEGER NOT NULL,
  search_text TEXT NOT NULL, body TEXT NOT NULL
) STRICT;
CREATE INDEX incidents_status ON incidents (status, updated);
CREATE TABLE incident_entities (
  entity_key TEXT NOT NULL, incident_id TEXT NOT NULL REFERENCES incidents (id) ON DELETE CASCADE,
  PRIMARY KEY (entity_key, incident_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX incident_entities_incident ON incident_entities (incident_id);
CREATE TABLE incident_findings (
  finding_id TEXT PRIMARY KEY, incident_id TEXT NOT NULL REFERENCES incidents (id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX incident_findings_incident ON incident_findings (incident_id);
CREATE TABLE incident_merged (id TEXT PRIMARY KEY, into_id TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE runs (
  id TEXT PRIMARY KEY, incident_id TEXT NOT NULL, status TEXT NOT NULL,
  created INTEGER NOT NULL, updated INTEGER NOT NULL, body TEXT NOT NULL
) STRICT;
CREATE INDEX runs_incident ON runs (incident_id);
CREATE INDEX runs_status ON runs (status, updated);
CREATE TABLE audit (
  seq INTEGER PRIMARY KEY, time INTEGER NOT NULL, actor TEXT NOT NULL, action TEXT NOT NULL,
  subject TEXT NOT NULL, detail TEXT NOT NULL, previous TEXT NOT NULL, hash TEXT NOT NULL
) STRICT;
CREATE TABLE users (
  id TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE, roles TEXT NOT NULL, created INTEGER NOT NULL
) STRICT;
CREATE TABLE sign_in_codes (
  hash TEXT PRIMARY KEY, user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE, expires INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE sessions (
  hash TEXT PRIMARY KEY, user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  expires INTEGER NOT NULL, last_used INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE tokens (
  id TEXT PRIMARY KEY, hash TEXT NOT NULL UNIQUE, name TEXT NOT NULL, scopes TEXT NOT NULL,
  created_by TEXT NOT NULL, created INTEGER NOT NULL,
  last_used INTEGER NOT NULL DEFAULT 0, revoked INTEGER NOT NULL DEFAULT 0,
  expires INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE settings (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
`

/** The steps from an empty file to the present tables. Only ever added to: the number of a step is its place, from 1. */
const MIGRATIONS: readonly string[] = [FIRST]

/** The step a file of this version stands at. */
const SCHEMA_VERSION = MIGRATIONS.length

/**
 * Brings a file to this version's tables, one transaction a step, so that a crash leaves a whole step or none.
 * `store.failed` when the file was written by a newer version: going back is not possible.
 */
export function migrate(database: DatabaseSync, path: string): void {
  for (;;) {
    const version = versionOf(database)
    if (version > SCHEMA_VERSION) throw newerFailure(path, version)
    if (version === SCHEMA_VERSION) return
    database.exec('BEGIN IMMEDIATE')
    try {
      // Another process may have made this step while this one waited for the lock.
      if (versionOf(database) === version) {
        database.exec(MIGRATIONS[version] ?? '')
        database.exec(`PRAGMA user_version = ${version + 1}`)
      }
      database.exec('COMMIT')
    } catch (error) {
      database.exec('ROLLBACK')
      throw error
    }
  }
}

function versionOf(database: DatabaseSync): number {
  return Number(database.prepare('PRAGMA user_version').get()?.['user_version'] ?? 0)
}

function newerFailure(path: string, version: number): Failure {
  return new Failure(
    'store.failed',
    `${path} was written by a newer Vedette (tables ${version}, this one knows ${SCHEMA_VERSION}): install that version, or choose another data folder`,
  )
}
