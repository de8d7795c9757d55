import { bad, good, type Outcome } from './outcome.ts'

/** A plain JSON object with unknown values. */
export type JsonObject = Record<string, unknown>

/** Limits for foreign JSON. Depth is counted in nested brackets outside strings. */
export interface JsonLimits {
  readonly maxChars?: number
  readonly maxDepth?: number
}

const DEFAULT_MAX_DEPTH = 64
const DEFAULT_MAX_CHARS = 64 * 1024 * 1024

/**
 * Parses foreign JSON. Answers `json.too-long`, `json.too-deep` or `json.invalid`; never throws.
 * Big integers lose precision as in JSON.parse. Keys are own properties, so `__proto__` is only a key.
 */
export function parseJson(text: string, limits: JsonLimits = {}): Outcome<unknown> {
  if (text.length > (limits.maxChars ?? DEFAULT_MAX_CHARS)) return bad('json.too-long')
  const maxDepth = limits.maxDepth ?? DEFAULT_MAX_DEPTH
  if (mayBeDeep(text, maxDepth) && depthOf(text) > maxDepth) return bad('json.too-deep')
  try {
    return good(JSON.parse(text))
  } catch (error) {
    return bad('json.invalid', { detail: error instanceof Error ? error.message : '' })
  }
}

/** As parseJson, and the value must be an object (`json.not-object`). */
export function parseJsonObject(text: string, limits: JsonLimits = {}): Outcome<JsonObject> {
  const parsed = parseJson(text, limits)
  if (!parsed.ok) return parsed
  return isObject(parsed.value) ? good(parsed.value) : bad('json.not-object')
}

/** True for a JSON object: not null, not an array. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Cheap test first: a text nested deeper than `maxDepth` has more than that many opening brackets. */
function mayBeDeep(text: string, maxDepth: number): boolean {
  return countUpTo(text, '{', maxDepth) + countUpTo(text, '[', maxDepth) > maxDepth
}

function countUpTo(text: string, mark: string, limit: number): number {
  let count = 0
  for (let at = text.indexOf(mark); at !== -1 && count <= limit; at = text.indexOf(mark, at + 1))
    count += 1
  return count
}

const DEPTH_STEP: Readonly<Record<number, number>> = { 91: 1, 123: 1, 93: -1, 125: -1 }

function depthOf(text: string): number {
  let depth = 0
  let deepest = 0
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    if (code === 34) {
      at = endOfString(text, at)
      continue
    }
    depth += DEPTH_STEP[code] ?? 0
    if (depth > deepest) deepest = depth
  }
  return deepest
}

function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    if (code === 92) at += 1
    else if (code === 34) return at
  }
  return text.length
}
