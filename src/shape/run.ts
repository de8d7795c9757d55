import type { Micros } from '#base/clock.ts'

/** Where one step of a run stands. `unknown` = it may have happened; it is probed before it is repeated. */
type StepStatus = 'planned' | 'dry-run' | 'running' | 'done' | 'failed' | 'skipped' | 'unknown'

/** One action of a run. */
export interface RunStep {
  readonly name: string
  readonly action: string
  /** The rendered input; secrets as `[secret]`. */
  readonly input: Readonly<Record<string, unknown>>
  readonly idempotencyKey: string
  readonly status: StepStatus
  /** What the action would change, or changed: lines for people. */
  readonly effect: readonly string[]
  readonly detail: string
  /** True when the run may end well without it. */
  readonly optional?: boolean
  readonly startedAt?: Micros
  readonly endedAt?: Micros
  /** When and by whom the effect was taken back; the status stays `done`. */
  readonly undoneAt?: Micros
  readonly undoneBy?: string
}

/** Where a run stands. */
export type RunStatus = 'waiting' | 'approved' | 'running' | 'done' | 'failed' | 'rejected'

/** One execution of a playbook for one incident. Starts as a dry run and waits for approval. */
export interface Run {
  readonly id: string
  readonly playbookId: string
  readonly playbookTitle: string
  readonly incidentId: string
  readonly status: RunStatus
  readonly created: Micros
  readonly updated: Micros
  readonly decidedBy?: string
  readonly decidedAt?: Micros
  readonly reason?: string
  readonly steps: readonly RunStep[]
}
