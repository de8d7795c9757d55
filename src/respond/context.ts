import { getServers } from 'node:dns'
import { networkInterfaces } from 'node:os'
import type { RunStep } from '#shape/run.ts'
import type { ActionContext } from './action.ts'
import type { ResponderParts } from './parts.ts'

/** What the action of one step may use. `shown`: effects that steps before it have shown of the same action. */
export function contextOf(
  parts: ResponderParts,
  step: RunStep,
  shown: readonly string[] = [],
): ActionContext {
  const { egress, command, clock, plan, listen } = parts
  const own = [...listen, ...machineAddresses()]
  const resolvers = getServers().map((server) => server.replace(/^\[(.*)\](:\d+)?$/, '$1'))
  return { egress, command, clock, plan, own, resolvers, key: step.idempotencyKey, shown }
}

/** Read each time: addresses come and go while the server runs. */
function machineAddresses(): string[] {
  return Object.values(networkInterfaces()).flatMap((list) => list?.map((one) => one.address) ?? [])
}
