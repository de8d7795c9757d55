import { z } from 'zod'
import { isObject } from '#base/json.ts'
import { Secret } from '#base/secret.ts'
import {
  type CheckedFile,
  holdsSecretReference,
  isSecretReference,
  loadChecked,
  type PlanProblem,
  problemAt,
  suggest,
  tacticOf,
  techniqueOf,
} from '#plan/index.ts'
import { ENTITY_KINDS } from '#shape/entity.ts'
import { LEVELS } from '#shape/severity.ts'
import { ACTIONS, actionNamed } from './actions.ts'
import { mapTexts, placeholderNames, placeholdersIn } from './template.ts'

const Id = z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/, 'expected an id like block-attacker')
const words = z.array(z.string().min(1)).max(200).default([])

const Roles = z.array(z.enum(['actor', 'target', 'source', 'destination', 'observer']))

const For = z.union(
  [
    z
      .enum(ENTITY_KINDS)
      .transform((kind) => ({ kind, roles: undefined, alerts: 0, outside: false })),
    z.strictObject({
      kind: z.enum(ENTITY_KINDS).describe('Kind of entity.'),
      roles: Roles.min(1).optional().describe('Only entities in these roles.'),
      alerts: z
        .int()
        .min(0)
        .max(1_000)
        .default(0)
        .describe('Only entities that at least so many alerts, not only signals, name.'),
      outside: z
        .boolean()
        .default(false)
        .describe(
          'Only what is not ours: of no target, not shared; of addresses only public ones.',
        ),
    }),
  ],
  'expected an entity kind like ip, or {kind: ip, roles: [source]}',
)

const Step = z.strictObject({
  name: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9 ._-]{0,79}$/, 'expected a name of letters, digits and spaces')
    .describe('Name of the step, unique in the playbook.'),
  action: z.string().describe('The action.'),
  with: z
    .record(z.string(), z.unknown())
    .default({})
    .describe('Its input; {{incident.title}} and such are filled in.'),
  for: For.optional().describe('Do it for each entity of this kind.'),
  optional: z
    .boolean()
    .default(false)
    .describe('The run goes on and may end well without it, as when its secret is not set.'),
})

/** A playbook file. */
const PlaybookFile = z.strictObject({
  id: Id.describe('Name of the playbook.'),
  title: z.string().min(1).max(200).describe('Title for people.'),
  description: z.string().max(4_000).default('').describe('What it does and why.'),
  when: z
    .strictObject({
      level: z.enum(LEVELS).default('informational').describe('This level or above.'),
      tactics: words.describe('Any of these tactics; none: all.'),
      techniques: words.describe('Any of these techniques; T1110 includes its sub-techniques.'),
      entities: z
        .array(z.enum(ENTITY_KINDS))
        .max(20)
        .default([])
        .describe('An entity of each of these kinds.'),
      targets: words.describe('Any of these targets of the plan.'),
    })
    .prefault({})
    .describe('Incidents that it answers.'),
  steps: z.array(Step).min(1, 'expected at least one step').max(50).describe('Actions, in order.'),
  approval: z.literal('required').default('required').describe('A person approves each run.'),
})

/** A checked playbook. */
export type Playbook = Readonly<z.output<typeof PlaybookFile>>
/** One step of a playbook. */
export type PlaybookStep = Playbook['steps'][number]

/** Reads a playbook. Gives the playbook, or every problem at once. */
export function loadPlaybook(
  text: string,
  path: string,
): { playbook?: Playbook; problems: readonly PlanProblem[] } {
  const loaded = loadChecked(text, path, PlaybookFile)
  if (!loaded.value) return { problems: loaded.problems }
  const { file, value } = loaded
  const problems = [
    ...whenProblems(file, value),
    ...duplicateProblems(file, value),
    ...value.steps.flatMap((step, index) => stepProblems(file, step, index)),
  ]
  return problems.length > 0 ? { problems } : { playbook: value, problems }
}

