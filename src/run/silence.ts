import type { Clock, Micros } from '#base/clock.ts'
import { reasonOf } from '#base/failure.ts'
import type { Log } from '#base/log.ts'
import { judgeSilence } from '#detect/index.ts'
import type { Plan } from '#plan/index.ts'
import type { Finding } from '#shape/finding.ts'
import type { SourceFacts } from '#shape/health.ts'

/** What the watch needs. */
export interface SilenceParts {
  readonly plan: Plan
  readonly clock: Clock
  readonly log: Log
  /** Start of this server: a source is not called silent for the time when nobody listened. */
  readonly since: Micros
  readonly facts: () => Promise<readonly SourceFacts[]>
  readonly onFindings: (findings: readonly Finding[]) => Promise<void>
}

const INTERVAL_MS = 15_000

/** Looks every 15 s whether a source that reported has fallen silent. Gives the way to stop. */
export function watchSilence(parts: SilenceParts): () => void {
  let busy = false
  const look = async () => {
    const facts = await parts.facts()
    const sources = parts.plan.sources.map(({ id, family, freshnessMs }) => ({
      id,
      family: family ?? '',
      freshnessMs,
      lastReceived: facts.find((one) => one.source === id)?.lastReceived ?? 0,
      since: parts.since,
    }))
    const findings = judgeSilence({ sources, now: parts.clock.micros() })
    if (findings.length > 0) await parts.onFindings(findings)
  }
  return parts.clock.every(INTERVAL_MS, () => {
    if (busy) return
    busy = true
    look()
      .catch((error: unknown) =>
        parts.log.warn('silence was not judged', { reason: reasonOf(error) }),
      )
      .finally(() => {
        busy = false
      })
  })
}
