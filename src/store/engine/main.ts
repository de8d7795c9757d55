/**
 * The engine process: the only place where the native library is loaded. Started by the supervisor with its options as
 * the one argument; speaks the protocol over IPC; ends when its parent is gone.
 */
import { systemClock } from '#base/clock.ts'
import { reasonOf } from '#base/failure.ts'
import { isObject, parseJson } from '#base/json.ts'
import { EngineError, loadDriver } from './driver.ts'
import type { EngineOptions, EngineReply, EngineRequest } from './protocol.ts'
import { openSessions, type Sessions } from './sessions.ts'

const GRACE_MS = 2_000

function say(reply: EngineReply): void {
  // The parent may be gone between two lines: the disconnect handler ends this process then.
  if (process.connected) process.send?.(reply, () => undefined)
}

/** What is stored survives this and a half insert is completed by its replay, so there is nothing to wait for. */
function endNow(): void {
  process.kill(process.pid, 'SIGKILL')
}

function endWell(sessions: Sessions): void {
  systemClock.sleep(GRACE_MS).then(endNow, endNow)
  sessions.close()
  process.exit(0)
}

async function answer(sessions: Sessions, request: EngineRequest): Promise<string> {
  switch (request.kind) {
    case 'append':
      await sessions.append(request.segment)
      return ''
    case 'query':
      return sessions.query(request)
    case 'drop-before':
      return String(await sessions.dropBefore(request.day))
    case 'cancel':
      await sessions.cancel(request.id)
      return ''
    case 'memory':
      return String(process.memoryUsage.rss())
    default:
      return ''
  }
}

function failureReply(id: number, error: unknown): EngineReply {
  const code = error instanceof EngineError ? error.code : 0
  return { kind: 'failed', id, code, message: reasonOf(error) }
}

function serve(sessions: Sessions): void {
  process.on('message', (request: EngineRequest) => {
    answer(sessions, request).then(
      (text) => {
        if (request.kind !== 'cancel') say({ kind: 'done', id: request.id, text })
        if (request.kind === 'close') endWell(sessions)
      },
      (error: unknown) => {
        if (request.kind !== 'cancel') say(failureReply(request.id, error))
      },
    )
  })
}

/** When it cannot serve it says so and waits for the parent to let go: a process that ends may lose its last word. */
async function start(options: EngineOptions): Promise<void> {
  const driver = await loadDriver().catch((error: unknown) => {
    say({ kind: 'unfit', reason: 'missing', message: reasonOf(error) })
    return undefined
  })
  if (driver === undefined) return
  try {
    serve(await openSessions(driver, options))
    say({ kind: 'ready', version: driver.version })
  } catch (error) {
    say({ kind: 'unfit', reason: 'failed', message: reasonOf(error) })
  }
}

function optionsOf(argument: string | undefined): EngineOptions {
  const parsed = parseJson(argument ?? '')
  if (!parsed.ok || !isObject(parsed.value)) throw new Error('the engine needs its options')
  // Written by the supervisor of the same version, from a value of this type.
  return parsed.value as unknown as EngineOptions
}

process.on('disconnect', endNow)
// A terminal sends its interrupt to the whole group: the parent decides when this process ends.
process.on('SIGINT', () => undefined)
process.on('SIGTERM', () => undefined)
await start(optionsOf(process.argv[2]))
