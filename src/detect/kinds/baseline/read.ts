import { bad, good, type Outcome } from '#base/outcome.ts'
import type { RuleProblem } from '../../contract.ts'
import {
  headerWarnings,
  isMapNode,
  type RuleDocument,
  readHeader,
  rejection,
} from '../../header.ts'
import { entryOf, type MapNode, parseSpan, textOf, textsOf } from '../../yaml.ts'
import type { BaselineRule } from './rule.ts'

const KEYS = new Set(['families', 'outcome', 'entity', 'value', 'learn', 'memory'])
const LEARN_KEYS = new Set(['time', 'events'])
const DEFAULTS = { time: '7d', events: '20', memory: '60d' } as const

/** Reads a document with a `baseline`. */
export function readBaseline(document: RuleDocument): {
  value: BaselineRule | undefined
  problems: readonly RuleProblem[]
} {
  const body = entryOf(document.map, 'baseline')
  if (!isMapNode(body))
    return refuse(document, bad('baseline.invalid', { detail: 'baseline must be a map' }))
  const families = textsOf(body, 'families')
  if (families.length === 0)
    return refuse(
      document,
      bad('baseline.invalid', { detail: 'families must name at least one family' }),
    )
  const facts = readFacts(body)
  if (!facts.ok) return refuse(document, facts)
  const { info } = readHeader(document, 'baseline', families)
  return { value: { info, families, ...facts.value }, problems: headerWarnings(document) }
}

function refuse(document: RuleDocument, outcome: Outcome<unknown>) {
  const code = outcome.ok ? 'baseline.invalid' : outcome.code
  const text = outcome.ok ? '' : (outcome.detail ?? outcome.code)
  return { value: undefined, problems: [rejection(document, code, { text })] }
}

function readFacts(body: MapNode): Outcome<Omit<BaselineRule, 'info' | 'families'>> {
  const invalid = (detail: string) => bad('baseline.invalid', { detail })
  const unknown = body.entries.find((entry) => !KEYS.has(entry.key))
  if (unknown !== undefined) return invalid(`the key "${unknown.key}" is not known`)
  const entity = textOf(body, 'entity')
  const value = textOf(body, 'value')
  if (entity === undefined || value === undefined)
    return invalid('entity and value must name a field each, such as who.user and where.country')
  const outcome = outcomeOf(textOf(body, 'outcome'))
  if (!outcome.ok) return outcome
  const learn = readLearn(body)
  if (!learn.ok) return learn
  const memory = parseSpan(textOf(body, 'memory') ?? DEFAULTS.memory)
  if (!memory.ok) return memory
  return good({ entity, value, outcome: outcome.value, ...learn.value, memory: memory.value })
}

function readLearn(body: MapNode): Outcome<{ minAge: number; minEvents: number }> {
  const learn = entryOf(body, 'learn')
  const map = isMapNode(learn) ? learn : undefined
  if (learn !== undefined && map === undefined)
    return bad('baseline.invalid', { detail: 'learn must be a map of time and events' })
  const unknown = map?.entries.find((entry) => !LEARN_KEYS.has(entry.key))
  if (unknown !== undefined)
    return bad('baseline.invalid', { detail: `learn: the key "${unknown.key}" is not known` })
  const written = (key: 'time' | 'events') =>
    (map === undefined ? undefined : textOf(map, key)) ?? DEFAULTS[key]
  const minAge = parseSpan(written('time'))
  if (!minAge.ok) return minAge
  const minEvents = Number(written('events'))
  if (!Number.isInteger(minEvents) || minEvents < 1)
    return bad('baseline.invalid', { detail: 'learn.events must be a whole number above 0' })
  return good({ minAge: minAge.value, minEvents })
}

function outcomeOf(text: string | undefined): Outcome<BaselineRule['outcome']> {
  if (text === undefined) return good(undefined)
  const known = (['success', 'failure', 'unknown'] as const).find((word) => word === text)
  if (known !== undefined) return good(known)
  return bad('baseline.invalid', {
    detail: `outcome is success, failure or unknown, not "${text}"`,
  })
}
