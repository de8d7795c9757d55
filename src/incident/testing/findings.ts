import type { Entity, EntityKind, EntityRole } from '#shape/entity.ts'
import type { Finding } from '#shape/finding.ts'

const T0 = Date.UTC(2026, 0, 5, 9) * 1_000
/** Minutes after the start of the story as event time. */
export const minute = (minutes: number) => T0 + minutes * 60_000_000

const ROLES: Readonly<Record<string, readonly [EntityKind, EntityRole]>> = {
  user: ['user', 'actor'],
  victim: ['user', 'target'],
  src: ['ip', 'source'],
  dst: ['ip', 'destination'],
  host: ['host', 'observer'],
}

/** A finding with an id at a minute, about `{user, victim, src, dst, host}`; everything else may be overridden. */
export function finding(
  [id, at]: readonly [id: string, minute: number],
  about: Readonly<Record<string, string>>,
  more: Partial<Finding> = {},
): Finding {
  const entities = Object.entries(about).flatMap(([name, value]): Entity[] => {
    const role = ROLES[name]
    return role ? [{ kind: role[0], id: value.toLowerCase(), name: value, role: role[1] }] : []
  })
  return {
    id,
    kind: 'alert',
    ruleId: `rule-${id}`,
    ruleTitle: `Rule ${id}`,
    ruleKind: 'sigma',
    ruleVersion: '1',
    level: 'high',
    techniques: [],
    tactics: [],
    time: minute(at),
    start: minute(at),
    received: minute(at),
    detected: minute(at),
    source: 'src',
    family: 'okta.system',
    positions: [`0-${id}`],
    count: 1,
    why: 'because',
    matched: [],
    entities,
    action: 'did',
    outcome: 'success',
    object: '',
    message: '',
    ...more,
  }
}
