import { Failure, reasonOf } from '#base/failure.ts'
import type { Incident } from '#shape/incident.ts'
import type { Run, RunStep } from '#shape/run.ts'
import { executeRun } from './execute.ts'
import { type ResponderParts, type RunStore, touched } from './parts.ts'
import { answers, planSteps, runIdOf } from './planning.ts'
import type { Playbook } from './playbook.ts'
import { previewStep } from './preview.ts'
import { undoRun } from './undo.ts'

/** Answers incidents with playbooks, one run for each playbook and incident, never without approval. */
export interface Responder {
  /** Waiting runs of the playbooks that answer the incident, dry-run done; those of a closed incident are rejected. */
  onIncident(incident: Incident): Promise<Run[]>
  /** Acts. Throws `api.not-found`, and `respond.refused` unless the run waits. Gives the run as it ended. */
  approve(runId: string, by: string): Promise<Run>
  reject(runId: string, by: string, reason: string): Promise<Run>
  /** Takes back what can be taken back, last step first. */
  undo(runId: string, by: string): Promise<Run>
  /** Finishes runs that a crash interrupted: what may have happened is looked at before it is repeated. */
  resume(): Promise<Run[]>
}

/** Makes a responder. */
export function createResponder(parts: ResponderParts): Responder {
  const alone = createTurns()
  const decide = async (runId: string, change: (run: Run) => Partial<Run>) => {
    const run = await mustGet(parts.store, runId)
    if (run.status !== 'waiting')
      throw new Failure(
        'respond.refused',
        `the run is ${run.status}${run.decidedBy === undefined ? '' : `, decided by ${run.decidedBy}`}`,
      )
    const decided = touched(
      { ...run, ...change(run), decidedAt: parts.clock.micros() },
      parts.clock,
    )
    if (!(await parts.store.putIf(decided, run.updated)))
      throw new Failure('respond.refused', 'the run was changed meanwhile: look at it again')
    return decided
  }
  return {
    async onIncident(incident) {
      const runs: Run[] = []
      if (incident.status === 'closed') return rejectWaiting(parts, alone, incident)
      for (const playbook of parts.playbooks) {
        if (!answers(playbook, incident)) continue
        const run = await alone(runIdOf(playbook, incident), () =>
          planRun(parts, playbook, incident),
        )
        if (run) runs.push(run)
      }
      return runs
    },
    approve: (runId, by) =>
      alone(runId, async () => {
        const run = await decide(runId, () => ({ status: 'approved', decidedBy: mustBe(by) }))
        return executeRun(parts, run)
      }),
    reject: (runId, by, reason) =>
      alone(runId, () =>
        decide(runId, () => ({
          status: 'rejected',
          decidedBy: mustBe(by),
          reason: reason.slice(0, 2_000),
        })),
      ),
    undo: (runId, by) =>
      alone(runId, async () => undoRun(parts, await mustGet(parts.store, runId), mustBe(by))),
    async resume() {
      const open = [
        ...(await parts.store.list({ status: 'running' })),
        ...(await parts.store.list({ status: 'approved' })),
      ]
      const done: Run[] = []
      for (const run of open) {
        parts.log.warn('interrupted run was taken up', { run: run.id })
        done.push(await alone(run.id, () => executeRun(parts, run)))
      }
      return done
    },
  }
}

async function mustGet(store: RunStore, runId: string): Promise<Run> {
  const run = await store.get(runId)
  if (!run) throw new Failure('api.not-found', `there is no run ${runId}`)
  return run
}

function mustBe(by: string): string {
  if (by.trim() === '') throw new Failure('respond.refused', 'say who decides')
  return by
}

/** Makes the run, or renews it while it waits. A decided one stays as it is. */
async function planRun(
  parts: ResponderParts,
  playbook: Playbook,
  incident: Incident,
): Promise<Run | undefined> {
  const id = runIdOf(playbook, incident)
  const known = await parts.store.get(id)
  if (known && known.status !== 'waiting') return undefined
  const planned = planSteps(playbook, incident, { runId: id, plan: parts.plan })
  // A run that would only tell about itself is none.
  if (!planned.some((step) => step.status === 'planned' && step.optional !== true)) return undefined
  if (known && sameSteps(known.steps, planned)) return known
  const steps: RunStep[] = []
  for (const step of planned)
    steps.push(
      stillShown(known?.steps ?? [], planned, step) ??
        (await previewStep(parts, playbook, { step, earlier: steps })),
    )
  const now = parts.clock.micros()
  const base: Run = known ?? {
    id,
    playbookId: playbook.id,
    playbookTitle: playbook.title,
    incidentId: incident.id,
    status: 'waiting',
    created: now,
    updated: 0,
    steps: [],
  }
  const run = touched({ ...base, playbookTitle: playbook.title, steps }, parts.clock)
  if (!known) await parts.store.put(run)
  else if (!(await parts.store.putIf(run, known.updated))) return undefined
  return run
}

/** The step as it was shown, when all steps of its action are the same: one may leave out what another has shown. */
function stillShown(
  before: readonly RunStep[],
  planned: readonly RunStep[],
  step: RunStep,
): RunStep | undefined {
  const alike = (steps: readonly RunStep[]) => steps.filter(({ action }) => action === step.action)
  if (!sameSteps(alike(before), alike(planned))) return undefined
  return before.find(({ idempotencyKey }) => idempotencyKey === step.idempotencyKey)
}

function sameSteps(left: readonly RunStep[], right: readonly RunStep[]): boolean {
  return (
    left.length === right.length &&
    left.every((step, index) => step.idempotencyKey === right[index]?.idempotencyKey)
  )
}

async function rejectWaiting(
  parts: ResponderParts,
  alone: Turns,
  incident: Incident,
): Promise<Run[]> {
  const waiting = await parts.store.list({ incidentId: incident.id, status: 'waiting' })
  const reason = `the incident was closed as ${incident.closeReason ?? 'done'}`
  const rejected: Run[] = []
  for (const { id } of waiting)
    await alone(id, async () => {
      const run = await parts.store.get(id)
      if (run?.status !== 'waiting') return
      const decided = { status: 'rejected', decidedBy: 'vedette', reason } as const
      const next = touched({ ...run, ...decided, decidedAt: parts.clock.micros() }, parts.clock)
      if (await parts.store.putIf(next, run.updated)) rejected.push(next)
    }).catch((error: unknown) => {
      parts.log.warn('waiting run was not rejected', { run: id, reason: reasonOf(error) })
    })
  return rejected
}

type Turns = <T>(key: string, work: () => Promise<T>) => Promise<T>

/** Runs the works of one key one after the other. */
function createTurns(): Turns {
  const last = new Map<string, Promise<unknown>>()
  return async (key, work) => {
    const before = last.get(key) ?? Promise.resolve()
    const mine = before.then(work, work)
    last.set(key, mine)
    try {
      return await mine
    } finally {
      if (last.get(key) === mine) last.delete(key)
    }
  }
}
