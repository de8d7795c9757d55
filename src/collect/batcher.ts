import type { Clock } from '#base/clock.ts'
import { Failure } from '#base/failure.ts'
import type { JournalWriter, RawRecord } from '#base/journal.ts'

/** How long a sender waits before it tries a full disk again. */
const RETRY_MS = 1_000

/** True when waiting helps: the disk is full or refuses for the moment. */
export function isRetryable(error: unknown): error is Failure {
  return (
    error instanceof Failure && (error.code === 'files.full' || error.code === 'files.unwritable')
  )
}

/**
 * Appends, and while the disk is full tries again each second, so that nothing is lost. Gives the seq of the first, or
 * undefined when `signal` was aborted before it came to that.
 */
export async function appendUntilDone(
  to: { journal: JournalWriter; clock: Clock; signal?: AbortSignal },
  records: readonly RawRecord[],
): Promise<number | undefined> {
  for (;;) {
    try {
      return await to.journal.append(records)
    } catch (error) {
      if (!isRetryable(error)) throw error
      if (to.signal?.aborted) return undefined
      await to.clock.sleep(RETRY_MS, to.signal)
    }
  }
}
