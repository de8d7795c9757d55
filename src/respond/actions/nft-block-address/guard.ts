import { Failure } from '#base/failure.ts'
import { addressRange, canonicalAddress, createAddressSet, planLookup } from '#plan/index.ts'
import type { ActionContext } from '../../action.ts'

/** Ranges of which a block would hit ourselves, our neighbours or nobody. */
const UNTOUCHABLE: Readonly<Record<string, string>> = {
  '6to4': 'is a 6to4 address: block the IPv4 address inside',
  broadcast: 'is a broadcast address',
  carrierGradeNat: 'is a carrier NAT address that many share',
  linkLocal: 'is a link-local address',
  loopback: 'is this machine',
  multicast: 'is a multicast address',
  private: 'is a private address',
  rfc6052: 'is a translated address: block the IPv4 address inside',
  rfc6145: 'is a translated address: block the IPv4 address inside',
  teredo: 'is a Teredo address: block the IPv4 address inside',
  uniqueLocal: 'is a private address',
  unspecified: 'is no address of anybody',
}

/**
 * The canonical form of an address that may be blocked; throws `respond.refused` with the reason for all others: not
 * one single public address, of our own networks, of a target, shared by many, of this machine or of its name servers.
 */
export function blockableAddress(text: string, context: ActionContext): string {
  const address = canonicalAddress(text.trim())
  if (address === undefined) throw refused(`"${text.slice(0, 60)}" is not one single address`)
  const reason = reasonAgainst(address, context)
  if (reason !== undefined) throw refused(`${address} ${reason}`)
  return address
}

function reasonAgainst(address: string, context: ActionContext): string | undefined {
  const range = UNTOUCHABLE[addressRange(address) ?? '']
  if (range !== undefined) return range
  const lookup = planLookup(context.plan)
  const reasons: readonly (readonly [string, boolean])[] = [
    ['is an address of our own networks', lookup.isOwnAddress(address)],
    ['is an address of a target of the plan', lookup.isTargetAddress(address)],
    [
      'is an address that the plan calls shared',
      lookup.isShared({ kind: 'ip', id: address, name: address }),
    ],
    ['is an address of this machine', createAddressSet(context.own).has(address)],
    ['is a name server of this machine', createAddressSet(context.resolvers).has(address)],
  ]
  return reasons.find(([, holds]) => holds)?.[0]
}

function refused(reason: string): Failure {
  return new Failure('respond.refused', `not blocked: ${reason}`)
}
