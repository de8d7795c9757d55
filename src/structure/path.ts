import { isObject } from '#base/json.ts'
import { FUNCTIONS } from './functions.ts'
import type { Instant, Native, ReadContext } from './native.ts'
import { parseTime } from './time.ts'

/** What compiled expressions read: one native record and what is known around it. */
export interface Scope {
  readonly native: Native
  readonly context: ReadContext
}

/** A compiled expression. What isNothing accepts means that nothing was found. */
export type Getter = (scope: Scope) => unknown

interface Step {
  /** Key to follow; for a filter the key compared in each element. */
  readonly key: string
  readonly kind: 'key' | 'all' | 'index' | 'filter'
  readonly value: string
}

/** True for what counts as no value: undefined, null, empty text, a lone dash and `N/A`. */
export function isNothing(value: unknown): boolean {
  if (value === undefined || value === null) return true
  return typeof value === 'string' && value.length < 4 && NOTHING.has(value)
}

const NOTHING = new Set(['', '-', 'N/A'])

/** Compiles `a.b|c.d:lower|'lit'` (see PathExpr). Throws on a mistake in the expression: that is a bug in a mapping. */
export function compilePath(expression: string): Getter {
  const options = splitOutside(expression, '|').map(compileOption)
  const [only] = options
  if (only === undefined) throw new Error(`empty expression: ${expression}`)
  if (options.length === 1) return only
  return (scope) => {
    for (const option of options) {
      const value = option(scope)
      if (!isNothing(value)) return value
    }
    return undefined
  }
}

function compileOption(option: string): Getter {
  const [head = '', ...names] = splitOutside(option, ':')
  let getter = compileHead(head.trim())
  for (const name of names) {
    const apply = FUNCTIONS[name.trim()]
    if (!apply) throw new Error(`no such function: ${name} in ${option}`)
    const before = getter
    getter = (scope) => {
      const value = before(scope)
      return isNothing(value) ? undefined : apply(value, scope.context)
    }
  }
  return getter
}

function compileHead(head: string): Getter {
  if (head.startsWith("'")) {
    const literal = head.slice(1, -1)
    return () => literal
  }
  if (head.startsWith('$')) return compileEnvelope(head.slice(1))
  const steps = parseSteps(head)
  const [first] = steps
  if (first === undefined) throw new Error('empty path')
  if (steps.length === 1 && first.kind === 'key') {
    const { key } = first
    return ({ native }) => native.fields[key]
  }
  const joined = joinedKeys(steps)
  return ({ native }) => walk(native.fields, 0, { steps, joined })
}

const ENVELOPE: Readonly<Record<string, Getter>> = {
  host: ({ native }) => native.host,
  app: ({ native }) => native.app,
  pid: ({ native }) => native.pid,
  text: ({ native }) => native.text,
  time: ({ native }) => native.time,
  format: ({ native }) => native.format,
  feed: ({ context }) => context.feed,
  received: ({ context }): Instant => ({ micros: context.received, quality: 'received' }),
}

function compileEnvelope(name: string): Getter {
  if (name.startsWith('meta.')) {
    const key = name.slice(5)
    return ({ context }) => context.meta[key]
  }
  const getter = ENVELOPE[name]
  if (!getter) throw new Error(`no such envelope value: $${name}`)
  return getter
}

interface Walk {
  readonly steps: readonly Step[]
  /** joined[i][n]: the keys from step i on, n + 2 of them, as one key with dots. */
  readonly joined: readonly (readonly string[])[]
}

/** Dotted keys: the direct way first, as it is the usual one, then ever longer keys with dots in them. */
function walk(value: unknown, at: number, way: Walk): unknown {
  const step = way.steps[at]
  if (step === undefined) return value
  if (step.kind !== 'key') return walkMany(value, step, { at, way })
  if (!isObject(value)) return undefined
  const found = follow(value[step.key], at + 1, way)
  if (found !== undefined) return found
  for (const [n, key] of (way.joined[at] ?? []).entries()) {
    const inner = follow(value[key], at + n + 2, way)
    if (inner !== undefined) return inner
  }
  return undefined
}

function follow(value: unknown, at: number, way: Walk): unknown {
  return value === undefined || value === null ? undefined : walk(value, at, way)
}

function walkMany(value: unknown, step: Step, place: { at: number; way: Walk }): unknown {
  if (!Array.isArray(value)) return undefined
  const { at, way } = place
  if (step.kind === 'index') return walk(value.at(Number(step.value)), at + 1, way)
  for (const element of value) {
    const wanted =
      step.kind === 'all' || (isObject(element) && String(element[step.key]) === step.value)
    if (!wanted) continue
    const found = walk(element, at + 1, way)
    if (!isNothing(found)) return found
  }
  return undefined
}

const SEGMENT = /^([^[\]]*)((?:\[[^\]]*\])*)$/

function parseSteps(path: string): Step[] {
  const steps: Step[] = []
  for (const segment of splitOutside(path, '.')) {
    const found = SEGMENT.exec(segment)
    if (!found) throw new Error(`bad path: ${path}`)
    if (found[1]) steps.push({ kind: 'key', key: found[1], value: '' })
    for (const part of (found[2] ?? '').matchAll(/\[([^\]]*)\]/g))
      steps.push(bracket(part[1] ?? ''))
  }
  return steps
}

function bracket(inside: string): Step {
  if (inside === '*') return { kind: 'all', key: '', value: '' }
  if (/^-?\d+$/.test(inside)) return { kind: 'index', key: '', value: inside }
  const equals = inside.indexOf('=')
  if (equals < 1) throw new Error(`bad brackets: [${inside}]`)
  return { kind: 'filter', key: inside.slice(0, equals), value: inside.slice(equals + 1) }
}

function joinedKeys(steps: readonly Step[]): string[][] {
  return steps.map((_, from) => {
    const keys: string[] = []
    let joined = steps[from]?.key ?? ''
    for (let at = from + 1; at < steps.length; at += 1) {
      const step = steps[at]
      if (step === undefined || step.kind !== 'key') break
      joined += `.${step.key}`
      keys.push(joined)
    }
    return keys
  })
}

/** Splits at a mark that is not within quotes or brackets. */
function splitOutside(text: string, mark: string): string[] {
  const parts: string[] = []
  let quoted = false
  let depth = 0
  let start = 0
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at]
    if (char === "'") quoted = !quoted
    else if (quoted) continue
    else if (char === '[') depth += 1
    else if (char === ']') depth -= 1
    else if (char === mark && depth === 0) {
      parts.push(text.slice(start, at))
      start = at + 1
    }
  }
  parts.push(text.slice(start))
  return parts
}

/** The text of a value: scalars as written, the first scalar of an array; undefined for objects and nothing. */
export function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return isNothing(value) ? undefined : value
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint')
    return String(value)
  if (Array.isArray(value)) {
    for (const element of value) {
      const text = Array.isArray(element) ? undefined : textOf(element)
      if (text !== undefined) return text
    }
  }
  return undefined
}

/** A moment out of a value: an Instant as it is, anything else as parseTime reads it. */
export function instantOf(value: unknown, context: ReadContext): Instant | undefined {
  if (isInstant(value)) return value
  return parseTime(Array.isArray(value) ? value[0] : value, context)
}

function isInstant(value: unknown): value is Instant {
  return (
    isObject(value) && typeof value['micros'] === 'number' && typeof value['quality'] === 'string'
  )
}
