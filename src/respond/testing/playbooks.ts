import assert from 'node:assert/strict'
import { Failure } from '#base/failure.ts'
import type { Entity } from '#shape/entity.ts'
import type { Run } from '#shape/run.ts'
import { createResponder } from '../responder.ts'
import { exampleIncident, type exampleParts, examplePlaybook } from './fakes.ts'

/** An address, as the source of something. */
export const ip = (id: string, role: Entity['role'] = 'source'): Entity => ({
  kind: 'ip',
  id,
  name: id,
  role,
})
/** A blockable address. */
export const BAD = ip('203.0.113.7')

/** Blocks each source address. */
export const BLOCK = examplePlaybook(`
id: block-attacker
title: Block the attacker
when: { level: high, entities: [ip] }
steps:
  - name: block
    action: nft-block-address
    for: { kind: ip, roles: [source] }
    with: { address: "{{entity.ip}}", timeout: 2h }
`)

/** Calls an address with title and level. */
export const hook = (url: string, more = '') =>
  examplePlaybook(`
id: tell
title: Tell
steps:
  - name: tell
    action: webhook
    with: { url: "${url}", body: { title: "{{incident.title}}", level: "{{incident.level}}" }${more} }
`)

/** Matches a refusal whose message holds the part. */
export const refused = (part: RegExp) => (error: unknown) =>
  error instanceof Failure && error.code === 'respond.refused' && part.test(error.message)

/** The one waiting run for an incident. */
export async function planned(
  parts: ReturnType<typeof exampleParts>['parts'],
  incident = exampleIncident([BAD]),
): Promise<Run> {
  const [run] = await createResponder(parts).onIncident(incident)
  assert.ok(run)
  return run
}
