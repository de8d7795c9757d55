import type { Micros } from '#base/clock.ts'
import type { Finding, RuleInfo } from '#shape/finding.ts'
import { type EventDigest, findingOf } from '../../finding.ts'

/** What is known of a source. `lastReceived` is 0 when nothing has come yet. */
export interface SourceSilence {
  readonly id: string
  readonly family: string
  /** How long the source may be quiet; 0 when the plan does not say. */
  readonly freshnessMs: number
  readonly lastReceived: Micros
  /** Since when somebody has been listening. */
  readonly since: Micros
}

const RULE: RuleInfo = {
  id: 'silence.source',
  title: 'A source has fallen silent',
  kind: 'silence',
  level: 'high',
  description: 'Nothing has come from a source for longer than the plan allows.',
  techniques: [],
  tactics: [],
  families: [],
  path: 'silence',
  version: '1',
}

/**
 * One finding for each source that is quiet for longer than the plan allows. Its id comes from the source and the
 * last record, so that one episode of silence is one finding however often it is judged.
 */
export function judgeSilence(input: {
  readonly sources: readonly SourceSilence[]
  readonly now: Micros
}): Finding[] {
  const findings: Finding[] = []
  for (const source of input.sources) {
    const heard = source.lastReceived > 0
    const from = Math.max(source.lastReceived, source.since)
    const quiet = input.now - from
    if (source.freshnessMs <= 0 || quiet <= source.freshnessMs * 1_000) continue
    findings.push(
      silenceFinding(source, {
        from: heard ? source.lastReceived : source.since,
        heard,
        now: input.now,
      }),
    )
  }
  return findings
}

function silenceFinding(
  source: SourceSilence,
  what: { from: Micros; heard: boolean; now: Micros },
): Finding {
  const { from, heard, now } = what
  const quiet = durationText((now - from) / 1_000_000)
  const allowed = durationText(source.freshnessMs / 1_000)
  const digest: EventDigest = {
    id: '',
    time: from,
    received: from,
    source: source.id,
    family: source.family,
    action: 'silence',
    outcome: 'unknown',
    object: source.id,
    message: heard ? `nothing from ${source.id} for ${quiet}` : `nothing from ${source.id} yet`,
    entities: [],
  }
  return findingOf({
    rule: RULE,
    first: digest,
    last: digest,
    positions: [],
    count: 0,
    why: heard
      ? `The source ${source.id} has sent nothing for ${quiet}; the plan expects something every ${allowed}.`
      : `The source ${source.id} has sent nothing since Vedette began to listen ${quiet} ago; the plan expects something every ${allowed}.`,
    matched: [
      {
        field: 'lastReceived',
        expected: `within ${allowed}`,
        seen: heard ? `${quiet} ago` : 'never',
      },
    ],
    entities: [],
    detected: now,
    identity: [source.id, heard ? source.lastReceived : 0],
    time: now,
  })
}

function durationText(seconds: number): string {
  if (seconds < 120) return `${Math.round(seconds)} s`
  if (seconds < 7_200) return `${Math.round(seconds / 60)} min`
  if (seconds < 172_800) return `${Math.round(seconds / 3_600)} h`
  return `${Math.round(seconds / 86_400)} days`
}
