import type { Micros } from '#base/clock.ts'
import { isObject, parseJson } from '#base/json.ts'
import { bad, good, type Outcome } from '#base/outcome.ts'
import type { Event } from '#shape/event.ts'
import type { Finding } from '#shape/finding.ts'
import type { Detector, DetectorOptions } from './contract.ts'
import { BaselineEngine, isBaselineState } from './kinds/baseline/engine.ts'
import { CorrelationEngine } from './kinds/correlation/engine.ts'
import { isCorrelationState } from './kinds/correlation/state.ts'
import { IndicatorEngine } from './kinds/indicator/engine.ts'
import { SigmaEngine, speaksSysmon } from './kinds/sigma/engine.ts'
import { sigmaFinding } from './kinds/sigma/find.ts'
import { fieldText } from './kinds/sigma/naive.ts'
import { routeOf } from './kinds/sigma/route.ts'

/** Version of the snapshot's form; another one is refused. */
const SNAPSHOT_VERSION = 1
const DEFAULT_MIN_CONFIDENCE = 50
const MAX_SNAPSHOT_CHARS = 512 * 1024 * 1024

/** Makes a detector for a rule set. Nothing is read or written; time comes with the calls. */
export function createDetector(options: DetectorOptions): Detector {
  const { ruleSet } = options
  const sigma = new SigmaEngine(ruleSet.sigma)
  const sysmonNames = ruleSet.sigma.map((rule) => speaksSysmon(routeOf(rule.logSource)))
  const speaks = new Map(ruleSet.sigma.map((rule, at) => [rule.info.id, sysmonNames[at] === true]))
  const baselineRules = [...ruleSet.baselines, ...(options.baselines ?? [])]
  const baselines = new BaselineEngine(baselineRules)
  const indicators = new IndicatorEngine(options.minConfidence ?? DEFAULT_MIN_CONFIDENCE)
  indicators.load(options.indicators ?? [])
  const correlations = new CorrelationEngine(ruleSet.correlations, {
    latenessMs: options.latenessMs ?? 0,
    readField: (event, ruleId, field) => fieldText(event, field, speaks.get(ruleId) === true),
  })
  const count = { events: 0, findings: 0 }

  const pushOne = (event: Event, detected: Micros): Finding[] => {
    const findings: Finding[] = []
    const matchedIds: string[] = []
    for (const index of sigma.match(event)) {
      const rule = ruleSet.sigma[index]
      if (rule === undefined) continue
      matchedIds.push(rule.info.id)
      if (!rule.silent)
        findings.push(
          sigmaFinding(rule, event, { sysmonNames: sysmonNames[index] === true, detected }),
        )
    }
    findings.push(...indicators.match(event, detected), ...baselines.match(event, detected))
    if (ruleSet.correlations.length > 0)
      findings.push(...correlations.offer(event, matchedIds, detected))
    return findings
  }

  return {
    push(events, detected) {
      const findings = events.flatMap((event) => pushOne(event, detected))
      count.events += events.length
      count.findings += findings.length
      return findings
    },
    advance(watermark, detected) {
      const findings = correlations.advance(watermark, detected)
      count.findings += findings.length
      return findings
    },
    setIndicators: (list) => indicators.load(list),
    snapshot: () =>
      JSON.stringify({
        version: SNAPSHOT_VERSION,
        correlations: correlations.state(),
        baselines: baselines.state(),
      }),
    restore(text): Outcome<void> {
      const read = readSnapshot(text)
      if (!read.ok) return read
      correlations.restore(read.value.correlations)
      baselines.restore(read.value.baselines)
      return good(undefined)
    },
    stats: () => ({
      rules: ruleSet.rules.length + (options.baselines?.length ?? 0),
      ...count,
      evictions: correlations.evictions + baselines.evictions,
      late: correlations.late,
      regexSkipped: sigma.regexSkipped,
      indicators: indicators.size,
    }),
  }
}

function readSnapshot(text: string) {
  const parsed = parseJson(text, { maxChars: MAX_SNAPSHOT_CHARS })
  if (!parsed.ok || !isObject(parsed.value)) return bad('detect.snapshot-invalid')
  const { version, correlations, baselines } = parsed.value
  if (version !== SNAPSHOT_VERSION)
    return bad('detect.snapshot-version', { detail: `expected version ${SNAPSHOT_VERSION}` })
  if (!isCorrelationState(correlations) || !isBaselineState(baselines))
    return bad('detect.snapshot-invalid')
  return good({ correlations, baselines })
}