function whenProblems(file: CheckedFile, { when }: Playbook): PlanProblem[] {
  const techniques = when.techniques.flatMap((id, index) =>
    techniqueOf(id)
      ? []
      : problemAt(file, ['when', 'techniques', index], {
          message: `expected an ATT&CK 18.1 technique, got "${id}"`,
        }),
  )
  const tactics = when.tactics.flatMap((name, index) =>
    tacticOf(name) === name
      ? []
      : problemAt(file, ['when', 'tactics', index], {
          message: `expected a tactic like credential-access, got "${name}"`,
        }),
  )
  return [...techniques, ...tactics]
}

function duplicateProblems(file: CheckedFile, { steps }: Playbook): PlanProblem[] {
  return steps.flatMap((step, index) =>
    steps.findIndex((other) => other.name === step.name) === index
      ? []
      : problemAt(file, ['steps', index, 'name'], {
          message: `another step is called "${step.name}"`,
        }),
  )
}

function stepProblems(file: CheckedFile, step: PlaybookStep, index: number): PlanProblem[] {
  const at = ['steps', index]
  const action = actionNamed(step.action)
  if (!action) {
    const known = ACTIONS.map(({ name }) => name)
    const message = `there is no action "${step.action}"${suggest(step.action, known)}; there are ${known.join(', ')}`
    return [problemAt(file, [...at, 'action'], { message })]
  }
  const texts = textProblems(file, step, { at: [...at, 'with'], fixed: action.fixed })
  if (texts.length > 0) return texts
  return inputProblems(file, step, { at: [...at, 'with'], schema: action.input })
}

/** Placeholders must exist and stand where text of an attacker does no harm; references must stand alone. */
function textProblems(
  file: CheckedFile,
  step: PlaybookStep,
  { at, fixed }: { at: readonly PropertyKey[]; fixed: readonly string[] },
): PlanProblem[] {
  const problems: PlanProblem[] = []
  const note = (path: readonly PropertyKey[], message: string) =>
    problems.push(problemAt(file, [...at, ...path], { message }))
  walkTexts(step.with, [], (text, path) => {
    const used = placeholdersIn(text)
    if (used.length > 0 && fixed.includes(String(path[0])))
      note(path, 'must not hold text out of an incident: write it plainly')
    for (const name of used) {
      if (!placeholderNames.includes(name))
        note(path, `unknown placeholder {{${name}}}${suggest(name, placeholderNames)}`)
      else if (name.startsWith('entity.') && !step.for)
        note(path, `{{${name}}} needs \`for:\` with an entity kind`)
    }
    if (holdsSecretReference(text) && !isSecretReference(text))
      note(path, 'a reference to a secret must stand alone: ${env:NAME}')
  })
  return problems
}

/** Checks the input as written: texts with placeholders count as right, their value is known only later. */
function inputProblems(
  file: CheckedFile,
  step: PlaybookStep,
  { at, schema }: { at: readonly PropertyKey[]; schema: z.ZodType },
): PlanProblem[] {
  const stand = mapTexts(step.with, (text) => (isSecretReference(text) ? new Secret('x') : text))
  const parsed = schema.safeParse(stand)
  if (parsed.success) return []
  return parsed.error.issues.flatMap((issue) => {
    const written = textAt(step.with, issue.path)
    if (written !== undefined && placeholdersIn(written).length > 0) return []
    if (issue.code === 'unrecognized_keys')
      return issue.keys.map((key) =>
        problemAt(file, [...at, ...issue.path], { key, message: 'unknown key' }),
      )
    return [problemAt(file, [...at, ...issue.path], { message: unionText(issue) })]
  })
}

function unionText(issue: z.core.$ZodIssue): string {
  if (issue.code !== 'invalid_union') return issue.message
  const inner = issue.errors.flat().map((one) => one.message)
  return [...new Set(inner)].join(', or ') || issue.message
}

function textAt(value: unknown, path: readonly PropertyKey[]): string | undefined {
  let found = value
  for (const step of path) {
    if (Array.isArray(found)) found = found[Number(step)]
    else if (isObject(found)) found = found[String(step)]
  }
  return typeof found === 'string' ? found : undefined
}

function walkTexts(
  value: unknown,
  path: readonly PropertyKey[],
  see: (text: string, path: readonly PropertyKey[]) => void,
): void {
  if (typeof value === 'string') see(value, path)
  else if (Array.isArray(value) || isObject(value))
    for (const [key, inner] of Object.entries(value)) walkTexts(inner, [...path, key], see)
}
