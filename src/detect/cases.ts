import type { Event } from '#shape/event.ts'
import { isMapNode } from './header.ts'
import { SigmaEngine, speaksSysmon } from './kinds/sigma/engine.ts'
import { explainMatch, type holdsNaively } from './kinds/sigma/naive.ts'
import { routeOf } from './kinds/sigma/route.ts'
import type { CompileOptions, RuleFile } from './rule-set.ts'
import { compileRules } from './rule-set.ts'
import { entryOf, type MapNode, plainOf, readYaml, textOf } from './yaml.ts'

/** How one case of a rule came out. */
export interface CaseResult {
  readonly ruleId: string
  readonly title: string
  readonly name: string
  readonly line: number
  /** Whether the rule should fire, and whether it did. */
  readonly expected: boolean
  readonly fired: boolean
  readonly passed: boolean
  /** What a person needs to know when it did not pass. */
  readonly reason: string
}

/** Turns a case's record into events, as the real path would. */
export type StructureRecord = (record: unknown, family: string) => readonly Event[]

/**
 * Runs the `cases:` of the Sigma rules in a file: each record goes through `structure`, and the rule must fire on one
 * of its events, or on none. A case that cannot be run has not passed.
 */
export function testRuleCases(
  file: RuleFile,
  structure: StructureRecord,
  options: CompileOptions = {},
): CaseResult[] {
  const results: CaseResult[] = []
  for (const document of readYaml(file.text)) {
    if (!document.ok || !isMapNode(document.root)) continue
    const cases = entryOf(document.root, 'cases')
    if (cases?.kind !== 'list') continue
    for (const one of cases.items)
      if (isMapNode(one))
        results.push(runCase(one, { file, rule: document.root, structure, options }))
  }
  return results
}

interface CaseSetting {
  readonly file: RuleFile
  readonly rule: MapNode
  readonly structure: StructureRecord
  readonly options: CompileOptions
}

function runCase(one: MapNode, setting: CaseSetting): CaseResult {
  const { file, rule, structure, options } = setting
  const set = compileRules([file], options)
  const id = textOf(rule, 'id')
  const compiled = set.sigma.find((each) => each.info.id === id) ?? set.sigma[0]
  const expected = textOf(one, 'fires') === 'true'
  const base = {
    ruleId: compiled?.info.id ?? id ?? file.path,
    title: textOf(rule, 'title') ?? file.path,
    name: textOf(one, 'name') ?? '',
    line: one.line,
    expected,
  }
  const record = entryOf(one, 'record')
  if (compiled === undefined || record === undefined) {
    const reason = compiled === undefined ? 'the rule does not compile' : 'the case has no record'
    return { ...base, fired: false, passed: false, reason }
  }
  const events = structure(plainOf(record), textOf(one, 'family') ?? '')
  if (events.length === 0)
    return { ...base, fired: false, passed: false, reason: 'the record gave no event' }
  const engine = new SigmaEngine([compiled])
  const hit = events.find((event) => engine.match(event).length > 0)
  const fired = hit !== undefined
  const passed = fired === expected
  return {
    ...base,
    fired,
    passed,
    reason: passed ? '' : reasonFor(compiled, { engine, events, hit }),
  }
}

function reasonFor(
  rule: Parameters<typeof holdsNaively>[0],
  what: { engine: SigmaEngine; events: readonly Event[]; hit: Event | undefined },
): string {
  const sysmonNames = speaksSysmon(routeOf(rule.logSource))
  if (what.hit !== undefined) {
    const shown = explainMatch(rule, what.hit, sysmonNames).map(
      (one) => `${one.field}: ${one.seen}`,
    )
    return `it fired on ${shown.join(', ')}`
  }
  const families = [...new Set(what.events.map((event) => event.family))].join(', ')
  if (!what.events.some((event) => what.engine.admitted(event).length > 0))
    return `the rule's log source does not take events of ${families}`
  return 'the log source fits, but the condition does not hold'
}
