import { Failure, reasonOf } from '#base/failure.ts'
import type { Run, RunStatus, RunStep } from '#shape/run.ts'
import type { ActionContext, BoundAction } from './action.ts'
import { type BoundStep, bindStep } from './binding.ts'
import { contextOf } from './context.ts'
import { type ResponderParts, saveRun } from './parts.ts'

/**
 * Takes an approved run to its end, step by step; the journal is written before and after each effect. A step found
 * `running` was interrupted: it is probed before it is repeated, and left `unknown` when nobody can tell.
 */
export async function executeRun(parts: ResponderParts, approved: Run): Promise<Run> {
  let run = await saveRun(parts, { ...approved, status: 'running' })
  for (let index = 0; index < run.steps.length; index += 1) {
    const step = run.steps[index]
    if (!step || FINISHED.has(step.status)) continue
    const journal = async (changed: RunStep) => {
      run = await saveRun(parts, { ...run, steps: run.steps.with(index, changed) })
    }
    const ended = hasFailed(run)
      ? { ...step, status: 'skipped' as const, detail: 'a step before it did not succeed' }
      : await executeStep(parts, { run, step }, journal)
    await journal(ended)
  }
  // A run of which every step was left out did nothing: that is not well.
  const didSomething = run.steps.some((step) => step.status === 'done')
  const status: RunStatus = hasFailed(run) || !didSomething ? 'failed' : 'done'
  return saveRun(parts, { ...run, status })
}

const FINISHED: ReadonlySet<string> = new Set(['done', 'failed', 'skipped', 'unknown'])

/** Only what did not work stops a run: what was refused beforehand was shown as skipped, what is optional may fail. */
function hasFailed(run: Run): boolean {
  return run.steps.some(
    ({ status, optional = false }) => !optional && (status === 'failed' || status === 'unknown'),
  )
}

async function executeStep(
  parts: ResponderParts,
  { run, step }: { run: Run; step: RunStep },
  journal: (step: RunStep) => Promise<void>,
): Promise<RunStep> {
  const playbook = parts.playbooks.find((one) => one.id === run.playbookId)
  const bound = bindStep(step, { playbook, secrets: parts.secrets })
  const end = (status: RunStep['status'], detail: string): RunStep => ({
    ...step,
    status,
    detail: bound.ok ? bound.value.scrub(detail) : detail,
    startedAt: step.startedAt ?? parts.clock.micros(),
    endedAt: parts.clock.micros(),
  })
  const interrupted = step.status === 'running'
  // An interrupted step may have happened: that it cannot be looked at now does not make it failed.
  const hopeless = interrupted ? 'unknown' : 'failed'
  if (!bound.ok) return end(hopeless, bound.detail ?? bound.code)
  const lacks = bound.value.lacks.join('; ')
  if (lacks !== '' && step.optional === true && !interrupted)
    return end('skipped', `left out: ${lacks}`)
  if (lacks !== '') return end(hopeless, lacks)
  const { action } = bound.value
  const context = contextOf(parts, step)
  try {
    const before = await action.probe(context)
    if (before.state === 'done') return end('done', `in place already: ${before.detail}`)
    if (interrupted && before.state === 'unknown' && !action.isRepeatable)
      return end('unknown', `interrupted, and it may have happened: ${before.detail}`)
    // Guards once more: the plan may have changed since the dry run.
    await action.dryRun(context)
  } catch (error) {
    if (error instanceof Failure) return end(hopeless, error.message)
    parts.log.error('action failed before acting', { action: step.action, reason: reasonOf(error) })
    return end(hopeless, 'internal error before acting; see the log')
  }
  await journal({ ...step, status: 'running', startedAt: parts.clock.micros() })
  return actAndVerify(parts, { bound: bound.value, context, end, action })
}

interface Acting {
  readonly bound: BoundStep
  readonly action: BoundAction
  readonly context: ActionContext
  readonly end: (status: RunStep['status'], detail: string) => RunStep
}

async function actAndVerify(parts: ResponderParts, acting: Acting): Promise<RunStep> {
  const { action, context, end } = acting
  try {
    const did = await action.act(context)
    if (did.happened === 'no') return end('failed', did.detail)
    const after = await action.verify(context)
    if (after.state === 'done') return end('done', `${did.detail}; verified: ${after.detail}`)
    if (after.state === 'not-done') return end('failed', `${did.detail}, but: ${after.detail}`)
    return end(did.happened === 'yes' ? 'done' : 'unknown', did.detail)
  } catch (error) {
    parts.log.error('action broke while acting', { reason: acting.bound.scrub(reasonOf(error)) })
    return end('unknown', 'it broke while acting and may have happened; see the log')
  }
}
