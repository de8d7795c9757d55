import type { Readable } from 'node:stream'
import type { Clock } from '#base/clock.ts'
import type { RawRecord } from '#base/journal.ts'
import { readLogFile, readLogStream, walkFiles } from '#collect/index.ts'
import type { DeadLetter, Event } from '#shape/event.ts'
import type { SourceRoute } from '#shape/route.ts'
import { createStructurer } from '#structure/index.ts'

/** What to read, and who is told of each event and dead letter. */
export interface ParseOptions {
  /** Files and folders; `-` stands for `input`. */
  readonly paths: readonly string[]
  readonly input: Readable
  readonly routes: readonly SourceRoute[]
  readonly zone: string
  readonly clock: Clock
  readonly onEvent: (event: Event) => void
  readonly onDead: (letter: DeadLetter) => void
}

/** Structures files, nothing else. */
export async function parseFiles(
  options: ParseOptions,
): Promise<{ records: number; events: number; dead: number }> {
  const structurer = createStructurer({ routes: options.routes, zone: options.zone })
  const count = { records: 0, events: 0, dead: 0 }
  for await (const raw of recordsOf(options)) {
    const { events, dead } = structurer.structure({ ...raw, partition: 0, seq: count.records })
    count.records += 1
    count.events += events.length
    count.dead += dead.length
    events.forEach(options.onEvent)
    dead.forEach(options.onDead)
  }
  return count
}

async function* recordsOf({ paths, input, clock }: ParseOptions): AsyncGenerator<RawRecord> {
  if (paths.includes('-')) yield* readLogStream(input, 'stdin', { clock })
  for await (const path of walkFiles(paths.filter((one) => one !== '-')))
    yield* readLogFile(path, { clock })
}
