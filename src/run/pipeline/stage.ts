import type { JournalRecord } from '#base/journal.ts'
import { compileRules, createDetector, type Detector, type RuleSet } from '#detect/index.ts'
import type { Finding } from '#shape/finding.ts'
import { createStructurer, type Structured } from '#structure/index.ts'
import type { PipelineStart } from './protocol.ts'

/** Structuring and detection together: records in, structured records and findings out. */
export interface Stage {
  readonly ruleSet: RuleSet
  /** Why the snapshot was left aside; '' when it was taken or there was none. */
  readonly restored: string
  readonly detector: Detector
  structure(record: JournalRecord): Structured
  /** Findings of these structured records, in order; deferred windows are closed up to the newest event time. */
  detect(batch: readonly Structured[], detectedMicros: number): Finding[]
  /** Nothing came for a while: closes windows that lie well before the wall clock. */
  idle(nowMicros: number): Finding[]
}

/** Events may arrive this much later than the newest one before a deferred window is judged without them. */
const ALLOWED_LATENESS_MICROS = 120_000_000
/** The same by the wall clock while nothing comes: slow cloud sources deliver within this time. */
const IDLE_LATENESS_MICROS = 900_000_000
/** An event further ahead than this has a wrong clock and does not move the watermark. */
const MAX_AHEAD_MICROS = 300_000_000

/** Compiles rules and mappings once. A snapshot that does not fit these rules is left aside. */
export function createStage(
  start: Pick<PipelineStart, 'routes' | 'zone' | 'ruleFiles' | 'indicators' | 'snapshot'>,
): Stage {
  const structurer = createStructurer({ routes: start.routes, zone: start.zone })
  const ruleSet = compileRules(start.ruleFiles)
  const detector = createDetector({ ruleSet, indicators: start.indicators })
  const restored = start.snapshot ? detector.restore(start.snapshot.text) : undefined
  let newest = 0
  return {
    ruleSet,
    restored: restored && !restored.ok ? restored.code : '',
    detector,
    structure: (record) => structurer.structure(record),
    detect(batch, detectedMicros) {
      const events = batch.flatMap((structured) => structured.events)
      const findings = detector.push(events, detectedMicros)
      for (const event of events) {
        if (event.time > newest && event.time < event.received + MAX_AHEAD_MICROS)
          newest = event.time
      }
      return [...findings, ...detector.advance(newest - ALLOWED_LATENESS_MICROS, detectedMicros)]
    },
    idle: (nowMicros) => detector.advance(nowMicros - IDLE_LATENESS_MICROS, nowMicros),
  }
}
