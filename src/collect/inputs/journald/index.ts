import { join } from 'node:path'
import { z } from 'zod'
import { reasonOf } from '#base/failure.ts'
import { sha256 } from '#base/hash.ts'
import type { RawRecord } from '#base/journal.ts'
import { parseJsonObject } from '#base/json.ts'
import { type RunningProgram, startProgram } from '#base/process.ts'
import { appendUntilDone } from '../../batcher.ts'
import { createLineSplitter, type Line } from '../../framing/lines.ts'
import { defineInput, type InputContext } from '../../input.ts'
import { type CursorFile, openCursorFile } from '../cursor-file.ts'

const FEED = 'journald'
const CURSOR = 'cursor'
const SAVE_EVERY_MS = 5_000
const MAX_ENTRY_BYTES = 16 * 1024 * 1024
const MAX_PAUSE_MS = 60_000

/** The journal of systemd on this machine. */
export const journaldInput = defineInput({
  name: 'journald',
  summary: 'Follows the systemd journal with journalctl; each entry is one JSON record.',
  config: z.strictObject({
    program: z.string().default('journalctl').describe('The journalctl program.'),
    directory: z
      .string()
      .optional()
      .describe('Folder with journal files; the system journal by default.'),
    startAt: z
      .enum(['beginning', 'end'])
      .default('end')
      .describe('Where to begin at the very first start.'),
  }),
  async open(config, context) {
    const name = `journald-${sha256(config.directory ?? '').slice(0, 12)}.json`
    const state = await openCursorFile(
      join(context.stateFolder, name),
      context.journal,
      (record, values) => {
        const cursor = record.feed === FEED ? record.meta?.['cursor'] : undefined
        if (cursor !== undefined) values.set(CURSOR, cursor)
      },
    )
    const own = new AbortController()
    const stop = AbortSignal.any([own.signal, context.signal])
    const args = (): string[] => [
      ...['--output=json', '--follow', '--all', '--no-pager', '--quiet'],
      ...(config.directory === undefined ? [] : [`--directory=${config.directory}`]),
      ...startArguments(state.values.get(CURSOR), config.startAt),
    ]
    const following = follow({
      start: () => startProgram(config.program, args()),
      context,
      state,
      stop,
    })
    return {
      name: 'journald',
      listening: [],
      feeds: () => [FEED],
      async close() {
        own.abort()
        await following
      },
    }
  },
})

function startArguments(cursor: string | undefined, startAt: 'beginning' | 'end'): string[] {
  // Without `--no-tail` older versions give only the last ten entries when they follow.
  if (cursor !== undefined) return ['--no-tail', `--after-cursor=${cursor}`]
  return startAt === 'end' ? ['--lines=0'] : ['--no-tail']
}

interface Following {
  readonly start: () => RunningProgram
  readonly context: InputContext
  readonly state: CursorFile
  readonly stop: AbortSignal
}

/** Keeps a journalctl running until stopped; one that ends is started again behind the last entry, ever more slowly. */
async function follow(options: Following): Promise<void> {
  const { context, stop } = options
  let pauseMs = 1_000
  while (!stop.aborted) {
    const program = options.start()
    const end = () => program.stop()
    stop.addEventListener('abort', end, { once: true })
    const count = await readEntries(program, options).catch((error: unknown) => {
      context.log.error('journald entries were not read', { reason: reasonOf(error) })
      return 0
    })
    program.stop()
    const { status, stderr } = await program.ended
    stop.removeEventListener('abort', end)
    if (stop.aborted) return
    context.log.warn('journalctl ended and is started again', {
      status,
      stderr: stderr.trim(),
      pauseMs,
    })
    await context.clock.sleep(pauseMs, stop)
    pauseMs = count > 0 ? 1_000 : Math.min(pauseMs * 2, MAX_PAUSE_MS)
  }
}

async function readEntries(program: RunningProgram, options: Following): Promise<number> {
  const { context, state, stop } = options
  const splitter = createLineSplitter({ maxLineBytes: MAX_ENTRY_BYTES })
  let savedAtMs = context.clock.now()
  let count = 0
  let seq = context.journal.durable
  for await (const chunk of program.output) {
    const records = splitter.push(chunk).map((line) => recordOf(line, context))
    if (records.length === 0) continue
    const first = await appendUntilDone({ ...context, signal: stop }, records)
    if (first === undefined) break
    seq = first + records.length
    count += records.length
    const cursor = records.findLast((record) => record.meta !== undefined)?.meta?.['cursor']
    if (cursor !== undefined) state.values.set(CURSOR, cursor)
    if (context.clock.now() - savedAtMs < SAVE_EVERY_MS) continue
    savedAtMs = context.clock.now()
    await state.save(seq)
  }
  await state.save(seq)
  return count
}

function recordOf(line: Line, context: InputContext): RawRecord {
  const base = { feed: FEED, received: context.clock.micros(), bytes: line.bytes }
  if (line.tooLong) return { ...base, dead: 'file.line-too-long' }
  const entry = parseJsonObject(Buffer.from(line.bytes).toString())
  if (!entry.ok) return { ...base, dead: 'json.invalid' }
  const cursor = entry.value['__CURSOR']
  return typeof cursor === 'string' ? { ...base, meta: { cursor } } : base
}
