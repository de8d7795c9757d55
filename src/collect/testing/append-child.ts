import { silentLog } from '#base/log.ts'
import { openJournal } from '../journal/journal.ts'

/** Runs as a process of its own: appends without end and tells its parent of each acknowledged span. */
const folder = process.argv[2] ?? ''
const journal = await openJournal({ folder, segmentBytes: 64 * 1024, log: silentLog })
const appendForever = async (lane: number) => {
  for (let n = 0; ; n += 1) {
    const texts = Array.from(
      { length: 1 + (n % 7) },
      (_, at) => `${lane}:${n}:${at} ${'x'.repeat(n % 400)}`,
    )
    const records = texts.map((text) => ({ feed: 'child', received: n, bytes: Buffer.from(text) }))
    const first = await journal.append(records)
    process.send?.({ first, texts })
  }
}
await Promise.all([0, 1, 2, 3].map(appendForever))
