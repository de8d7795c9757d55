import type { Clock, Micros } from '#base/clock.ts'
import type { Egress } from '#base/egress.ts'
import type { Log } from '#base/log.ts'
import type { Plan, SecretSource } from '#plan/index.ts'
import type { Run, RunStatus } from '#shape/run.ts'
import type { Command } from './action.ts'
import type { Playbook } from './playbook.ts'

/** Where runs are kept. Each call is durable when it resolves. */
export interface RunStore {
  get(id: string): Promise<Run | undefined>
  put(run: Run): Promise<void>
  /** Puts only when the kept run still has this `updated`. */
  putIf(run: Run, updated: Micros): Promise<boolean>
  list(filter?: { incidentId?: string; status?: RunStatus; limit?: number }): Promise<Run[]>
}

/** What a responder works with. */
export interface ResponderParts {
  readonly playbooks: readonly Playbook[]
  readonly store: RunStore
  readonly egress: Egress
  readonly command: Command
  readonly clock: Clock
  readonly log: Log
  readonly secrets: SecretSource
  readonly plan: Plan
  /** Addresses that Vedette listens on: never blocked. */
  readonly listen: readonly string[]
}

/** The run with a newer `updated`, which always moves on so that two changes are never taken for one. */
export function touched(run: Run, clock: Clock): Run {
  return { ...run, updated: Math.max(clock.micros(), run.updated + 1) }
}

/** Keeps the run as changed and gives it as kept. */
export async function saveRun(
  parts: Pick<ResponderParts, 'store' | 'clock'>,
  run: Run,
): Promise<Run> {
  const next = touched(run, parts.clock)
  await parts.store.put(next)
  return next
}
