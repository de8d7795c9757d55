import { isObject } from '#base/json.ts'

/** One connection of the embedded engine: runs one statement at a time. */
export interface Session {
  /** Runs a statement off the event loop; the answer as text. */
  run(sql: string, format?: string): Promise<string>
  close(): void
}

/** An error of the engine with its number. Source: ClickHouse, src/Common/ErrorCodes.cpp. */
export class EngineError extends Error {
  readonly code: number

  constructor(code: number, message: string) {
    super(message)
    this.name = 'EngineError'
    this.code = code
  }
}

/** The embedded engine of this process. */
export interface Driver {
  readonly version: string
  open(folder: string, args: readonly string[]): Session
}

interface NativeSession {
  queryAsync(sql: string, options: { format: string }): Promise<{ text(): string }>
  close(): void
}

/** Loads the native library; only ever called in the engine's own process. Rejects when it is not installed. */
export async function loadDriver(): Promise<Driver> {
  const chdb = await import('chdb')
  return {
    version: chdb.version().libchdb.replaceAll('"', ''),
    open: (folder, args) => wrap(new chdb.Session(folder, { connectionArgs: [...args] })),
  }
}

function wrap(native: NativeSession): Session {
  return {
    async run(sql, format = 'JSONEachRow') {
      try {
        return (await native.queryAsync(sql, { format })).text()
      } catch (error) {
        throw engineError(error)
      }
    },
    close: () => native.close(),
  }
}

function engineError(error: unknown): EngineError {
  const message = error instanceof Error ? error.message : String(error)
  const code = isObject(error) ? error['clickhouseCode'] : undefined
  return new EngineError(typeof code === 'number' ? code : 0, message)
}
