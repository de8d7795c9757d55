import { bad, good, type Outcome } from '#base/outcome.ts'
import { isMapNode } from '../../header.ts'
import { entryOf, type MapNode, textOf, textsOf } from '../../yaml.ts'
import { isDecimal } from '../sigma/text.ts'
import type { CorrelationType, Limit, Operator, Term } from './rule.ts'
import { readTerms } from './terms.ts'

const OPERATORS: readonly Operator[] = ['gt', 'gte', 'lt', 'lte', 'eq', 'neq']

/** What the condition of a correlation says; `names` are the rules in their order. */
export interface ReadCondition {
  readonly names: readonly string[]
  readonly limits: readonly Limit[]
  readonly valueFields: readonly string[]
  readonly percentile: number
  readonly terms: readonly Term[]
}

/** Reads the condition of a correlation. Answers `correlation.condition` and `correlation.rules`. */
export function readCondition(
  body: MapNode,
  type: CorrelationType,
  rules: readonly string[],
): Outcome<ReadCondition> {
  const node = entryOf(body, 'condition')
  const temporal = type === 'temporal' || type === 'temporal_ordered'
  if (node?.kind === 'scalar' && node.value !== null) return readExtended(node.text, type, rules)
  if (rules.length === 0)
    return bad('correlation.rules', { detail: 'rules must name at least one rule' })
  const all: Term = { seen: rules.map((_, at) => at), unseen: [] }
  const base = { names: rules, limits: [], valueFields: [], percentile: 0, terms: [all] }
  if (node === undefined || (node.kind === 'scalar' && node.value === null))
    return temporal
      ? good(base)
      : bad('correlation.condition', { detail: `${type} needs a condition` })
  if (!isMapNode(node))
    return bad('correlation.condition', { detail: 'condition must be a map or a text' })
  const limits = readLimits(node)
  if (!limits.ok) return limits
  if (temporal && type === 'temporal_ordered')
    return bad('correlation.condition', {
      detail: 'temporal_ordered takes no number: every rule, in order',
    })
  if (temporal) return good({ ...base, limits: limits.value, terms: [] })
  return readNumeric(node, type, { ...base, terms: [], limits: limits.value })
}

function readNumeric(
  node: MapNode,
  type: CorrelationType,
  base: ReadCondition,
): Outcome<ReadCondition> {
  const valueFields = textsOf(node, 'field')
  const invalid = (detail: string) => bad('correlation.condition', { detail })
  if (type === 'event_count')
    return valueFields.length > 0
      ? invalid('event_count counts events and takes no field')
      : good(base)
  if (valueFields.length === 0) return invalid(`${type} needs a field`)
  if (type !== 'value_count' && valueFields.length > 1) return invalid(`${type} takes one field`)
  const percentile = Number(textOf(node, 'percentile') ?? 'NaN')
  if (type === 'value_percentile' && !(percentile >= 0 && percentile <= 100))
    return invalid('value_percentile needs percentile: 0 to 100')
  return good({ ...base, valueFields, percentile: type === 'value_percentile' ? percentile : 0 })
}

function readLimits(node: MapNode): Outcome<Limit[]> {
  const limits: Limit[] = []
  for (const entry of node.entries) {
    if (entry.key === 'field' || entry.key === 'percentile') continue
    const operator = OPERATORS.find((one) => one === entry.key)
    if (operator === undefined)
      return bad('correlation.condition', { detail: `the operator "${entry.key}" is not known` })
    const text = entry.value.kind === 'scalar' ? entry.value.text : ''
    if (entry.value.kind !== 'scalar' || typeof entry.value.value !== 'number' || !isDecimal(text))
      return bad('correlation.condition', { detail: `${entry.key} needs a number, got "${text}"` })
    limits.push({ operator, value: Number(text) })
  }
  if (limits.length === 0)
    return bad('correlation.condition', { detail: 'the condition compares nothing' })
  return good(limits)
}

function readExtended(
  text: string,
  type: CorrelationType,
  rules: readonly string[],
): Outcome<ReadCondition> {
  if (type !== 'temporal' && type !== 'temporal_ordered')
    return bad('correlation.condition', { detail: `${type} needs a number to compare with` })
  const read = readTerms(text)
  if (!read.ok) return read
  const { names, terms } = read.value
  const same =
    rules.length === 0 ||
    (rules.every((one) => names.includes(one)) && names.every((one) => rules.includes(one)))
  if (!same)
    return bad('correlation.rules', { detail: 'rules and condition must name the same rules' })
  return good({ names, limits: [], valueFields: [], percentile: 0, terms })
}

/** Whether a correlation can only be judged when its window closes. */
export function isDeferred(
  type: CorrelationType,
  limits: readonly Limit[],
  terms: readonly Term[],
): boolean {
  if (type === 'value_avg' || type === 'value_median' || type === 'value_percentile') return true
  if (limits.some(({ operator }) => operator !== 'gt' && operator !== 'gte')) return true
  return terms.some((term) => term.unseen.length > 0)
}
