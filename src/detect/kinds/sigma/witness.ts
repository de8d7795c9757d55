import type { Expression } from './condition.ts'
import type { Place } from './grams.ts'
import { plainTextOf } from './matcher.ts'
import { analyse } from './regex.ts'
import type { Block, Detection, Item, ValueTest } from './rule.ts'
import { type Shape, shapesOf } from './shape.ts'
import { fold } from './text.ts'

/** Something a matching event must show: a literal in a field (or in any value), or only that the field is there. */
interface Witness {
  /** Undefined: in any value. */
  readonly field: string | undefined
  readonly place: Place | 'present'
  readonly text: string
}

/** A set of witnesses: a matching event shows at least one. `cost` guesses how often events do. */
export interface WitnessSet {
  readonly any: readonly Witness[]
  readonly cost: number
}

const PRESENT_COST = 0.9
/** Fields that hold the same value in most events of one route. */
const DULL_FIELDS = new Set([
  'eventid',
  'channel',
  'provider_name',
  'computer',
  'level',
  'eventtype',
])
const BEYOND_ASCII = /[^\0-\x7f]/
/** Texts that ordinary events are full of. */
const DULL_TEXTS = [
  '.exe',
  '.dll',
  '\\cmd.exe',
  '\\powershell.exe',
  '\\pwsh.exe',
  '\\svchost.exe',
  '\\rundll32.exe',
  '\\explorer.exe',
  'c:\\windows\\',
  '\\windows\\',
  '\\system32\\',
  'c:\\program files',
  '\\appdata\\',
  'http',
  'powershell',
  'microsoft',
]

/** The cheapest witness set of a rule; undefined when an event without any of its texts may match. */
export function witnessOf(blocks: readonly Block[]): WitnessSet | undefined {
  return cheapest(blocks.map((block) => ofExpression(block.condition, block)))
}

function ofExpression(node: Expression, block: Block): WitnessSet | undefined {
  if (node.kind === 'not') return undefined
  if (node.kind === 'name') {
    const detection = block.detections.get(node.name)
    return detection === undefined ? undefined : ofDetection(detection)
  }
  const parts = node.parts.map((part) => ofExpression(part, block))
  return node.kind === 'and' ? cheapest(parts) : union(parts)
}

function ofDetection(detection: Detection): WitnessSet | undefined {
  if (detection.kind === 'item') return ofItem(detection)
  const parts = detection.parts.map(ofDetection)
  return detection.kind === 'and' ? cheapest(parts) : union(parts)
}

function cheapest(sets: readonly (WitnessSet | undefined)[]): WitnessSet | undefined {
  let best: WitnessSet | undefined
  for (const set of sets)
    if (set !== undefined && (best === undefined || set.cost < best.cost)) best = set
  return best
}

function union(sets: readonly (WitnessSet | undefined)[]): WitnessSet | undefined {
  const any: Witness[] = []
  let cost = 0
  for (const set of sets) {
    if (set === undefined) return undefined
    any.push(...set.any)
    cost += set.cost
  }
  return { any, cost }
}

function ofItem(item: Item): WitnessSet | undefined {
  if (item.negate) return undefined
  const sets = item.tests.map((test) => ofTest(test, item.field))
  const set = item.all ? cheapest(sets) : union(sets)
  if (set === undefined || item.field === undefined || set.cost < PRESENT_COST) return set
  return { any: [{ field: item.field, place: 'present', text: '' }], cost: PRESENT_COST }
}

function ofTest(test: ValueTest, field: string | undefined): WitnessSet | undefined {
  switch (test.op) {
    case 'any':
      return union(test.tests.map((one) => ofTest(one, field)))
    case 'text':
      return union(shapesOf(test.tokens, test.cased).map((shape) => ofShape(shape, field)))
    case 'number':
      return literal(field, 'equals', test.text)
    case 'bool':
      return literal(field, 'equals', String(test.value))
    case 'regex':
      return (
        cheapest(
          analyse(test.source).required.map((group) =>
            union(group.map((text) => literal(field, 'contains', text))),
          ),
        ) ?? present(field)
      )
    case 'null':
      return undefined
    case 'exists':
      return test.value ? present(field) : undefined
    default:
      return present(field)
  }
}

/** Any value is no witness for keywords: every event has some. */
function present(field: string | undefined): WitnessSet | undefined {
  if (field === undefined) return undefined
  return { any: [{ field, place: 'present', text: '' }], cost: PRESENT_COST }
}

function ofShape(shape: Shape, field: string | undefined): WitnessSet | undefined {
  if (shape.kind !== 'glob') return literal(field, shape.kind, fold(shape.text))
  const { literals } = shape.glob
  return cheapest(literals.map((text) => literal(field, 'contains', fold(text)))) ?? present(field)
}

function literal(field: string | undefined, place: Place, text: string): WitnessSet | undefined {
  if (text === '' && place !== 'equals') return present(field)
  return { any: [{ field, place, text }], cost: costOf(field, place, text) }
}

function costOf(field: string | undefined, place: Place, text: string): number {
  if (field !== undefined && DULL_FIELDS.has(field.toLowerCase())) return 0.5
  const dull = DULL_TEXTS.some((one) => one.includes(text)) ? 20 : 1
  if (place === 'equals') return 0.001 * dull
  if (BEYOND_ASCII.test(text)) return 0.0002
  const byLength = [0.8, 0.7, 0.4, 0.2, 0.05, 0.02, 0.008, 0.003][text.length] ?? 0.0005
  return Math.min(0.85, byLength * dull)
}

/** The event ids that a rule demands, as text; undefined when it takes any. */
export function eventIdsOf(blocks: readonly Block[]): ReadonlySet<string> | undefined {
  let ids: ReadonlySet<string> | undefined
  for (const block of blocks) ids ??= idsOfExpression(block.condition, block)
  return ids
}

function idsOfExpression(node: Expression, block: Block): ReadonlySet<string> | undefined {
  if (node.kind === 'not') return undefined
  if (node.kind === 'name') {
    const detection = block.detections.get(node.name)
    return detection === undefined ? undefined : idsOfDetection(detection)
  }
  const parts = node.parts.map((part) => idsOfExpression(part, block))
  return node.kind === 'and' ? parts.find((part) => part !== undefined) : unionIds(parts)
}

function idsOfDetection(detection: Detection): ReadonlySet<string> | undefined {
  if (detection.kind !== 'item') {
    const parts = detection.parts.map(idsOfDetection)
    return detection.kind === 'and' ? parts.find((part) => part !== undefined) : unionIds(parts)
  }
  if (detection.field !== 'EventID' || detection.negate || detection.all) return undefined
  const texts = detection.tests.map(plainTextOf)
  const ids = texts.filter((text) => text !== undefined)
  return ids.length === texts.length ? new Set(ids) : undefined
}

function unionIds(
  parts: readonly (ReadonlySet<string> | undefined)[],
): ReadonlySet<string> | undefined {
  const all = new Set<string>()
  for (const part of parts) {
    if (part === undefined) return undefined
    for (const id of part) all.add(id)
  }
  return all
}
