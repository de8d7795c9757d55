import { type Logger, pino } from 'pino'

/** Structured log. Messages are constant, lower case and past tense; what varies goes into fields. */
export interface Log {
  debug(message: string, fields?: Record<string, unknown>): void
  info(message: string, fields?: Record<string, unknown>): void
  warn(message: string, fields?: Record<string, unknown>): void
  error(message: string, fields?: Record<string, unknown>): void
  child(room: string): Log
}

/** Field names whose values never reach the log. */
const SECRET_FIELDS = ['token', 'secret', 'password', 'authorization', 'cookie', 'code']

/** A log of JSON lines on the given file descriptor (2 by default) at the given level. */
export function createLog(level: string, destination: number | string = 2): Log {
  const paths = SECRET_FIELDS.flatMap((name) => [name, `*.${name}`])
  const options = { level, base: null, redact: { paths, censor: '[secret]' } }
  return fromPino(pino(options, pino.destination({ dest: destination, sync: true })))
}

/** A log that keeps nothing. */
export const silentLog: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  child: () => silentLog,
}

function fromPino(logger: Logger): Log {
  return {
    debug: (message, fields) => logger.debug(fields ?? {}, message),
    info: (message, fields) => logger.info(fields ?? {}, message),
    warn: (message, fields) => logger.warn(fields ?? {}, message),
    error: (message, fields) => logger.error(fields ?? {}, message),
    child: (room) => fromPino(logger.child({ room })),
  }
}
