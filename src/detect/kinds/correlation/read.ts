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
import type { SigmaRule } from '../sigma/rule.ts'
import { isDeferred, readCondition } from './condition.ts'
import { CORRELATION_TYPES, type CorrelationRule, type SourceRef } from './rule.ts'

/** What came of all correlation documents. */
export interface ReadCorrelations {
  /** In an order in which each comes after the correlations that it listens to. */
  readonly correlations: readonly CorrelationRule[]
  readonly problems: readonly RuleProblem[]
  /** Ids of Sigma rules that only feed correlations. */
  readonly silentIds: ReadonlySet<string>
}

interface Draft {
  readonly document: RuleDocument
  readonly body: MapNode
  readonly id: string
  readonly name: string | undefined
}

/** Finds the id that a written reference means; undefined when nothing has that name or id. */
type Resolver = (reference: string) => string | undefined

const KEYS = new Set(['type', 'rules', 'group-by', 'timespan', 'condition', 'aliases', 'generate'])

/** Reads all correlation documents against the Sigma rules that they name. */
export function readCorrelations(
  documents: readonly RuleDocument[],
  sigma: readonly SigmaRule[],
): ReadCorrelations {
  const problems: RuleProblem[] = []
  const drafts = draftsOf(documents, problems)
  const names = namesOf(sigma, drafts, problems)
  const resolve: Resolver = (reference) => names.get(reference)
  const read = new Map<string, CorrelationRule>()
  for (const draft of drafts) {
    problems.push(...headerWarnings(draft.document))
    const rule = readOne(draft, resolve)
    if (rule.ok) read.set(draft.id, rule.value)
    else
      problems.push(
        rejection(draft.document, rule.code, {
          text: rule.detail ?? rule.code,
          line: draft.body.line,
        }),
      )
  }
  const sorted = sortByReference(read, new Set(sigma.map((rule) => rule.info.id)))
  for (const draft of drafts)
    if (read.has(draft.id) && !sorted.some((rule) => rule.info.id === draft.id))
      problems.push(
        rejection(draft.document, 'correlation.reference', {
          text: 'it listens to itself in a circle, or to a correlation that was refused',
          line: draft.body.line,
        }),
      )
  const generating = new Set(drafts.filter((draft) => generates(draft)).map((draft) => draft.id))
  const silentIds = silenced(sorted, generating)
  const correlations = sorted.map((rule) => {
    const families = familiesOf(rule, [...sigma, ...sorted])
    return { ...rule, silent: silentIds.has(rule.info.id), info: { ...rule.info, families } }
  })
  return { correlations, problems, silentIds }
}

function draftsOf(documents: readonly RuleDocument[], problems: RuleProblem[]): Draft[] {
  const drafts: Draft[] = []
  for (const document of documents) {
    const body = entryOf(document.map, 'correlation')
    const header = readHeader(document, 'correlation', [])
    if (isMapNode(body)) drafts.push({ document, body, id: header.info.id, name: header.name })
    else
      problems.push(
        rejection(document, 'correlation.invalid', { text: 'correlation must be a map' }),
      )
  }
  return drafts
}

/** Ids and names; a name or id that two rules claim means neither. */
function namesOf(
  sigma: readonly SigmaRule[],
  drafts: Draft[],
  problems: RuleProblem[],
): Map<string, string> {
  const names = new Map<string, string>()
  const twice = new Set<string>()
  const claim = (name: string | undefined, id: string) => {
    if (name === undefined) return
    const owner = names.get(name)
    if (owner !== undefined && owner !== id) twice.add(name)
    names.set(name, id)
  }
  for (const rule of sigma) {
    claim(rule.info.id, rule.info.id)
    claim(rule.name, rule.info.id)
  }
  const ids = new Set(sigma.map((rule) => rule.info.id))
  for (const draft of [...drafts]) {
    if (ids.has(draft.id)) {
      drafts.splice(drafts.indexOf(draft), 1)
      problems.push(
        rejection(draft.document, 'rule.duplicate-id', {
          text: `another rule has the id ${draft.id}`,
        }),
      )
      continue
    }
    ids.add(draft.id)
    claim(draft.id, draft.id)
    claim(draft.name, draft.id)
  }
  for (const name of twice) names.delete(name)
  return names
}

