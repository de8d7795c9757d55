import { bad, good, type Outcome } from '#base/outcome.ts'
import type { RuleProblem } from '../../contract.ts'
import {
  headerWarnings,
  isMapNode,
  type RuleDocument,
  readHeader,
  rejection,
} from '../../header.ts'
import { entryOf, type MapNode, textOf, textsOf } from '../../yaml.ts'
import { readBlock } from './detection.ts'
import type { Placeholders } from './placeholders.ts'
import { familiesOf, routeOf } from './route.ts'
import type { Block, LogSource, SigmaRule } from './rule.ts'

/** A filter document: a block that is ANDed to the rules it names. */
export interface SigmaFilter {
  readonly document: RuleDocument
  readonly block: Block
  readonly logSource: LogSource
  /** Ids or names, or `any`. */
  readonly rules: readonly string[] | 'any'
}

/** What came of a document: the rule or filter if it is usable, and all problems. */
export interface Read<T> {
  readonly value: T | undefined
  readonly problems: readonly RuleProblem[]
}

/** Reads a document with a `detection`. */
export function readSigmaRule(document: RuleDocument, placeholders: Placeholders): Read<SigmaRule> {
  const { map } = document
  const logSource = readLogSource(map)
  if (!logSource.ok) return refused(document, logSource)
  const detection = entryOf(map, 'detection')
  if (!isMapNode(detection))
    return refused(document, bad('sigma.detection', { detail: 'detection must be a map' }))
  const read = readBlock(detection, placeholders)
  if (!read.ok) return refused(document, read)
  const route = routeOf(logSource.value)
  const header = readHeader(document, 'sigma', familiesOf(route))
  const problems = [...headerWarnings(document)]
  for (const one of read.value.warnings)
    problems.push(warning(document, one.line, { code: one.code, text: one.text }))
  if (
    route.kind === 'families' &&
    route.families.every((name) => isUnmapped(name, logSource.value))
  )
    problems.push(
      warning(document, map.line, {
        code: 'sigma.log-source',
        text: `no Windows channel is known for this log source: only events of ${route.families.join(', ')} reach the rule`,
      }),
    )
  const rule: SigmaRule = {
    info: header.info,
    name: header.name,
    logSource: logSource.value,
    block: read.value.block,
    filters: [],
    silent: false,
  }
  return { value: rule, problems }
}

function isUnmapped(family: string, source: LogSource): boolean {
  return source.product === 'windows' && family.startsWith('windows.')
}

/** Reads a document with a `filter`. */
export function readSigmaFilter(
  document: RuleDocument,
  placeholders: Placeholders,
): Read<SigmaFilter> {
  const { map } = document
  const body = entryOf(map, 'filter')
  if (!isMapNode(body))
    return refused(document, bad('filter.invalid', { detail: 'filter must be a map' }))
  const logSource = readLogSource(map)
  if (!logSource.ok) return refused(document, logSource)
  const read = readBlock(body, placeholders)
  if (!read.ok) return refused(document, read)
  const named = textsOf(body, 'rules')
  if (named.length === 0)
    return refused(
      document,
      bad('filter.invalid', { detail: 'rules must list rule ids, or be "any"' }),
    )
  const any = textOf(body, 'rules') === 'any'
  const problems: RuleProblem[] = [...headerWarnings(document)]
  if (!holdsNot(read.value.block))
    problems.push(
      warning(document, body.line, {
        code: 'filter.not-negated',
        text: 'the condition has no "not": the filter keeps only what it describes',
      }),
    )
  return {
    value: {
      document,
      block: read.value.block,
      logSource: logSource.value,
      rules: any ? 'any' : named,
    },
    problems,
  }
}

function holdsNot({ condition }: Block): boolean {
  const inside = (node: Block['condition']): boolean =>
    node.kind === 'not' || (node.kind !== 'name' && node.parts.some(inside))
  return inside(condition)
}

function refused<T>(document: RuleDocument, outcome: Outcome<unknown>): Read<T> {
  const code = outcome.ok ? 'sigma.invalid' : outcome.code
  const text = outcome.ok ? '' : (outcome.detail ?? outcome.code)
  const line = outcome.ok ? Number.NaN : Number(outcome.at)
  const where = Number.isFinite(line) && line > 0 ? { text, line } : { text }
  return { value: undefined, problems: [rejection(document, code, where)] }
}

function warning(
  document: RuleDocument,
  line: number,
  what: { code: string; text: string },
): RuleProblem {
  const ruleId = textOf(document.map, 'id')
  const problem: RuleProblem = { path: document.path, line, severity: 'warning', ...what }
  return ruleId === undefined ? problem : { ...problem, ruleId }
}

function readLogSource(map: MapNode): Outcome<LogSource> {
  const source = entryOf(map, 'logsource')
  if (!isMapNode(source)) return bad('sigma.log-source', { detail: 'there is no logsource' })
  const lower = (key: string) => textOf(source, key)?.toLowerCase()
  const [product, category, service] = [lower('product'), lower('category'), lower('service')]
  if (product === undefined && category === undefined && service === undefined)
    return bad('sigma.log-source', {
      at: String(source.line),
      detail: 'logsource names no product, category or service',
    })
  return good({ product, category, service })
}

/** Whether a log source lies within another: what the outer one names, the inner one has too. */
export function isWithin(inner: LogSource, outer: LogSource): boolean {
  const fits = (a: string | undefined, b: string | undefined) => b === undefined || a === b
  return (
    fits(inner.product, outer.product) &&
    fits(inner.category, outer.category) &&
    fits(inner.service, outer.service)
  )
}
