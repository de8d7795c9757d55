import { createByteBuffer } from './byte-buffer.ts'
import { KEEP_BYTES } from './lines.ts'

/** One syslog message without its framing. */
export interface SyslogFrame {
  readonly bytes: Uint8Array
  /** The frame was longer than allowed: `bytes` are its beginning. */
  readonly tooLong?: true
}

/** Cuts a TCP stream into syslog messages, whatever the chunks are. */
export interface SyslogFramer {
  push(chunk: Uint8Array): SyslogFrame[]
  /** The message that the sender did not finish, if there is something of it. */
  finish(): SyslogFrame[]
  /** Bytes held back. */
  readonly held: number
}

/** Longest frame by default. */
export const MAX_FRAME_BYTES = 1024 * 1024

const LF = 10
const SPACE = 32
const PRI_START = 60
const MAX_COUNT_DIGITS = 10

/** How the next frame is told from the bytes behind it. */
type Framing =
  | { readonly kind: 'counted'; readonly headBytes: number; readonly sizeBytes: number }
  | { readonly kind: 'line' }
  | { readonly kind: 'unknown' }

/** A too long frame whose other bytes are skipped: to LF, or as many as `left`. */
interface Cut {
  readonly bytes: Uint8Array
  left: number
}

/**
 * Makes a framer that decides for each frame: a first byte of 1 to 9, more digits and a space count the octets that
 * follow, all else ends with LF. A count above `maxFrameBytes` that no `<` follows is the beginning of a line. NUL, CR
 * and LF at both ends of a message are framing of some senders and removed; empty messages are left out.
 * Source: RFC 6587 section 3.4.
 */
export function createSyslogFramer(
  limits: { maxFrameBytes?: number; keepBytes?: number } = {},
): SyslogFramer {
  const maxFrameBytes = limits.maxFrameBytes ?? MAX_FRAME_BYTES
  return new Framer(maxFrameBytes, Math.min(limits.keepBytes ?? KEEP_BYTES, maxFrameBytes))
}

class Framer implements SyslogFramer {
  readonly #maxFrameBytes: number
  readonly #keepBytes: number
  readonly #rest = createByteBuffer()
  /** Where the search for LF goes on, so that slow senders do not make it start over. */
  #searched = 0
  #cut: Cut | undefined

  constructor(maxFrameBytes: number, keepBytes: number) {
    this.#maxFrameBytes = maxFrameBytes
    this.#keepBytes = keepBytes
  }

  get held(): number {
    return this.#rest.length + (this.#cut?.bytes.length ?? 0)
  }

  push(chunk: Uint8Array): SyslogFrame[] {
    const frames: SyslogFrame[] = []
    this.#rest.append(chunk)
    while (this.#step(frames));
    return frames
  }

  finish(): SyslogFrame[] {
    const frames: SyslogFrame[] = []
    const view = this.#rest.view()
    if (this.#cut) frames.push({ bytes: this.#cut.bytes, tooLong: true })
    else addFrame(frames, view.subarray(headBytesOf(view, this.#maxFrameBytes)))
    this.#cut = undefined
    this.#drop(this.#rest.length)
    return frames
  }

  /** Takes one frame or a part of a cut one; false when it needs more bytes. */
  #step(frames: SyslogFrame[]): boolean {
    if (this.#rest.length === 0) return false
    if (this.#cut) return this.#skip(frames, this.#cut)
    if (this.#searched > 0) return this.#takeLine(frames)
    this.#drop(countFraming(this.#rest.view()))
    const framing = framingOf(this.#rest.view(), this.#maxFrameBytes)
    if (framing.kind === 'unknown') return false
    if (framing.kind === 'line') return this.#takeLine(frames)
    return this.#takeCounted(frames, framing.headBytes, framing.sizeBytes)
  }

  #skip(frames: SyslogFrame[], cut: Cut): boolean {
    const isLine = cut.left === Number.POSITIVE_INFINITY
    const lf = isLine ? this.#rest.view().indexOf(LF) : -1
    const count = lf === -1 ? Math.min(cut.left, this.#rest.length) : lf + 1
    this.#drop(count)
    cut.left -= count
    if (lf === -1 && cut.left > 0) return false
    frames.push({ bytes: cut.bytes, tooLong: true })
    this.#cut = undefined
    return true
  }

  #takeCounted(frames: SyslogFrame[], headBytes: number, sizeBytes: number): boolean {
    if (sizeBytes > this.#maxFrameBytes) {
      if (this.#rest.length < headBytes + this.#keepBytes) return false
      this.#startCut(headBytes, headBytes + sizeBytes)
      return true
    }
    if (this.#rest.length < headBytes + sizeBytes) return false
    addFrame(frames, this.#rest.view().subarray(headBytes, headBytes + sizeBytes))
    this.#drop(headBytes + sizeBytes)
    return true
  }

  #takeLine(frames: SyslogFrame[]): boolean {
    const view = this.#rest.view()
    const lf = view.indexOf(LF, this.#searched)
    this.#searched = view.length
    if ((lf === -1 ? view.length : lf) > this.#maxFrameBytes) {
      this.#startCut(0, Number.POSITIVE_INFINITY)
      return true
    }
    if (lf === -1) return false
    addFrame(frames, view.subarray(0, lf))
    this.#drop(lf + 1)
    return true
  }

  #startCut(from: number, left: number): void {
    const bytes = Uint8Array.from(this.#rest.view().subarray(from, from + this.#keepBytes))
    this.#cut = { bytes, left }
  }

  #drop(count: number): void {
    this.#rest.consume(count)
    this.#searched = 0
  }
}

function addFrame(frames: SyslogFrame[], bytes: Uint8Array): void {
  const trimmed = trimFraming(bytes)
  if (trimmed.length > 0) frames.push({ bytes: Uint8Array.from(trimmed) })
}

const LINE: Framing = { kind: 'line' }

function framingOf(view: Uint8Array, maxFrameBytes: number): Framing {
  const first = view[0]
  if (first === undefined) return { kind: 'unknown' }
  if (first < 49 || first > 57) return LINE
  let digits = 1
  let sizeBytes = first - 48
  for (
    let byte = view[digits];
    byte !== undefined && byte >= 48 && byte <= 57;
    byte = view[digits]
  ) {
    if (digits === MAX_COUNT_DIGITS) return LINE
    sizeBytes = sizeBytes * 10 + byte - 48
    digits += 1
  }
  const behind = view[digits]
  if (behind === undefined) return { kind: 'unknown' }
  if (behind !== SPACE) return LINE
  const next = view[digits + 1]
  if (sizeBytes > maxFrameBytes && next === undefined) return { kind: 'unknown' }
  if (sizeBytes > maxFrameBytes && next !== PRI_START) return LINE
  return { kind: 'counted', headBytes: digits + 1, sizeBytes }
}

/** Length of the octet count of an unfinished frame, which is not part of the message. */
function headBytesOf(view: Uint8Array, maxFrameBytes: number): number {
  const framing = framingOf(view, maxFrameBytes)
  return framing.kind === 'counted' ? framing.headBytes : 0
}

/** A message without NUL, CR and LF at both ends. */
export function trimFraming(bytes: Uint8Array): Uint8Array {
  const start = countFraming(bytes)
  let end = bytes.length
  while (end > start && isFraming(bytes[end - 1])) end -= 1
  return bytes.subarray(start, end)
}

function countFraming(bytes: Uint8Array): number {
  let count = 0
  while (count < bytes.length && isFraming(bytes[count])) count += 1
  return count
}

function isFraming(byte: number | undefined): boolean {
  return byte === 0 || byte === 10 || byte === 13
}
