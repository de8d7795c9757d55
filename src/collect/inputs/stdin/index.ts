import { z } from 'zod'
import { MAX_LINE_BYTES } from '../../framing/lines.ts'
import { defineInput } from '../../input.ts'
import { readLinesInto } from './read-lines.ts'

/** Lines of standard input: `other-program | vedette up`. */
export const stdinInput = defineInput({
  name: 'stdin',
  summary: 'Reads lines from standard input until it ends.',
  config: z.strictObject({
    name: z
      .string()
      .regex(/^[\w.-]{1,64}$/)
      .default('stdin')
      .describe('Name of the feed: stdin:<name>.'),
    maxLineBytes: z
      .int()
      .min(1024)
      .max(64 * 1024 * 1024)
      .default(MAX_LINE_BYTES)
      .describe('Longest line; of longer ones the beginning is kept as a dead letter.'),
  }),
  async open(config, context) {
    const feed = `stdin:${config.name}`
    const reading = readLinesInto(
      process.stdin,
      { feed, maxLineBytes: config.maxLineBytes },
      context,
    )
    return {
      name: 'stdin',
      listening: [],
      feeds: () => [feed],
      async close() {
        process.stdin.destroy()
        await reading
      },
    }
  },
})
