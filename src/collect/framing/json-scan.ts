const QUOTE = 34
const COMMA = 44
const COLON = 58
const OPEN_ARRAY = 91
const BACKSLASH = 92
const CLOSE_ARRAY = 93
const OPEN_OBJECT = 123
const CLOSE_OBJECT = 125
const DEPTH_STEP: Readonly<Record<number, number>> = {
  [OPEN_ARRAY]: 1,
  [OPEN_OBJECT]: 1,
  [CLOSE_ARRAY]: -1,
  [CLOSE_OBJECT]: -1,
}

/** Where a JSON value stands in bytes: `bytes[start…end)`. */
export interface Span {
  readonly start: number
  readonly end: number
}

/** One member of an object. */
export interface Member extends Span {
  /** The key as written, without quotes, escapes not resolved. */
  readonly key: string
}

/** True for space, tab, LF and CR. */
export function isJsonSpace(byte: number | undefined): boolean {
  return byte === 32 || byte === 10 || byte === 13 || byte === 9
}

/** First offset at or behind `at` that is not white space. */
function skipSpace(bytes: Uint8Array, at: number): number {
  let next = at
  while (isJsonSpace(bytes[next])) next += 1
  return next
}

/**
 * Offset behind the value that begins at `at`, or -1 when it does not end within the bytes. Brackets are counted outside
 * strings and not compared, so malformed JSON may pass: parse what you take. Bounded in time and memory, no recursion.
 */
export function valueEnd(bytes: Uint8Array, at: number): number {
  const first = bytes[at]
  if (first === QUOTE) return stringEnd(bytes, at)
  if (first !== OPEN_OBJECT && first !== OPEN_ARRAY) return scalarEnd(bytes, at)
  return bracketEnd(bytes, at)
}

function bracketEnd(bytes: Uint8Array, at: number): number {
  let depth = 0
  for (let next = at; next < bytes.length; next += 1) {
    const byte = bytes[next]
    if (byte === QUOTE) {
      next = stringEnd(bytes, next) - 1
      if (next < 0) return -1
    } else if (byte !== undefined) depth += DEPTH_STEP[byte] ?? 0
    if (depth === 0) return next + 1
  }
  return -1
}

function stringEnd(bytes: Uint8Array, at: number): number {
  let quote = bytes.indexOf(QUOTE, at + 1)
  while (quote !== -1) {
    let before = quote - 1
    while (before > at && bytes[before] === BACKSLASH) before -= 1
    if ((quote - before) % 2 === 1) return quote + 1
    quote = bytes.indexOf(QUOTE, quote + 1)
  }
  return -1
}

function scalarEnd(bytes: Uint8Array, at: number): number {
  let next = at
  while (next < bytes.length && !isScalarEnd(bytes[next])) next += 1
  return next === at ? -1 : next
}

function isScalarEnd(byte: number | undefined): boolean {
  return byte === COMMA || byte === CLOSE_ARRAY || byte === CLOSE_OBJECT || isJsonSpace(byte)
}

/** Members of the object that begins at `at`, in order; those before a damage when there is one. */
export function* objectMembers(bytes: Uint8Array, at = 0): Generator<Member> {
  let next = skipSpace(bytes, at)
  if (bytes[next] !== OPEN_OBJECT) return
  next = skipSpace(bytes, next + 1)
  while (bytes[next] === QUOTE) {
    const keyEnd = stringEnd(bytes, next)
    if (keyEnd === -1) return
    const key = Buffer.from(bytes.subarray(next + 1, keyEnd - 1)).toString()
    const colon = skipSpace(bytes, keyEnd)
    const start = skipSpace(bytes, colon + 1)
    const end = bytes[colon] === COLON ? valueEnd(bytes, start) : -1
    if (end === -1) return
    yield { key, start, end }
    next = skipSpace(bytes, end)
    if (bytes[next] === COMMA) next = skipSpace(bytes, next + 1)
  }
}

/** Elements of the array that begins at `at`, in order; those before a damage when there is one. */
export function* arrayElements(bytes: Uint8Array, at = 0): Generator<Span> {
  let next = skipSpace(bytes, at)
  if (bytes[next] !== OPEN_ARRAY) return
  next = skipSpace(bytes, next + 1)
  while (next < bytes.length && bytes[next] !== CLOSE_ARRAY) {
    const end = valueEnd(bytes, next)
    if (end === -1) return
    yield { start: next, end }
    next = skipSpace(bytes, end)
    if (bytes[next] === COMMA) next = skipSpace(bytes, next + 1)
  }
}

/** The elements of `{"Records": […]}` (CloudTrail, also `records` of Azure), or undefined for any other value. */
export function envelopeElements(bytes: Uint8Array): Uint8Array[] | undefined {
  const head = Buffer.from(bytes.subarray(0, 64)).toString('latin1')
  if (!/^\s*\{\s*"[Rr]ecords"\s*:\s*\[\s*\{/.test(head)) return undefined
  for (const member of objectMembers(bytes)) {
    const elements = [...arrayElements(bytes, member.start)]
    return elements.map((span) => bytes.subarray(span.start, span.end))
  }
  return undefined
}
