import { createReadStream } from 'node:fs'
import type { Readable } from 'node:stream'
import { type Clock, systemClock } from '#base/clock.ts'
import { Failure, reasonOf } from '#base/failure.ts'
import type { RawRecord } from '#base/journal.ts'
import { unpackStream } from '#base/unpack.ts'
import { envelopeElements } from '../framing/json-scan.ts'
import { createJsonSplitter, textFormOf } from '../framing/json-values.ts'
import { createLineSplitter, KEEP_BYTES } from '../framing/lines.ts'
import { isEvtx, readChunks } from '../inputs/evtx/chunks.ts'
import { decodeText } from './decode-text.ts'

/** How a file is read once. */
export interface ReadOptions {
  readonly clock?: Clock
  /** Longest line or JSON value in bytes; 256 MiB by default. */
  readonly maxRecordBytes?: number
}

const MAX_RECORD_BYTES = 256 * 1024 * 1024
const SAMPLE_BYTES = 64 * 1024

type Piece = { readonly bytes: Uint8Array; readonly tooLong?: true }
type Cutter = { push(chunk: Uint8Array): Piece[]; finish(): Piece[] }

/**
 * Reads a log file from its beginning to its end: lines, JSON in any arrangement, CloudTrail files, EVTX, all but EVTX also in gzip;
 * UTF-16 text becomes UTF-8. Memory follows the greatest record, not the file. A record that is too long is given with
 * `dead`. Rejects with `collect.unreadable` when the file cannot be read to its end.
 */
export async function* readLogFile(
  path: string,
  options: ReadOptions = {},
): AsyncGenerator<RawRecord> {
  const clock = options.clock ?? systemClock
  const feed = `file:${path}`
  try {
    const { start, chunks } = await openFile(path)
    if (isEvtx(start)) yield* readEvtx(path, feed, clock)
    else yield* readPieces(chunks, { ...options, feed, path })
  } catch (error) {
    throw unreadable(path, error)
  }
}

/** As readLogFile, for a stream that can be read only once: a pipe, standard input. EVTX must be a file. */
export async function* readLogStream(
  stream: Readable,
  name: string,
  options: ReadOptions = {},
): AsyncGenerator<RawRecord> {
  try {
    const start = await peek(stream)
    if (isEvtx(start)) throw new Error('EVTX can be read from a file only')
    const chunks = isGzip(start) ? unpackStream(stream) : stream
    yield* readPieces(chunks, { ...options, feed: name, path: name })
  } catch (error) {
    throw unreadable(name, error)
  }
}

function unreadable(name: string, error: unknown): Failure {
  if (error instanceof Failure) return error
  return new Failure('collect.unreadable', `${name}: ${reasonOf(error)}`, { cause: error })
}

async function* readPieces(
  chunks: AsyncIterable<Uint8Array>,
  options: ReadOptions & { feed: string; path: string },
): AsyncGenerator<RawRecord> {
  const { feed, path, clock = systemClock, maxRecordBytes = MAX_RECORD_BYTES } = options
  let number = 0
  for await (const piece of cutFile(chunks, maxRecordBytes)) {
    number += 1
    const meta = { file: path, number: String(number) }
    const dead = piece.tooLong ? { dead: 'file.record-too-long' } : {}
    yield { feed, received: clock.micros(), bytes: piece.bytes, meta, ...dead }
  }
}

const START_BYTES = 16

/** What comes first, put back so that it is read again; fewer bytes only when there are no more. */
function peek(stream: Readable): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const look = () => {
      const chunk: Uint8Array | null = stream.read(START_BYTES)
      if (chunk === null) return void stream.once('readable', look)
      // At once: behind its end a stream takes nothing back.
      stream.unshift(chunk)
      stream.off('error', reject).off('end', none)
      resolve(chunk)
    }
    const none = () => resolve(new Uint8Array(0))
    stream.once('error', reject).once('end', none)
    look()
  })
}

function isGzip(start: Uint8Array): boolean {
  return start[0] === 0x1f && start[1] === 0x8b
}

async function* readEvtx(path: string, feed: string, clock: Clock): AsyncGenerator<RawRecord> {
  for await (const { number, bytes } of readChunks(path)) {
    const meta = { format: 'evtx-chunk', file: path, chunk: String(number) }
    yield { feed, received: clock.micros(), bytes, meta }
  }
}

/** The first bytes of a file and all of its chunks, unpacked when it is gzip. */
async function openFile(
  path: string,
): Promise<{ start: Uint8Array; chunks: AsyncIterable<Uint8Array> }> {
  const start = await firstBytes(path)
  const stream = createReadStream(path, { highWaterMark: 256 * 1024 })
  if (isEvtx(start)) stream.destroy()
  return { start, chunks: isGzip(start) ? unpackStream(stream) : stream }
}

async function firstBytes(path: string): Promise<Uint8Array> {
  for await (const chunk of createReadStream(path, { end: 15 })) return chunk
  return new Uint8Array(0)
}

async function* cutFile(
  chunks: AsyncIterable<Uint8Array>,
  maxRecordBytes: number,
): AsyncGenerator<Piece> {
  let cutter: Cutter | undefined
  let isJson = false
  let sample: Uint8Array[] = []
  let sampleBytes = 0
  const choose = (isWhole: boolean): Piece[] => {
    const start = Buffer.concat(sample)
    sample = []
    isJson = textFormOf(start.subarray(0, SAMPLE_BYTES), isWhole) === 'values'
    const keepBytes = KEEP_BYTES
    cutter = isJson
      ? createJsonSplitter({ maxValueBytes: maxRecordBytes, keepBytes })
      : createLineSplitter({ maxLineBytes: maxRecordBytes, keepBytes })
    return cutter.push(withoutMark(start))
  }
  for await (const chunk of decodeText(chunks)) {
    if (cutter) {
      yield* opened(cutter.push(chunk), isJson)
      continue
    }
    sample.push(chunk)
    sampleBytes += chunk.length
    if (sampleBytes >= SAMPLE_BYTES) yield* opened(choose(false), isJson)
  }
  if (!cutter) yield* opened(choose(true), isJson)
  yield* opened(cutter?.finish() ?? [], isJson)
}

function withoutMark(start: Uint8Array): Uint8Array {
  return start[0] === 0xef && start[1] === 0xbb && start[2] === 0xbf ? start.subarray(3) : start
}

/** Opens envelopes (`{"Records": […]}`) and, among lines, those that hold several objects. */
function* opened(pieces: readonly Piece[], isJson: boolean): Generator<Piece> {
  for (const piece of pieces) {
    const elements = piece.tooLong ? undefined : envelopeElements(piece.bytes)
    if (elements) for (const bytes of elements) yield { bytes }
    else if (!isJson && isJoined(piece)) yield* cutJoined(piece.bytes)
    else yield piece
  }
}

const OPEN = 123

function isJoined(piece: Piece): boolean {
  if (piece.tooLong || piece.bytes[0] !== OPEN) return false
  const { bytes } = piece
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).includes('}{"')
}

function cutJoined(line: Uint8Array): Piece[] {
  const splitter = createJsonSplitter()
  const pieces = [...splitter.push(line), ...splitter.finish()]
  return pieces.every((piece) => piece.bytes[0] === OPEN) ? pieces : [{ bytes: line }]
}
