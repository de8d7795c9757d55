import { Failure } from '#base/failure.ts'
import type { RunStep } from '#shape/run.ts'
import { bindStep } from './binding.ts'
import { contextOf } from './context.ts'
import type { ResponderParts } from './parts.ts'
import type { Playbook } from './playbook.ts'

const MAX_EFFECT_LINES = 200

/**
 * The step with what it would change. A refused one is skipped, with the reason; nothing is changed here. What earlier
 * steps of the run have shown already, `earlier`, is not shown again.
 */
export async function previewStep(
  parts: ResponderParts,
  playbook: Playbook,
  { step, earlier }: { step: RunStep; earlier: readonly RunStep[] },
): Promise<RunStep> {
  if (step.status !== 'planned') return step
  const bound = bindStep(step, { playbook, secrets: parts.secrets })
  if (!bound.ok)
    return { ...step, status: 'skipped', detail: `not possible: ${bound.detail ?? bound.code}` }
  const { action, lacks, scrub } = bound.value
  if (lacks.length > 0) {
    const words = step.optional === true ? 'Would be left out now' : 'Would fail now'
    return { ...step, detail: lacks.join('; '), effect: [`${words}: ${lacks.join('; ')}`] }
  }
  try {
    const shown = earlier.filter((one) => one.action === step.action).flatMap((one) => one.effect)
    const lines = await action.dryRun(contextOf(parts, step, shown))
    return { ...step, status: 'dry-run', effect: lines.slice(0, MAX_EFFECT_LINES).map(scrub) }
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    return { ...step, status: 'skipped', detail: scrub(error.message) }
  }
}
