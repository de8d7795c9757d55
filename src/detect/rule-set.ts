import { sha256 } from '#base/hash.ts'
import type { RuleProblem, RuleSet } from './contract.ts'
import { isMapNode, type RuleDocument, rejection } from './header.ts'
import { readBaseline } from './kinds/baseline/read.ts'
import type { BaselineRule } from './kinds/baseline/rule.ts'
import { readCorrelations } from './kinds/correlation/read.ts'
import type { Placeholders } from './kinds/sigma/placeholders.ts'
import { isWithin, readSigmaFilter, readSigmaRule, type SigmaFilter } from './kinds/sigma/read.ts'
import type { SigmaRule } from './kinds/sigma/rule.ts'
import { entryOf, readYaml } from './yaml.ts'

/** A rule file as it was read from disk. */
export interface RuleFile {
  readonly path: string
  readonly text: string
}

/** Values for `%name%` placeholders of rules that use `expand`. */
export interface CompileOptions {
  readonly placeholders?: Placeholders
}

interface Draft {
  readonly sigma: SigmaRule[]
  readonly filters: SigmaFilter[]
  readonly correlations: RuleDocument[]
  readonly baselines: BaselineRule[]
  readonly problems: RuleProblem[]
  readonly ids: Set<string>
}

/**
 * Reads rule files: Sigma rules, filters and correlations, and baselines, any number of documents per file. What is
 * wrong becomes a problem with file and line; the other rules still run.
 */
export function compileRules(files: readonly RuleFile[], options: CompileOptions = {}): RuleSet {
  const draft: Draft = {
    sigma: [],
    filters: [],
    correlations: [],
    baselines: [],
    problems: [],
    ids: new Set(),
  }
  for (const file of files) readFile(file, options.placeholders ?? {}, draft)
  const filtered = applyFilters(draft)
  const correlated = readCorrelations(draft.correlations, filtered)
  draft.problems.push(...correlated.problems)
  const silent = correlated.silentIds
  const sigma = filtered.map((rule) =>
    silent.has(rule.info.id) ? { ...rule, silent: true } : rule,
  )
  const { correlations } = correlated
  const rules = [...sigma, ...correlations, ...draft.baselines].map((rule) => rule.info)
  return { rules, problems: draft.problems, sigma, correlations, baselines: draft.baselines }
}

function readFile(file: RuleFile, placeholders: Placeholders, draft: Draft): void {
  const version = sha256(file.text).slice(0, 16)
  const documents = readYaml(file.text)
  if (documents.length === 0)
    draft.problems.push({
      path: file.path,
      line: 1,
      severity: 'warning',
      code: 'rule.empty-file',
      text: 'the file holds no rule',
    })
  for (const document of documents) {
    if (!document.ok)
      draft.problems.push({
        path: file.path,
        line: document.line,
        severity: 'rejected',
        code: document.code,
        text: document.text,
      })
    else if (!isMapNode(document.root))
      draft.problems.push({
        path: file.path,
        line: document.line,
        severity: 'rejected',
        code: 'rule.not-a-map',
        text: 'a rule is a map with title, logsource, detection …',
      })
    else readRule({ path: file.path, map: document.root, version }, placeholders, draft)
  }
}

const BODIES = ['detection', 'correlation', 'filter', 'baseline'] as const

function readRule(document: RuleDocument, placeholders: Placeholders, draft: Draft): void {
  const bodies = BODIES.filter((key) => entryOf(document.map, key) !== undefined)
  const [body] = bodies
  if (body === undefined || bodies.length > 1) {
    const text =
      body === undefined
        ? 'no detection, correlation, filter or baseline: this is no rule'
        : `${bodies.join(' and ')} cannot be in one document`
    draft.problems.push(rejection(document, 'rule.kind', { text }))
    return
  }
  if (body === 'correlation') {
    draft.correlations.push(document)
    return
  }
  if (body === 'filter') {
    const read = readSigmaFilter(document, placeholders)
    draft.problems.push(...read.problems)
    if (read.value !== undefined) draft.filters.push(read.value)
    return
  }
  const read = body === 'detection' ? readSigmaRule(document, placeholders) : readBaseline(document)
  draft.problems.push(...read.problems)
  if (read.value === undefined || !claimId(document, read.value.info.id, draft)) return
  if ('block' in read.value) draft.sigma.push(read.value)
  else draft.baselines.push(read.value)
}

function claimId(document: RuleDocument, id: string, draft: Draft): boolean {
  if (draft.ids.has(id)) {
    draft.problems.push(
      rejection(document, 'rule.duplicate-id', { text: `another rule has the id ${id}` }),
    )
    return false
  }
  draft.ids.add(id)
  return true
}

function applyFilters(draft: Draft): SigmaRule[] {
  const used = new Set<SigmaFilter>()
  const rules = draft.sigma.map((rule) => {
    const fitting = draft.filters.filter((filter) => isMeant(filter, rule))
    for (const filter of fitting) used.add(filter)
    if (fitting.length === 0) return rule
    const version = sha256(
      [rule.info.version, ...fitting.map((filter) => filter.document.version)].join('\n'),
    ).slice(0, 16)
    return {
      ...rule,
      filters: fitting.map((filter) => filter.block),
      info: { ...rule.info, version },
    }
  })
  for (const filter of draft.filters)
    if (!used.has(filter))
      draft.problems.push({
        ...rejection(filter.document, 'filter.unused', {
          text: 'the filter names no rule that is loaded',
        }),
        severity: 'warning',
      })
  return rules
}

function isMeant(filter: SigmaFilter, rule: SigmaRule): boolean {
  if (!isWithin(rule.logSource, filter.logSource)) return false
  if (filter.rules === 'any') return true
  return filter.rules.some((named) => named === rule.info.id || named === rule.name)
}