function readOne(draft: Draft, resolve: Resolver): Outcome<CorrelationRule> {
  const { body } = draft
  const unknown = body.entries.find((entry) => !KEYS.has(entry.key))
  if (unknown !== undefined)
    return bad('correlation.key', { detail: `the key "${unknown.key}" is not known` })
  const written = textOf(body, 'type')
  const type = CORRELATION_TYPES.find((one) => one === written)
  if (type === undefined)
    return bad('correlation.type', { detail: `correlation type not supported: "${written ?? ''}"` })
  const span = parseSpan(textOf(body, 'timespan'))
  if (!span.ok) return span
  const condition = readCondition(body, type, textsOf(body, 'rules'))
  if (!condition.ok) return condition
  const sources = readSources(body, condition.value.names, resolve)
  if (!sources.ok) return sources
  const { limits, valueFields, percentile, terms } = condition.value
  const header = readHeader(draft.document, 'correlation', [])
  return good({
    info: header.info,
    name: header.name,
    type,
    sources: sources.value,
    groupBy: textsOf(body, 'group-by'),
    span: span.value,
    limits,
    valueFields,
    percentile,
    terms,
    deferred: isDeferred(type, limits, terms),
    silent: false,
  })
}

function readSources(
  body: MapNode,
  names: readonly string[],
  resolve: Resolver,
): Outcome<SourceRef[]> {
  const aliases = entryOf(body, 'aliases')
  const map = isMapNode(aliases) ? aliases : undefined
  const invalid = (detail: string) => bad('correlation.aliases', { detail })
  if (aliases !== undefined && map === undefined) return invalid('aliases must be a map')
  const groupBy = textsOf(body, 'group-by')
  for (const alias of map?.entries ?? []) {
    if (!isMapNode(alias.value)) return invalid(`${alias.key} must map rule names to fields`)
    const stranger = alias.value.entries.find((one) => !names.includes(one.key))
    if (stranger !== undefined) return invalid(`"${stranger.key}" is not among the rules`)
  }
  const sources: SourceRef[] = []
  for (const name of names) {
    const ruleId = resolve(name)
    if (ruleId === undefined)
      return bad('correlation.reference', { detail: `there is no rule "${name}" (or two of them)` })
    const groupFields = groupBy.map((key) => {
      const alias = map === undefined ? undefined : entryOf(map, key)
      return (isMapNode(alias) ? textOf(alias, name) : undefined) ?? key
    })
    sources.push({ ruleId, groupFields })
  }
  return good(sources)
}

function generates({ document, body }: Draft): boolean {
  return textOf(document.map, 'generate') === 'true' || textOf(body, 'generate') === 'true'
}

function silenced(rules: readonly CorrelationRule[], generating: ReadonlySet<string>): Set<string> {
  const silent = new Set<string>()
  const loud = new Set<string>()
  for (const rule of rules)
    for (const { ruleId } of rule.sources)
      (generating.has(rule.info.id) ? loud : silent).add(ruleId)
  for (const id of loud) silent.delete(id)
  return silent
}

/** Those whose references are all there, inner ones first; what is left over hangs in a circle or on a refusal. */
function sortByReference(
  read: ReadonlyMap<string, CorrelationRule>,
  sigmaIds: ReadonlySet<string>,
): CorrelationRule[] {
  const sorted: CorrelationRule[] = []
  const placed = new Set(sigmaIds)
  let grew = true
  while (grew) {
    grew = false
    for (const [id, rule] of read) {
      if (placed.has(id) || !rule.sources.every((source) => placed.has(source.ruleId))) continue
      placed.add(id)
      sorted.push(rule)
      grew = true
    }
  }
  return sorted
}

function familiesOf(
  rule: CorrelationRule,
  all: readonly { info: { id: string; families: readonly string[] } }[],
): string[] {
  const ids = new Set(rule.sources.map((source) => source.ruleId))
  const found = all.filter((one) => ids.has(one.info.id)).flatMap((one) => one.info.families)
  return [...new Set(found)]
}
