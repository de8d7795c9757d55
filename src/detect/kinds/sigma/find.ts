import type { Micros } from '#base/clock.ts'
import type { Event } from '#shape/event.ts'
import type { Finding } from '#shape/finding.ts'
import { digestOf, findingOf, shown } from '../../finding.ts'
import { explainMatch } from './naive.ts'
import type { SigmaRule } from './rule.ts'

const MAX_REASONS = 3

/** The finding of a Sigma rule that matched an event. */
export function sigmaFinding(
  rule: SigmaRule,
  event: Event,
  how: { readonly sysmonNames: boolean; readonly detected: Micros },
): Finding {
  const digest = digestOf(event)
  const matched = explainMatch(rule, event, how.sysmonNames)
  const reasons = matched
    .slice(0, MAX_REASONS)
    .map(({ field, seen }) => `${field} is ${shown(seen)}`)
  const because = reasons.length === 0 ? 'what it excludes is absent' : reasons.join(' and ')
  return findingOf({
    rule: rule.info,
    first: digest,
    last: digest,
    positions: [event.id],
    count: 1,
    why: `${rule.info.title}: ${because}.`,
    matched,
    entities: digest.entities,
    detected: how.detected,
  })
}
