import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ensureFolder } from '#base/files.ts'
import type { Segment } from '../contract.ts'
import type { Driver, Session } from './driver.ts'
import { EngineError } from './driver.ts'
import { type Params, renderSql } from './literal.ts'
import type { EngineOptions } from './protocol.ts'
import { insertSql, schemaSql, ttlSql } from './schema.ts'
import { serverConfig } from './server-config.ts'

/** Memory the engine may take for itself; the operating system sees a little more. */
const MEMORY_BYTES = 1_500_000_000
/** QUERY_WAS_CANCELLED */
const CANCELLED = 394

/** The sessions of the engine process: one that writes, one that rules, some that read. */
export interface Sessions {
  append(segment: Segment): Promise<void>
  query(request: { id: number; sql: string; params: Params }): Promise<string>
  /** Ends the query with this id, running or waiting. */
  cancel(id: number): Promise<void>
  /** Drops partitions of days (YYYYMMDD) before; gives how many. */
  dropBefore(day: number): Promise<number>
  close(): void
}

interface Waiting {
  readonly id: number
  start(reader: Session): void
  refuse(): void
}

/** Opens the database, brings its tables up to date, and opens the pool. */
export async function openSessions(driver: Driver, options: EngineOptions): Promise<Sessions> {
  ensureFolder(options.folder)
  const configPath = join(options.folder, 'engine.xml')
  writeFileSync(configPath, serverConfig({ memoryBytes: MEMORY_BYTES }), { mode: 0o600 })
  const open = () => driver.open(join(options.folder, 'data'), [`--config-file=${configPath}`])
  const admin = open()
  await prepareTables(admin, options.retentionDays)
  const writer = open()
  const readers: Session[] = []
  for (let count = 0; count < options.readers; count += 1)
    readers.push(await openReader(open, options))
  return createSessions({ admin, writer, readers })
}

async function prepareTables(admin: Session, retentionDays: number): Promise<void> {
  for (const sql of schemaSql()) await admin.run(sql)
  for (const each of ttlSql(retentionDays)) {
    const found = await admin.run(each.isSetSql, 'TSV')
    if (found.trim() !== '1') await admin.run(each.setSql)
  }
}

/** Limits first: after `readonly` a session can no longer change them, nor reach files or the network. */
async function openReader(open: () => Session, options: EngineOptions): Promise<Session> {
  const reader = open()
  const limits = {
    max_execution_time: options.queryTimeoutMs / 1000,
    max_memory_usage: options.queryMemoryBytes,
    max_threads: options.queryThreads,
    max_block_size: 16_384,
    output_format_json_quote_64bit_integers: 0,
    cancel_http_readonly_queries_on_client_close: 0,
  }
  for (const [name, value] of Object.entries(limits)) await reader.run(`SET ${name} = ${value}`)
  await reader.run('SET readonly = 1')
  return reader
}

function createSessions(open: { admin: Session; writer: Session; readers: Session[] }): Sessions {
  const { admin, writer } = open
  const idle = [...open.readers]
  const running = new Set<number>()
  let waiting: Waiting[] = []
  const rule = inTurn((sql: string, format?: string) => admin.run(sql, format))
  const write = inTurn((sql: string) => writer.run(sql))
  const take = (id: number): Promise<Session> =>
    new Promise((resolve, reject) => {
      const reader = idle.pop()
      if (reader !== undefined) return resolve(reader)
      const refuse = () => reject(new EngineError(CANCELLED, 'the query was cancelled'))
      waiting.push({ id, start: resolve, refuse })
    })
  const giveBack = (reader: Session) => {
    const next = waiting.shift()
    if (next === undefined) idle.push(reader)
    else next.start(reader)
  }
  return {
    async append(segment) {
      const sql = renderSql(insertSql(segment.table), { path: segment.path, token: segment.token })
      await write(sql)
    },
    async query({ id, sql, params }) {
      const text = `/*query:${id}*/ ${renderSql(sql, params)}`
      const reader = await take(id)
      running.add(id)
      try {
        return await reader.run(text)
      } finally {
        running.delete(id)
        giveBack(reader)
      }
    },
    async cancel(id) {
      const queued = waiting.find((each) => each.id === id)
      waiting = waiting.filter((each) => each !== queued)
      queued?.refuse()
      // The id is a number of our own, so this text is safe to build.
      if (running.has(id)) await rule(`KILL QUERY WHERE startsWith(query, '/*query:${id}*/') ASYNC`)
    },
    async dropBefore(day) {
      const found = await rule(
        `SELECT DISTINCT table, partition FROM system.parts WHERE active AND database = currentDatabase() AND table IN ('events', 'dead_letters') AND toUInt32OrZero(partition) < ${Math.floor(day)}`,
        'TSV',
      )
      const rows = found.split('\n').filter((line) => line !== '')
      for (const row of rows) {
        const [table, partition] = row.split('\t')
        await rule(`ALTER TABLE ${table} DROP PARTITION ${partition}`)
      }
      return new Set(rows.map((row) => row.split('\t')[1])).size
    },
    close() {
      for (const session of [...open.readers, writer, admin]) session.close()
    },
  }
}

/** One at a time: a session that is busy would hold a thread for each caller that waits, and readers would get none. */
function inTurn<Args extends unknown[], Value>(
  act: (...args: Args) => Promise<Value>,
): (...args: Args) => Promise<Value> {
  let last: Promise<unknown> = Promise.resolve()
  return (...args) => {
    const next = last.then(() => act(...args))
    last = next.catch(() => undefined)
    return next
  }
}
