import { Failure } from '#base/failure.ts'
import type { Run, RunStep } from '#shape/run.ts'
import type { Act } from './action.ts'
import { bindStep } from './binding.ts'
import { contextOf } from './context.ts'
import { type ResponderParts, saveRun } from './parts.ts'

/**
 * Takes back the done steps that can be, last first, and keeps each as undone. What was undone before a crash is undone
 * again without harm. Throws `respond.refused`, with a reason for each step, when there is nothing to take back.
 */
export async function undoRun(parts: ResponderParts, given: Run, by: string): Promise<Run> {
  let run = given
  const reasons: string[] = []
  let count = 0
  for (const step of given.steps.toReversed()) {
    if (!mayBeUndone(step)) continue
    const outcome = await undoStep(parts, run, step)
    if (outcome.happened === 'yes') count += 1
    else reasons.push(`${step.name}: ${outcome.detail}`)
    const undone =
      outcome.happened === 'yes' ? { undoneAt: parts.clock.micros(), undoneBy: by } : {}
    const changed = { ...step, ...undone, detail: outcome.detail }
    run = await saveRun(parts, { ...run, steps: run.steps.with(run.steps.indexOf(step), changed) })
  }
  if (count === 0) throw new Failure('respond.refused', 'nothing was undone', { details: reasons })
  return run
}

function mayBeUndone(step: RunStep): boolean {
  return (step.status === 'done' || step.status === 'unknown') && step.undoneAt === undefined
}

async function undoStep(parts: ResponderParts, run: Run, step: RunStep): Promise<Act> {
  const playbook = parts.playbooks.find((one) => one.id === run.playbookId)
  const bound = bindStep(step, { playbook, secrets: parts.secrets })
  if (!bound.ok) return { happened: 'no', detail: bound.detail ?? bound.code }
  const { action, lacks, scrub } = bound.value
  if (!action.undo) return { happened: 'no', detail: 'cannot be undone' }
  if (lacks.length > 0) return { happened: 'no', detail: lacks.join('; ') }
  try {
    const outcome = await action.undo(contextOf(parts, step))
    return { ...outcome, detail: scrub(outcome.detail) }
  } catch (error) {
    if (error instanceof Failure) return { happened: 'no', detail: scrub(error.message) }
    throw error
  }
}
