import { derivedId } from '#base/hash.ts'
import { isObject } from '#base/json.ts'
import { incidentEntities } from '#incident/index.ts'
import { addressRange, isSecretReference, type Plan, planLookup } from '#plan/index.ts'
import type { Incident, IncidentEntity } from '#shape/incident.ts'
import type { RunStep } from '#shape/run.ts'
import { levelRank } from '#shape/severity.ts'
import { actionNamed } from './actions.ts'
import type { Playbook, PlaybookStep } from './playbook.ts'
import { mapTexts, renderText } from './template.ts'

/** Most entities that one step acts upon in one run. */
const MAX_ENTITIES = 20

/** True when the playbook answers this incident. */
export function answers({ when }: Playbook, incident: Incident): boolean {
  const any = (wanted: readonly string[], has: (one: string) => boolean) =>
    wanted.length === 0 || wanted.some(has)
  return (
    incident.status === 'open' &&
    levelRank(incident.level) >= levelRank(when.level) &&
    any(when.tactics, (tactic) => incident.tactics.includes(tactic)) &&
    any(when.techniques, (id) => hasTechnique(incident, id.toUpperCase())) &&
    any(when.targets, (target) => incident.targets.includes(target)) &&
    when.entities.every((kind) => incident.entities.some((entity) => entity.kind === kind))
  )
}

function hasTechnique({ techniques }: Incident, wanted: string): boolean {
  return techniques.some((id) => id === wanted || id.startsWith(`${wanted}.`))
}

/** The run of a playbook for an incident has one id, so there is never a second. */
export function runIdOf(playbook: Playbook, incident: Pick<Incident, 'id'>): string {
  return derivedId('run', [playbook.id, incident.id])
}

/** The steps of a run, inputs rendered, nothing checked yet. Secrets are `[secret]`. */
export function planSteps(
  playbook: Playbook,
  incident: Incident,
  { runId, plan }: { runId: string; plan: Plan },
): RunStep[] {
  const chosen = playbook.steps.map((step) => chosenFor(step, incident, plan))
  const acted = [...new Set(chosen.flatMap((list) => list.slice(0, MAX_ENTITIES)))]
  return playbook.steps.flatMap((step, index) => {
    const scope = { incident, acted, runId }
    if (!step.for) return [planStep(step, scope)]
    const entities = chosen[index] ?? []
    const steps = entities
      .slice(0, MAX_ENTITIES)
      .map((entity) => planStep(step, { ...scope, entity }))
    const left = entities.length - steps.length
    if (left > 0) steps.push(leftOut(step, left, runId))
    return steps
  })
}

/** The entities that a step is for; none for a step that is for the whole incident. */
function chosenFor(step: PlaybookStep, incident: Incident, plan: Plan): IncidentEntity[] {
  if (!step.for) return []
  const { kind, roles, alerts, outside } = step.for
  return incidentEntities(incident, kind, roles).filter(
    (entity) => (entity.alerts ?? 0) >= alerts && (!outside || isOutside(entity, plan)),
  )
}

function isOutside(entity: IncidentEntity, plan: Plan): boolean {
  const lookup = planLookup(plan)
  if (entity.target !== undefined || lookup.isShared(entity)) return false
  if (entity.kind !== 'ip') return true
  // Reserved ranges are public to whoever routes them: documentation, future use.
  const range = addressRange(entity.id)
  if (range !== 'unicast' && range !== 'reserved') return false
  return !lookup.isOwnAddress(entity.id) && !lookup.isTargetAddress(entity.id)
}

interface StepScope {
  readonly incident: Incident
  readonly entity?: IncidentEntity
  /** Everything that some step of the run acts upon. */
  readonly acted: readonly IncidentEntity[]
  readonly runId: string
}

function planStep(step: PlaybookStep, scope: StepScope): RunStep {
  const harmless = actionNamed(step.action)?.escape ?? ((text: string) => text)
  const rendered = mapTexts(step.with, (text) =>
    isSecretReference(text) ? '[secret]' : renderText(text, scope, harmless),
  )
  const input = isObject(rendered) ? rendered : {}
  const name = scope.entity ? `${step.name} (${scope.entity.id})` : step.name
  return {
    name,
    action: step.action,
    input,
    idempotencyKey: derivedId('act', [scope.runId, name, canonicalJson(input)]),
    status: 'planned',
    effect: [],
    detail: '',
    ...(step.optional ? { optional: true } : {}),
  }
}

function leftOut(step: PlaybookStep, count: number, runId: string): RunStep {
  return {
    name: `${step.name} (others)`,
    action: step.action,
    input: {},
    idempotencyKey: derivedId('act', [runId, step.name, 'others']),
    status: 'skipped',
    effect: [],
    detail: `${count} more entities are left out: one run acts upon at most ${MAX_ENTITIES}`,
  }
}

/** The step of the playbook that a step of a run came from. */
export function stepNamed(playbook: Playbook, name: string): PlaybookStep | undefined {
  return playbook.steps.find((step) => name === step.name || name.startsWith(`${step.name} (`))
}

/** JSON with sorted keys, so that equal inputs have equal text. */
function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    isObject(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  )
}
