import type { Micros } from '#base/clock.ts'
import type { Finding, MatchedField } from '#shape/finding.ts'
import { findingOf, joinEntities, shown, spanText } from '../../finding.ts'
import type { Alert } from './group.ts'
import { groupValues } from './reach.ts'
import type { CorrelationRule, Limit } from './rule.ts'

const SIGNS: Readonly<Record<Limit['operator'], string>> = {
  gt: '>',
  gte: '>=',
  lt: '<',
  lte: '<=',
  eq: '=',
  neq: '!=',
}

/** The finding of an alert. Its id comes from rule, group and time, so that batches do not change it. */
export function alertFinding(
  rule: CorrelationRule,
  key: string,
  what: { readonly alert: Alert; readonly detected: Micros },
): Finding {
  const { alert, detected } = what
  const first = alert.items[0]
  const last = alert.items.at(-1)
  if (first === undefined || last === undefined) throw new Error('an alert without events')
  const positions = [...new Set(alert.items.flatMap((item) => item.positions))]
  const groups = [...groupValues(rule, key)]
  const where = groups.map(([name, value]) => `${name} ${value === null ? 'absent' : shown(value)}`)
  const expected = expectation(rule)
  const amount = alert.amount ?? positions.length
  const who = where.length === 0 ? '' : ` with ${where.join(' and ')}`
  const matched: MatchedField[] = [
    ...groups.map(([field, value]) => ({
      field,
      expected: 'one group',
      seen: (value ?? '').slice(0, 200),
    })),
    {
      field: rule.valueFields.join(', ') || rule.type,
      expected,
      seen: String(Math.round(amount * 1_000) / 1_000),
    },
  ]
  return findingOf({
    rule: rule.info,
    first: first.first ?? first.last,
    last: last.last,
    positions,
    count: positions.length,
    why: `${rule.info.title}: ${positions.length} ${positions.length === 1 ? 'event' : 'events'}${who} within ${spanText(rule.span)} (${expected}).`,
    matched,
    entities: joinEntities(alert.items.toReversed().map((item) => item.last.entities)),
    detected,
    identity: [key, alert.t],
    time: Math.max(alert.t * 1_000, rule.deferred ? 0 : last.last.time),
  })
}

function expectation(rule: CorrelationRule): string {
  const limits = rule.limits.map((limit) => `${SIGNS[limit.operator]} ${limit.value}`).join(' and ')
  const fields = rule.valueFields.join(', ')
  switch (rule.type) {
    case 'event_count':
      return `number of events ${limits}`
    case 'value_count':
      return `different values of ${fields} ${limits}`
    case 'value_percentile':
      return `percentile ${rule.percentile} of ${fields} ${limits}`
    case 'temporal':
    case 'temporal_ordered': {
      const order = rule.type === 'temporal_ordered' ? ' in order' : ''
      return limits === '' ? `the named rules together${order}` : `number of rules ${limits}`
    }
    default:
      return `${rule.type.replace('value_', '')} of ${fields} ${limits}`
  }
}
