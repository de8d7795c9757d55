import type { Clock } from '#base/clock.ts'
import { systemClock } from '#base/clock.ts'
import { silentLog } from '#base/log.ts'
import type { InputContext } from '../input.ts'
import { type Journal, openJournal } from '../journal/journal.ts'

/** A context for one input with a real journal, and what it was told of refused records. */
export interface TestBench {
  readonly journal: Journal
  readonly context: InputContext
  readonly refusals: { feed: string; reason: string; count: number }[]
  close(): Promise<void>
}

/** Opens a bench in a folder; the same folder again is a restart. */
export async function openBench(
  folder: string,
  more: { clock?: Clock; wrap?: (journal: Journal) => Journal } = {},
): Promise<TestBench> {
  const own = await openJournal({ folder, log: silentLog })
  const journal = more.wrap?.(own) ?? own
  const refusals: { feed: string; reason: string; count: number }[] = []
  const abort = new AbortController()
  return {
    journal,
    refusals,
    context: {
      journal,
      clock: more.clock ?? systemClock,
      log: silentLog,
      stateFolder: `${folder}/state`,
      refused: (feed, reason, count) => void refusals.push({ feed, reason, count }),
      signal: abort.signal,
    },
    async close() {
      abort.abort()
      await own.close()
    },
  }
}
