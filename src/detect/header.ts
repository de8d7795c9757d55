import { derivedId } from '#base/hash.ts'
import type { RuleInfo, RuleKindName } from '#shape/finding.ts'
import { LEVELS, type Level } from '#shape/severity.ts'
import type { RuleProblem } from './contract.ts'
import { type MapNode, type Node, textOf, textsOf } from './yaml.ts'

/** One document of a rule file, with what identifies it. */
export interface RuleDocument {
  readonly path: string
  readonly map: MapNode
  /** Hash of the document's file. */
  readonly version: string
}

/** The common head of every rule. */
export interface Header {
  readonly info: RuleInfo
  readonly name: string | undefined
}

const KNOWN_KEYS = new Set([
  'title',
  'id',
  'name',
  'related',
  'status',
  'description',
  'license',
  'references',
  'author',
  'date',
  'modified',
  'tags',
  'scope',
  'taxonomy',
  'logsource',
  'detection',
  'correlation',
  'filter',
  'baseline',
  'generate',
  'fields',
  'falsepositives',
  'level',
  'sigma-version',
  'regression_tests_path',
  'simulation',
  'cases',
  'vedette',
])
const TECHNIQUE = /^attack\.(t[0-9]{4}(?:\.[0-9]{3})?)$/i
const TACTIC = /^attack\.([a-z]+(?:[_-][a-z]+)*)$/i

/** Reads title, id, level, tags … of a rule document; `kind` and `families` are the caller's. */
export function readHeader(
  document: RuleDocument,
  kind: RuleKindName,
  families: readonly string[],
): Header {
  const { map, path, version } = document
  const tags = textsOf(map, 'tags')
  const title = textOf(map, 'title') ?? ''
  const info: RuleInfo = {
    id: textOf(map, 'id') ?? derivedId('rule', [kind, path, title, map.line]),
    title: title === '' ? (textOf(map, 'name') ?? path) : title,
    kind,
    level: levelOf(textOf(map, 'level')),
    description: textOf(map, 'description') ?? '',
    techniques: tags.flatMap((tag) => TECHNIQUE.exec(tag)?.[1]?.toUpperCase() ?? []),
    tactics: tags.flatMap((tag) => TACTIC.exec(tag)?.[1]?.toLowerCase().replaceAll('_', '-') ?? []),
    families,
    references: textsOf(map, 'references'),
    falsePositives: textsOf(map, 'falsepositives'),
    path,
    version,
  }
  const author = textOf(map, 'author')
  return {
    info: author === undefined ? info : { ...info, author },
    name: textOf(map, 'name'),
  }
}

function levelOf(text: string | undefined): Level {
  return LEVELS.find((level) => level === text?.toLowerCase()) ?? 'medium'
}

/** What an author should know about the head: missing id or title, a level or a key that means nothing. */
export function headerWarnings(document: RuleDocument): RuleProblem[] {
  const { map, path } = document
  const ruleId = textOf(map, 'id')
  const warn = (line: number, code: string, text: string): RuleProblem => {
    const problem: RuleProblem = { path, line, severity: 'warning', code, text }
    return ruleId === undefined ? problem : { ...problem, ruleId }
  }
  const found: RuleProblem[] = []
  if (textOf(map, 'title') === undefined) found.push(warn(map.line, 'rule.no-title', 'no title'))
  if (ruleId === undefined)
    found.push(warn(map.line, 'rule.no-id', 'no id: renaming the file makes it another rule'))
  const level = textOf(map, 'level')
  if (level !== undefined && !LEVELS.some((known) => known === level.toLowerCase()))
    found.push(warn(map.line, 'rule.level', `"${level}" is no level, medium is used`))
  for (const entry of map.entries)
    if (!KNOWN_KEYS.has(entry.key))
      found.push(warn(entry.line, 'rule.unknown-key', `the key "${entry.key}" is not known`))
  return found
}

/** A refusal of a document. */
export function rejection(
  document: Pick<RuleDocument, 'path' | 'map'>,
  code: string,
  where: { text: string; line?: number },
): RuleProblem {
  const ruleId = textOf(document.map, 'id')
  const problem: RuleProblem = {
    path: document.path,
    line: where.line ?? document.map.line,
    severity: 'rejected',
    code,
    text: where.text,
  }
  return ruleId === undefined ? problem : { ...problem, ruleId }
}

/** True for a mapping. */
export function isMapNode(node: Node | undefined): node is MapNode {
  return node?.kind === 'map'
}
