import type { Readable } from 'node:stream'
import { reasonOf } from '#base/failure.ts'
import { appendUntilDone } from '../../batcher.ts'
import { createLineSplitter, type Line } from '../../framing/lines.ts'
import type { InputContext } from '../../input.ts'

/** Brings the lines of a stream into the journal until it ends; the stream waits while the journal is behind. Never rejects. */
export async function readLinesInto(
  stream: Readable,
  options: { feed: string; maxLineBytes: number },
  context: InputContext,
): Promise<void> {
  const splitter = createLineSplitter({ maxLineBytes: options.maxLineBytes })
  const send = async (lines: readonly Line[]) => {
    if (lines.length === 0) return
    const received = context.clock.micros()
    const records = lines.map((line) => ({
      feed: options.feed,
      received,
      bytes: line.bytes,
      ...(line.tooLong ? { dead: 'file.line-too-long' } : {}),
    }))
    if ((await appendUntilDone(context, records)) === undefined)
      context.refused(options.feed, 'files.full', records.length)
  }
  try {
    for await (const chunk of stream)
      await send(splitter.push(typeof chunk === 'string' ? Buffer.from(chunk) : chunk))
  } catch (error) {
    if (!stream.destroyed)
      context.log.warn('stream broke', { feed: options.feed, reason: reasonOf(error) })
  }
  try {
    await send(splitter.finish())
  } catch (error) {
    context.log.error('last line was lost', { feed: options.feed, reason: reasonOf(error) })
  }
}
