import { open } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { z } from 'zod'
import { reasonOf } from '#base/failure.ts'
import { sha256 } from '#base/hash.ts'
import type { RawRecord } from '#base/journal.ts'
import { appendUntilDone } from '../../batcher.ts'
import { defineInput, type InputContext } from '../../input.ts'
import { type CursorFile, openCursorFile } from '../cursor-file.ts'
import { type FoundFile, isSameFile, listFiles } from '../list-files.ts'
import { isEvtx, readChunks } from './chunks.ts'

const FEED_PREFIX = 'evtx:'

/** Exported Windows event logs. A live log on a Windows machine is better sent by a shipper. */
export const evtxInput = defineInput({
  name: 'evtx',
  summary: 'Reads Windows event log files (.evtx), each chunk of 64 KiB one record, each once.',
  config: z.strictObject({
    paths: z
      .array(z.string().min(1))
      .min(1)
      .describe('Files, folders or patterns; of a folder the .evtx files directly in it.'),
    pollMs: z
      .int()
      .min(10)
      .default(5_000)
      .describe('How often to look for new files, in milliseconds.'),
  }),
  async open(config, context) {
    const paths = config.paths.map((path) => resolve(path))
    const name = `evtx-${sha256(JSON.stringify(paths)).slice(0, 12)}.json`
    const state = await openCursorFile(
      join(context.stateFolder, name),
      context.journal,
      (record, values) => {
        const { fileId, chunk } = record.meta ?? {}
        if (record.feed.startsWith(FEED_PREFIX) && fileId && chunk)
          values.set(fileId, String(Number(chunk) + 1))
      },
    )
    const own = new AbortController()
    const stop = AbortSignal.any([own.signal, context.signal])
    const reader = createReader(context, state, stop)
    const follow = async () => {
      while (!stop.aborted) {
        await reader
          .poll(paths)
          .catch((error: unknown) =>
            context.log.error('evtx files were not read', { reason: reasonOf(error) }),
          )
        await context.clock.sleep(config.pollMs, stop)
      }
    }
    const following = follow()
    return {
      name: 'evtx',
      listening: [],
      feeds: () => reader.feeds(),
      async close() {
        own.abort()
        await following
        await state.save(context.journal.durable)
      },
    }
  },
})

function createReader(context: InputContext, state: CursorFile, stop: AbortSignal) {
  const settling = new Map<string, FoundFile>()
  const done = new Map<string, FoundFile>()
  const feeds = new Set<string>()

  const readFile = async (found: FoundFile) => {
    const head = await headOf(found.path)
    if (!isEvtx(head)) {
      context.log.warn('file is not an evtx file', { path: found.path })
      return
    }
    const fileId = `${found.key}-${sha256(head).slice(0, 16)}`
    const feed = FEED_PREFIX + found.path
    feeds.add(feed)
    for await (const chunk of readChunks(found.path, Number(state.values.get(fileId) ?? 0))) {
      const record: RawRecord = {
        feed,
        received: context.clock.micros(),
        bytes: chunk.bytes,
        meta: { format: 'evtx-chunk', file: found.path, chunk: String(chunk.number), fileId },
      }
      if ((await appendUntilDone({ ...context, signal: stop }, [record])) === undefined) return
      state.values.set(fileId, String(chunk.number + 1))
    }
  }
  return {
    feeds: () => [...feeds],
    async poll(paths: readonly string[]) {
      for (const found of await listFiles(paths)) {
        if (stop.aborted) return
        if (!found.path.toLowerCase().endsWith('.evtx') || isSameFile(done.get(found.key), found))
          continue
        // A file that is still being copied is read when it has stopped to change.
        if (!isSameFile(settling.get(found.key), found)) {
          settling.set(found.key, found)
          continue
        }
        settling.delete(found.key)
        done.set(found.key, found)
        await readFile(found).catch((error: unknown) =>
          context.log.warn('evtx file was not read', { path: found.path, reason: reasonOf(error) }),
        )
        await state.save(context.journal.durable)
      }
    },
  }
}

/** The part of the file header that stays the same while the log is written: none of its counters. */
async function headOf(path: string): Promise<Uint8Array> {
  const file = await open(path, 'r')
  try {
    const buffer = Buffer.alloc(4096 + 512)
    const { bytesRead } = await file.read(buffer, 0, buffer.length, 0)
    return Buffer.concat([buffer.subarray(0, 8), buffer.subarray(4096 + 128, bytesRead)])
  } finally {
    await file.close()
  }
}
