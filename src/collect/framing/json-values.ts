import { createByteBuffer } from './byte-buffer.ts'
import { isJsonSpace } from './json-scan.ts'
import { KEEP_BYTES } from './lines.ts'

const LF = 10
const QUOTE = 34
const COMMA = 44
const OPEN_ARRAY = 91
const BACKSLASH = 92
const CLOSE_ARRAY = 93
const OPEN_OBJECT = 123
const CLOSE_OBJECT = 125

/** One value of a stream of JSON. */
interface JsonPiece {
  /** The bytes as received. Not checked: they may be malformed. */
  readonly bytes: Uint8Array
  /** The value was greater than allowed: `bytes` are its beginning. */
  readonly tooLong?: true
}

/** Cuts a stream of concatenated JSON values, with or without white space between, into values. */
export interface JsonSplitter {
  push(chunk: Uint8Array): JsonPiece[]
  /** The value that has no end, if there is something of it. */
  finish(): JsonPiece[]
}

/** Greatest value by default. */
const MAX_VALUE_BYTES = 256 * 1024 * 1024

interface State {
  /** In a value that ends with its bracket or quote, or in a number, a word or garbage. */
  mode: 'between' | 'value' | 'bare'
  depth: number
  inString: boolean
  isEscaped: boolean
  /** Inside a top-level array that is taken apart. */
  inArray: boolean
}

/**
 * Makes a splitter: one pass over the bytes that counts brackets outside strings. The elements of a top-level array are
 * values of their own. Memory is bounded by `maxValueBytes`, time is linear.
 */
export function createJsonSplitter(
  limits: { maxValueBytes?: number; keepBytes?: number } = {},
): JsonSplitter {
  const maxValueBytes = limits.maxValueBytes ?? MAX_VALUE_BYTES
  const keepBytes = Math.min(limits.keepBytes ?? KEEP_BYTES, maxValueBytes)
  const state: State = {
    mode: 'between',
    depth: 0,
    inString: false,
    isEscaped: false,
    inArray: false,
  }
  const rest = createByteBuffer()
  let cut: Uint8Array | undefined

  const hold = (bytes: Uint8Array) => {
    if (cut) return
    rest.append(bytes)
    if (rest.length <= maxValueBytes) return
    cut = Uint8Array.from(rest.view().subarray(0, keepBytes))
    rest.consume(rest.length)
  }
  const emit = (pieces: JsonPiece[], bytes: Uint8Array) => {
    hold(bytes)
    if (cut) pieces.push({ bytes: cut, tooLong: true })
    else if (rest.length > 0) pieces.push({ bytes: Uint8Array.from(rest.view()) })
    cut = undefined
    rest.consume(rest.length)
  }
  return {
    push(chunk) {
      const pieces: JsonPiece[] = []
      let at = 0
      while (at < chunk.length) {
        if (state.mode === 'between') at = findStart(state, chunk, at)
        const end = findEnd(state, chunk, at)
        if (end === -1) {
          hold(chunk.subarray(at))
          break
        }
        emit(pieces, chunk.subarray(at, end))
        at = end
      }
      return pieces
    },
    finish() {
      const pieces: JsonPiece[] = []
      emit(pieces, new Uint8Array(0))
      state.mode = 'between'
      return pieces
    },
  }
}

/** Offset of the next value's first byte, or the length when none begins here. Commas are passed like white space. */
function findStart(state: State, chunk: Uint8Array, from: number): number {
  for (let at = from; at < chunk.length; at += 1) {
    const byte = chunk[at]
    if (isJsonSpace(byte) || byte === COMMA) continue
    if (byte === CLOSE_ARRAY && state.inArray) state.inArray = false
    else if (byte === OPEN_ARRAY && !state.inArray) state.inArray = true
    else {
      const isClosed = byte === OPEN_OBJECT || byte === OPEN_ARRAY || byte === QUOTE
      state.mode = isClosed ? 'value' : 'bare'
      state.depth = 0
      state.inString = false
      state.isEscaped = false
      return at
    }
  }
  return chunk.length
}

/** Offset behind the value, or -1 when it goes on behind the chunk. */
function findEnd(state: State, chunk: Uint8Array, from: number): number {
  const isAtEnd = state.mode === 'value' ? endsValue : endsBare
  for (let at = from; at < chunk.length; at += 1) {
    if (!isAtEnd(state, chunk[at] ?? 0)) continue
    const end = state.mode === 'value' ? at + 1 : at
    state.mode = 'between'
    return end
  }
  return -1
}

function endsValue(state: State, byte: number): boolean {
  if (state.inString) return endsString(state, byte) && state.depth === 0
  if (byte === QUOTE) state.inString = true
  else if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) state.depth += 1
  else if (byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) {
    state.depth -= 1
    return state.depth === 0
  }
  return false
}

function endsString(state: State, byte: number): boolean {
  if (state.isEscaped) state.isEscaped = false
  else if (byte === BACKSLASH) state.isEscaped = true
  else if (byte === QUOTE) {
    state.inString = false
    return true
  }
  return false
}

/** A number, a word or garbage ends before its line end, in an array also before comma or bracket, else where a value opens. */
function endsBare(state: State, byte: number): boolean {
  if (byte === LF) return true
  if (state.inArray) return byte === COMMA || byte === CLOSE_ARRAY
  return byte === OPEN_OBJECT || byte === OPEN_ARRAY
}

/** How a text is cut: one record a line, or one record a JSON value. */
export type TextForm = 'lines' | 'values'

/**
 * Tells from its beginning how a text should be cut. `values` when it starts as JSON and its lines are not values of
 * their own: one object over many lines, an array, objects without line ends between. `lines` for NDJSON and all else.
 */
export function textFormOf(sample: Uint8Array, isWhole: boolean): TextForm {
  const text = Buffer.from(sample.buffer, sample.byteOffset, sample.length).toString('latin1')
  const start = /^(?:\xef\xbb\xbf)?\s*(\{\s*["}]|\[\s*(?:[[{"\]]|$))/.exec(text)
  if (!start) return 'lines'
  if (start[1]?.startsWith('[')) return 'values'
  const lines = text.split('\n').map((line) => line.trim())
  if (!isWhole) lines.pop()
  const filled = lines.filter((line) => line !== '')
  if (filled.length === 0) return 'values'
  const closed = filled.filter((line) => line.startsWith('{') && line.endsWith('}'))
  const hasJoined = closed.some((line) => /\}\s*\{/.test(line))
  return closed.length * 2 >= filled.length && !(hasJoined && filled.length === 1)
    ? 'lines'
    : 'values'
}
