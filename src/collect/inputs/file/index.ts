import { join, resolve } from 'node:path'
import { z } from 'zod'
import { reasonOf } from '#base/failure.ts'
import { sha256 } from '#base/hash.ts'
import { MAX_LINE_BYTES } from '../../framing/lines.ts'
import { defineInput } from '../../input.ts'
import { loadCheckpoint } from './checkpoint.ts'
import { FileWatch } from './watch.ts'

/** Log files, followed through rotation, each line once. */
export const fileInput = defineInput({
  name: 'file',
  summary: 'Follows log files by path or pattern through rotation; gzip archives are read once.',
  config: z.strictObject({
    paths: z
      .array(z.string().min(1))
      .min(1)
      .describe('Files, folders or patterns, as /var/log/nginx/*.log or /srv/**/audit.log.'),
    startAt: z
      .enum(['beginning', 'end'])
      .default('beginning')
      .describe('Where to begin in files that are there at the very first start.'),
    pollMs: z
      .int()
      .min(10)
      .default(500)
      .describe('How often to look for new lines, in milliseconds.'),
    maxLineBytes: z
      .int()
      .min(1024)
      .max(64 * 1024 * 1024)
      .default(MAX_LINE_BYTES)
      .describe('Longest line; of longer ones the beginning is kept as a dead letter.'),
  }),
  async open(config, context) {
    const paths = config.paths.map((path) => resolve(path))
    const name = `file-${sha256(JSON.stringify(paths)).slice(0, 12)}.json`
    const checkpoint = await loadCheckpoint(join(context.stateFolder, name), context.journal)
    const own = new AbortController()
    const stop = AbortSignal.any([own.signal, context.signal])
    const watch = new FileWatch({ ...config, paths, checkpoint, context, stop })
    const follow = async () => {
      while (!stop.aborted) {
        await watch
          .poll()
          .catch((error: unknown) =>
            context.log.error('files were not listed', { reason: reasonOf(error) }),
          )
        await context.clock.sleep(config.pollMs, stop)
      }
    }
    const following = follow()
    return {
      name: 'file',
      listening: [],
      feeds: () => watch.feeds(),
      async close() {
        own.abort()
        await following
        await watch.close()
      },
    }
  },
})
