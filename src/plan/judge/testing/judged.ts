import assert from 'node:assert/strict'
import type { RuleInfo } from '#shape/finding.ts'
import type { SourceFacts } from '#shape/health.ts'
import type { Incident } from '#shape/incident.ts'
import { loadPlan } from '../../load.ts'
import type { Plan } from '../../schema.ts'
import type { Judged } from '../input.ts'
import { judgePlan } from '../judge.ts'

/** The moment of judging. */
export const NOW = Date.UTC(2026, 0, 10) * 1000
/** Of microseconds. */
export const MINUTE = 60_000_000
/** Of microseconds. */
export const DAY = 86_400_000_000

/** A plan out of YAML; fails the test when it has problems. */
export function planOf(text: string): Plan {
  const { plan, problems } = loadPlan(`version: 1\nname: acme\n${text}`, 'plan.yaml')
  assert.ok(plan, problems.map((one) => one.text).join('\n'))
  return plan
}

const PLAN = planOf(`targets:
  - { id: identity, kind: identity, owner: it, criticality: critical, threats: [T1110.003, T1078] }
sources:
  - { id: idp, family: okta.system, owner: it, match: { feed: "http:idp" }, targets: [identity], freshness: 15m, fields: [user, src_ip] }
obligations:
  - { id: pci, standard: PCI DSS, clause: "10.2.1", needs: { families: [okta.system], fields: [user] }, targets: [identity] }
`)

/** A healthy source. */
export const facts = (more: Partial<SourceFacts> = {}): SourceFacts => ({
  source: 'idp',
  families: ['okta.system'],
  firstReceived: NOW - DAY,
  lastReceived: NOW - MINUTE,
  lastTime: NOW - MINUTE,
  received: 1_000,
  bytes: 100_000,
  stored: 1_000,
  dead: 0,
  dropped: 0,
  events: 1_000,
  findings: 1,
  fieldPresence: { user: 0.99, src_ip: 0.98 },
  perMinute: [],
  ...more,
})

/** A rule for techniques. */
export const rule = (id: string, techniques: string[], families = ['okta.system']): RuleInfo => ({
  id,
  title: `Rule ${id}`,
  kind: 'sigma',
  level: 'high',
  description: '',
  techniques,
  tactics: [],
  families,
  path: `${id}.yml`,
  version: '1',
})

/** An open incident. */
export const incident = (more: Partial<Incident> = {}): Incident => ({
  id: 'inc-1',
  title: '',
  story: '',
  status: 'open',
  level: 'high',
  levelWhy: '',
  opened: NOW - MINUTE,
  start: NOW,
  end: NOW,
  updated: NOW,
  findingIds: [],
  findingCount: 1,
  entities: [],
  timeline: [],
  techniques: [],
  tactics: [],
  targets: ['identity'],
  owner: '',
  advice: [],
  risk: 1,
  merged: [],
  sources: ['idp'],
  ...more,
})

/** Everything proven, healthy and met. */
export const PERFECT: Judged = {
  facts: [facts()],
  rules: [rule('spray', ['T1110.003']), rule('valid', ['T1078'])],
  proofs: new Map([
    ['spray', NOW - DAY],
    ['valid', NOW - DAY],
  ]),
  incidents: [],
  now: NOW,
}
/** The report of a plan on perfect facts, unless others are given. */
export const judge = (more: Partial<Judged> = {}, plan = PLAN) =>
  judgePlan(plan, { ...PERFECT, ...more })
