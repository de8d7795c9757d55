import { FAILURES, type FailureCode, type FailureKind } from './failures.ts'

/**
 * Something a person must fix or retry. `message` and `details` are safe to show; `cause` is only logged.
 * Bad data is an Outcome instead, a bug is a plain Error.
 */
export class Failure extends Error {
  readonly code: FailureCode
  readonly details: readonly string[]

  constructor(
    code: FailureCode,
    message: string,
    more: { cause?: unknown; details?: readonly string[] } = {},
  ) {
    super(message, more.cause === undefined ? undefined : { cause: more.cause })
    this.name = 'Failure'
    this.code = code
    this.details = more.details ?? []
  }

  /** Status, exit code and hint of this code. */
  get kind(): FailureKind {
    return FAILURES[this.code]
  }
}

/** The text of anything thrown, for a log field or a detail. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** The system error code (`ENOSPC`, `EADDRINUSE`) of anything thrown, or '' when there is none. */
export function systemCodeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null || !('code' in error)) return ''
  return typeof error.code === 'string' ? error.code : ''
}
