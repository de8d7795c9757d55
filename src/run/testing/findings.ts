import type { Entity } from '#shape/entity.ts'
import type { Finding } from '#shape/finding.ts'

/** 2026-01-01T00:00:00Z in microseconds: where the fake clock starts. */
export const START = Date.UTC(2026, 0, 1) * 1000

/** A user as actor. */
export function user(id: string): Entity {
  return { kind: 'user', id, name: id, role: 'actor' }
}

/** A finding for tests; a high alert about nobody unless told otherwise. */
export function makeFinding(id: string, more: Partial<Finding> = {}): Finding {
  return {
    id,
    kind: 'alert',
    ruleId: 'rule',
    ruleTitle: 'Rule',
    ruleKind: 'sigma',
    ruleVersion: '1',
    level: 'high',
    techniques: [],
    tactics: [],
    time: START,
    start: START,
    received: START,
    detected: START,
    source: 'src',
    family: 'okta.system',
    positions: [`0-${id}`],
    count: 1,
    why: 'because',
    matched: [],
    entities: [],
    action: 'did',
    outcome: 'success',
    object: '',
    message: '',
    ...more,
  }
}
