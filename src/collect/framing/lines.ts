import { createByteBuffer } from './byte-buffer.ts'

/** A line without its line end. */
export interface Line {
  readonly bytes: Uint8Array
  /** Count of bytes of the stream up to and with the line end. */
  readonly end: number
  /** The line was longer than allowed: `bytes` are its beginning. */
  readonly tooLong?: true
}

/** Cuts a stream of bytes into lines, whatever the chunks are. */
export interface LineSplitter {
  /** The lines that this chunk completes. Lines are copies: the chunk may be reused. Empty lines are left out. */
  push(chunk: Uint8Array): Line[]
  /** What stands behind the last line end, if there is something. */
  finish(): Line[]
  /** Bytes held back. */
  readonly held: number
}

/** Limits of a line. */
export interface LineLimits {
  /** A line above this is too long; 1 MiB by default. */
  readonly maxLineBytes?: number
  /** What is kept of a too long line; 64 KiB by default. */
  readonly keepBytes?: number
}

/** Longest line by default. */
export const MAX_LINE_BYTES = 1024 * 1024
/** What is kept of a too long line or frame by default. */
export const KEEP_BYTES = 64 * 1024

const LF = 10
const CR = 13

/** Makes a splitter. `start` is the position of the stream's first byte. Ends are LF or CR LF. */
export function createLineSplitter(limits: LineLimits = {}, start = 0): LineSplitter {
  const maxLineBytes = limits.maxLineBytes ?? MAX_LINE_BYTES
  const keepBytes = Math.min(limits.keepBytes ?? KEEP_BYTES, maxLineBytes)
  const rest = createByteBuffer()
  let position = start
  /** The beginning of a line that is already too long; its other bytes are skipped. */
  let cut: Uint8Array | undefined

  const startCut = () => {
    if (cut || rest.length <= maxLineBytes) return
    cut = Uint8Array.from(rest.view().subarray(0, keepBytes))
    rest.consume(rest.length)
  }
  const holdBack = (bytes: Uint8Array) => {
    if (!cut) rest.append(bytes)
    startCut()
  }
  const complete = (lines: Line[], piece: Uint8Array) => {
    holdBack(piece)
    if (cut) lines.push({ bytes: cut, end: position, tooLong: true })
    else if (rest.length > 0) addLine(lines, Uint8Array.from(rest.view()), position)
    cut = undefined
    rest.consume(rest.length)
  }
  return {
    get held() {
      return rest.length + (cut?.length ?? 0)
    },
    push(chunk) {
      const lines: Line[] = []
      let at = 0
      for (let lf = chunk.indexOf(LF); lf !== -1; lf = chunk.indexOf(LF, at)) {
        position += lf + 1 - at
        if (rest.length > 0 || cut || lf - at > maxLineBytes)
          complete(lines, chunk.subarray(at, lf))
        else addLine(lines, chunk.slice(at, lf), position)
        at = lf + 1
      }
      position += chunk.length - at
      holdBack(chunk.subarray(at))
      return lines
    },
    finish() {
      const lines: Line[] = []
      complete(lines, new Uint8Array(0))
      return lines
    },
  }
}

function addLine(lines: Line[], bytes: Uint8Array, end: number): void {
  const length = bytes.at(-1) === CR ? bytes.length - 1 : bytes.length
  if (length > 0) lines.push({ bytes: bytes.subarray(0, length), end })
}
