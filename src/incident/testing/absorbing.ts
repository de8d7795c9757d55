import assert from 'node:assert/strict'
import { loadPlan, type Plan } from '#plan/index.ts'
import type { Finding } from '#shape/finding.ts'
import type { Incident } from '#shape/incident.ts'
import { type AbsorbContext, createIncidentRoom } from '../room.ts'
import { minute } from './findings.ts'

const PLAN_TEXT = `version: 1
name: acme
owner: soc
networks: [10.0.0.0/8, 198.51.100.0/24]
shared: { users: [svc-scan], hosts: [wts*], ips: [10.9.0.0/16, 192.0.2.1] }
targets:
  - { id: identity, kind: identity, owner: it, criticality: high, matches: { hosts: [dc*] } }
  - { id: payroll, name: Payroll, owner: finance-it, criticality: critical, matches: { hosts: ["fs*"], objects: ["arn:aws:s3:::payroll*"] } }
  - { id: code, kind: repository, owner: dev, criticality: medium, matches: { repositories: ["acme/*"] } }
  - { id: lab, owner: dev, criticality: low, matches: { hosts: [lab*] } }
  - { id: edge, kind: network, owner: net, criticality: critical, matches: { hosts: [fw*] } }
sources:
  - { id: web, family: nginx.access, match: { feed: web }, targets: [payroll] }
`
function plan(): Plan {
  const loaded = loadPlan(PLAN_TEXT, 'plan.yaml')
  assert.ok(loaded.plan, loaded.problems.map((one) => one.text).join('\n'))
  return loaded.plan
}
/** A plan with everything that decides about joining. */
export const PLAN = plan()

/** Absorbs in order, as a store would keep them. */
export function absorbAll(
  findings: readonly Finding[],
  more: Partial<AbsorbContext> & { plan?: Plan } = {},
) {
  const room = createIncidentRoom({ plan: more.plan ?? PLAN })
  const kept = new Map<string, Incident>()
  const seenSignals: Finding[] = []
  let opened = 0
  for (const one of findings) {
    const all = [...kept.values()]
    const done = room.absorb(
      one,
      all.filter((incident) => incident.status === 'open'),
      {
        now: minute(5_000),
        signals: seenSignals,
        closed: all.filter(
          (incident) => incident.status === 'closed' && incident.closeReason !== 'duplicate',
        ),
        ...more,
      },
    )
    if (one.kind === 'signal') seenSignals.push(one)
    if (done.isNew) opened += 1
    for (const incident of [...done.merged, ...(done.incident ? [done.incident] : [])])
      kept.set(incident.id, incident)
  }
  const open = [...kept.values()].filter((incident) => incident.status === 'open')
  return { open, kept, opened }
}
