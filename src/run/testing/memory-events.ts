import { readFileSync } from 'node:fs'
import { parseJsonObject } from '#base/json.ts'
import type { EventStore } from '#store/index.ts'

/** An event store in memory: stores the rows of each token once, as the real one does. */
export interface MemoryEvents extends EventStore {
  /** Ids of the stored rows, in the order of storing. */
  ids(table: 'events' | 'dead_letters'): string[]
  /** How many appends were asked for, the repeated ones too. */
  readonly appends: number
}

/** What a test that searches must not get by accident. */
const notHere = () => Promise.reject(new Error('this store only keeps'))

/** Makes an empty store. `counts` and `fieldPresence` answer as given. */
export function createMemoryEvents(
  facts: Partial<Pick<EventStore, 'counts' | 'fieldPresence' | 'checkHealth'>> = {},
): MemoryEvents {
  const stored = new Map<string, { table: string; ids: string[] }>()
  let appends = 0
  return {
    get appends() {
      return appends
    },
    ids: (table) =>
      [...stored.values()].flatMap((segment) => (segment.table === table ? segment.ids : [])),
    async append({ path, token, table, rows }) {
      appends += 1
      const key = `${table} ${token}`
      if (stored.has(key)) return
      const ids = readFileSync(path, 'utf8').trimEnd().split('\n').map(idOf)
      if (ids.length !== rows) throw new Error(`${path} has ${ids.length} rows, not ${rows}`)
      stored.set(key, { table, ids })
    },
    counts: async () => [],
    fieldPresence: async () => ({}),
    checkHealth: async () => ({
      state: 'up',
      restarts: 0,
      pid: 1,
      residentBytes: 0,
      version: 'memory',
      pendingAppends: 0,
      pendingQueries: 0,
      diskBytes: 0,
      rows: 0,
    }),
    ...facts,
    search: notHere,
    event: notHere,
    events: notHere,
    evidence: notHere,
    deadLetters: notHere,
    rowCount: notHere,
    dropBefore: notHere,
    close: async () => undefined,
  }
}

function idOf(line: string): string {
  const row = parseJsonObject(line)
  if (!row.ok) throw new Error(`not a row: ${line.slice(0, 80)}`)
  return String(row.value['id'])
}
