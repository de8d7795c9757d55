import type { z } from 'zod'
import { isObject, type JsonObject } from '#base/json.ts'
import { tacticOf, techniqueOf, threatWords } from './attack.ts'
import {
  type CheckedFile,
  type PlanProblem,
  problemAt,
  schemaProblems,
  suggest,
  syntaxProblems,
} from './problem.ts'
import { PLAN_SCHEMA, type Plan } from './schema.ts'
import { holdsSecretReference } from './secrets.ts'
import { readYaml } from './yaml.ts'

/**
 * Reads a plan. Gives the frozen plan, or every problem at once; a plan with problems is never given.
 * `path` is only what problems and the plan call the file.
 */
export function loadPlan(
  text: string,
  path: string,
): { plan?: Plan; problems: readonly PlanProblem[] } {
  const file: CheckedFile = { path, yaml: readYaml(text) }
  if (file.yaml.mistakes.length > 0) return { problems: syntaxProblems(file) }
  const parsed = PLAN_SCHEMA.safeParse(file.yaml.value ?? {})
  const problems = [
    ...(parsed.success ? [] : schemaProblems(file, PLAN_SCHEMA, parsed.error)),
    ...duplicateProblems(file),
    ...referenceProblems(file),
    ...threatProblems(file),
    ...matchProblems(file),
    ...secretProblems(file),
  ]
  if (!parsed.success || problems.length > 0) return { problems: inOrder(problems) }
  const plan = { ...parsed.data, path, lines: linesOf(file, parsed.data) }
  return { plan: deepFreeze(plan), problems: [] }
}

/** The outcome of `loadChecked`: the value with the file for further checks, or problems. */
type Checked<T> =
  | { readonly value: T; readonly file: CheckedFile; readonly problems: readonly PlanProblem[] }
  | { readonly value?: undefined; readonly problems: readonly PlanProblem[] }

/** Reads a YAML file of the operator against a strict schema; all problems at once, in file order. */
export function loadChecked<S extends z.ZodType>(
  text: string,
  path: string,
  schema: S,
): Checked<z.output<S>> {
  const file: CheckedFile = { path, yaml: readYaml(text) }
  if (file.yaml.mistakes.length > 0) return { problems: syntaxProblems(file) }
  const parsed = schema.safeParse(file.yaml.value ?? {})
  if (!parsed.success) return { problems: inOrder(schemaProblems(file, schema, parsed.error)) }
  return { value: parsed.data, file, problems: [] }
}

/** Problems as a reader of the file meets them. */
export function inOrder(problems: readonly PlanProblem[]): PlanProblem[] {
  return problems.toSorted((a, b) => a.line - b.line || a.column - b.column)
}

type PlanValue = z.output<typeof PLAN_SCHEMA>

/** An item of a list in a file that may be wrong in other places. */
interface RawItem {
  readonly index: number
  readonly item: JsonObject
  readonly id: string | undefined
}

/** Checked on the values as written, so that a typo elsewhere does not hide these. */
function rawItems(file: CheckedFile, section: string): RawItem[] {
  const root = file.yaml.value
  const items = isObject(root) ? root[section] : undefined
  if (!Array.isArray(items)) return []
  return items.flatMap((item: unknown, index) => {
    if (!isObject(item)) return []
    return { index, item, id: typeof item['id'] === 'string' ? item['id'] : undefined }
  })
}

function texts(value: unknown): { text: string; position: number }[] {
  if (!Array.isArray(value)) return []
  return value.flatMap((text: unknown, position) =>
    typeof text === 'string' ? { text, position } : [],
  )
}

function duplicateProblems(file: CheckedFile): PlanProblem[] {
  const problems: PlanProblem[] = []
  for (const section of ['targets', 'sources', 'obligations']) {
    const seen = new Map<string, number>()
    for (const { id, index } of rawItems(file, section)) {
      if (id === undefined) continue
      const first = seen.get(id.toLowerCase())
      if (first === undefined) seen.set(id.toLowerCase(), index)
      else {
        const { line } = file.yaml.placeOf([section, first])
        const message = `the id "${id}" is taken by line ${line}`
        problems.push(problemAt(file, [section, index, 'id'], { message }))
      }
    }
  }
  return problems
}

function referenceProblems(file: CheckedFile): PlanProblem[] {
  const known = rawItems(file, 'targets').flatMap(({ id }) => id ?? [])
  return ['sources', 'obligations'].flatMap((section) =>
    rawItems(file, section).flatMap(({ item, index }) =>
      texts(item['targets']).flatMap(({ text, position }) => {
        if (known.includes(text)) return []
        const message = `no target has the id "${text}"${suggest(text, known)}`
        return problemAt(file, [section, index, 'targets', position], { message })
      }),
    ),
  )
}

function threatProblems(file: CheckedFile): PlanProblem[] {
  return rawItems(file, 'targets').flatMap(({ item, index }) =>
    texts(item['threats']).flatMap(({ text, position }) => {
      if (techniqueOf(text) || tacticOf(text)) return []
      const message = `expected an ATT&CK 18.1 technique like T1110 or a tactic like credential-access, got "${text}"${suggest(text, threatWords())}`
      return problemAt(file, ['targets', index, 'threats', position], { message })
    }),
  )
}

/** Without any test a source would swallow the records of every other. */
function matchProblems(file: CheckedFile): PlanProblem[] {
  return rawItems(file, 'sources').flatMap(({ item, index }) => {
    const match = item['match']
    if (isObject(match) ? Object.keys(match).length > 0 : match !== undefined) return []
    const message = 'says no way to recognise its records: give match.feed, match.host or match.app'
    return problemAt(file, ['sources', index], { message })
  })
}

/** A reference to a secret would stay a plain text here. */
function secretProblems(file: CheckedFile): PlanProblem[] {
  const problems: PlanProblem[] = []
  const walk = (value: unknown, path: readonly PropertyKey[]) => {
    if (typeof value === 'string' && holdsSecretReference(value))
      problems.push(problemAt(file, path, { message: 'a plan holds no secrets: write it plainly' }))
    else if (Array.isArray(value) || isObject(value))
      for (const [key, inner] of Object.entries(value)) walk(inner, [...path, key])
  }
  walk(file.yaml.value, [])
  return problems
}

function linesOf(file: CheckedFile, plan: PlanValue): Record<string, number> {
  const lines: Record<string, number> = {}
  const note = (path: readonly PropertyKey[]) => {
    lines[path.join('.')] = file.yaml.placeOf(path).line
  }
  for (const section of ['targets', 'sources', 'obligations'] as const) {
    note([section])
    plan[section].forEach((_, index) => {
      note([section, index])
    })
  }
  plan.sources.forEach((source, index) => {
    source.fields.forEach((_, position) => {
      note(['sources', index, 'fields', position])
    })
  })
  plan.targets.forEach((target, index) => {
    target.threats.forEach((_, position) => {
      note(['targets', index, 'threats', position])
    })
  })
  return lines
}

/** Freezes a value and all that it holds. */
export function deepFreeze<T>(value: T): T {
  if (Array.isArray(value) || isObject(value)) {
    for (const inner of Object.values(value)) deepFreeze(inner)
    Object.freeze(value)
  }
  return value
}
