import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite'
import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely'
import { systemClock } from '#base/clock.ts'
import { Failure, reasonOf } from '#base/failure.ts'

const MAX_STATEMENTS = 200
/** How long another process may hold the file before this one gives up. */
const BUSY_MS = 15_000
const RETRY_MS = 10
/** SQLITE_BUSY in the low byte, whatever the extended code. */
const SQLITE_BUSY = 5
const SQLITE_READONLY = 8
const SQLITE_IOERR = 10
const SQLITE_FULL = 13

/** Lets Kysely speak to an open `node:sqlite` database: one connection, transactions one after the other. */
export function sqliteDialect(database: DatabaseSync): Dialect {
  return {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => createDriver(database),
    createIntrospector: (kysely) => new SqliteIntrospector(kysely),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  }
}

function createDriver(database: DatabaseSync): Driver {
  const connection = createConnection(database)
  let free: Promise<void> = Promise.resolve()
  let release: () => void = () => undefined
  return {
    init: async () => undefined,
    async acquireConnection() {
      const before = free
      let open: () => void = () => undefined
      free = new Promise((resolve) => {
        open = resolve
      })
      await before
      release = open
      return connection
    },
    // A transaction that reads first and writes later must not find that another process wrote in between.
    beginTransaction: () => whenFree(() => database.exec('BEGIN IMMEDIATE')),
    commitTransaction: () => whenFree(() => database.exec('COMMIT')),
    // A full disk may have made SQLite roll back by itself; the first error is the one to tell.
    async rollbackTransaction() {
      if (database.isTransaction) database.exec('ROLLBACK')
    },
    releaseConnection: async () => release(),
    destroy: async () => database.close(),
  }
}

function createConnection(database: DatabaseSync): DatabaseConnection {
  const statements = new Map<string, StatementSync>()
  const prepare = (sql: string): StatementSync => {
    const known = statements.get(sql)
    if (known !== undefined) return known
    if (statements.size >= MAX_STATEMENTS) statements.clear()
    const made = database.prepare(sql)
    statements.set(sql, made)
    return made
  }
  return {
    async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
      const statement = prepare(query.sql)
      // The stores of this room bind text, numbers, null and bytes only.
      const values = query.parameters as readonly SQLInputValue[]
      if (statement.columns().length > 0) {
        const rows = await whenFree(() => statement.all(...values))
        // Kysely's row types are the caller's word for the columns it selected.
        return { rows: rows.map((row) => ({ ...row })) as Row[] }
      }
      const { changes } = await whenFree(() => statement.run(...values))
      return { rows: [], numAffectedRows: BigInt(changes) }
    },
    streamQuery() {
      throw new Error('streaming is not supported')
    },
  }
}

/** Waits while another process writes, without holding up this one. Inside a transaction the file is ours already. */
async function whenFree<Value>(act: () => Value): Promise<Value> {
  const deadline = performance.now() + BUSY_MS
  for (;;) {
    try {
      return act()
    } catch (error) {
      if (codeOf(error) !== SQLITE_BUSY || performance.now() > deadline) throw explained(error)
    }
    await systemClock.sleep(RETRY_MS)
  }
}

/** What the disk did is a failure that a person can mend; all else is thrown as it came. */
function explained(error: unknown): unknown {
  const code = codeOf(error)
  const text = `the state file: ${reasonOf(error)}`
  if (code === SQLITE_FULL) return new Failure('files.full', text, { cause: error })
  if (code === SQLITE_IOERR || code === SQLITE_READONLY)
    return new Failure('files.unwritable', text, { cause: error })
  return error
}

/** SQLite's code without its extension; -1 when it is no error of SQLite. */
function codeOf(error: unknown): number {
  if (!(error instanceof Error) || !('errcode' in error)) return -1
  return typeof error.errcode === 'number' ? error.errcode & 0xff : -1
}
