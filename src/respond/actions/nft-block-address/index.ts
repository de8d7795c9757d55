import { z } from 'zod'
import { parseJson } from '#base/json.ts'
import { Duration, shortDuration } from '#plan/index.ts'
import { type Act, type ActionContext, defineAction, type Probe } from '../../action.ts'
import { blockableAddress } from './guard.ts'

const input = z.strictObject({
  address: z.string().describe('One public address: "{{entity.ip}}".'),
  timeout: Duration.prefault('24h').describe('After this the kernel lifts the block by itself.'),
})
type Input = z.output<typeof input>

const TIMEOUT_MS = 10_000

/** Blocks an address in a table of its own; the kernel lifts the block after a time, also when Vedette is gone. */
export const nftBlockAddress = defineAction({
  name: 'nft-block-address',
  summary:
    'Drops packets from and to an address on this machine for a time (nftables table vedette).',
  input,
  needs: ['the program nft', 'the right to change nftables (CAP_NET_ADMIN)'],
  reversible: true,
  fixed: ['timeout'],
  async dryRun(wanted, context) {
    const script = scriptOf(wanted, context)
    const checked = await context.command('nft', ['-c', '-f', '-'], {
      timeoutMs: TIMEOUT_MS,
      input: script,
    })
    const lines = [
      `Packets from and to ${wanted.address.trim()} are dropped on this machine for ${shortDuration(wanted.timeout)}. nft -f - would get:`,
      ...script.trimEnd().split('\n'),
    ]
    if (checked.status === 0) return lines
    return [...lines, `Would fail now: ${firstLine(checked.stderr) || 'nft did not start'}`]
  },
  probe,
  async act(wanted, context): Promise<Act> {
    const script = scriptOf(wanted, context)
    const result = await context.command('nft', ['-f', '-'], {
      timeoutMs: TIMEOUT_MS,
      input: script,
    })
    if (result.status === 0) return { happened: 'yes', detail: `${wanted.address} is blocked` }
    // nft applies a script whole or not at all; only one that was cut short may have gone through.
    const happened = result.status === -1 ? 'unknown' : 'no'
    return { happened, detail: `nft: ${firstLine(result.stderr)}` }
  },
  verify: probe,
  async undo(wanted, context): Promise<Act> {
    const address = blockableAddress(wanted.address, context)
    const before = await probe(wanted, context)
    if (before.state === 'not-done')
      return { happened: 'yes', detail: `${address} is no longer blocked` }
    const args = ['delete', 'element', 'inet', 'vedette', setOf(address), '{', address, '}']
    const result = await context.command('nft', args, { timeoutMs: TIMEOUT_MS })
    if (result.status === 0) return { happened: 'yes', detail: `${address} is no longer blocked` }
    const happened = result.status === -1 ? 'unknown' : 'no'
    return { happened, detail: `nft: ${firstLine(result.stderr)}` }
  },
})

const setOf = (address: string) => (address.includes(':') ? 'blocked6' : 'blocked4')
const firstLine = (text: string) => text.trim().split('\n')[0]?.slice(0, 300) ?? ''

/** One transaction that may be given any number of times: what is there already is left, our chains are made anew. */
function scriptOf(wanted: Input, context: ActionContext): string {
  const address = blockableAddress(wanted.address, context)
  const seconds = Math.max(1, Math.round(wanted.timeout / 1_000))
  const hooks = ['input', 'forward', 'output']
  const rulesOf = (hook: string) =>
    [hook === 'output' ? '' : 'saddr', hook === 'input' ? '' : 'daddr'].flatMap((side) =>
      side === ''
        ? []
        : [
            `add rule inet vedette ${hook} ip ${side} @blocked4 counter drop`,
            `add rule inet vedette ${hook} ip6 ${side} @blocked6 counter drop`,
          ],
    )
  return `${[
    'add table inet vedette',
    'add set inet vedette blocked4 { type ipv4_addr; flags timeout; }',
    'add set inet vedette blocked6 { type ipv6_addr; flags timeout; }',
    ...hooks.flatMap((hook) => [
      `add chain inet vedette ${hook} { type filter hook ${hook} priority -10; policy accept; }`,
      `flush chain inet vedette ${hook}`,
      ...rulesOf(hook),
    ]),
    `add element inet vedette ${setOf(address)} { ${address} timeout ${seconds}s }`,
  ].join('\n')}\n`
}

const Listing = z.object({
  nftables: z.array(
    z.object({ set: z.object({ elem: z.array(z.unknown()).default([]) }).optional() }),
  ),
})
const Element = z.union([
  z.string(),
  z.object({ elem: z.object({ val: z.string() }) }).transform(({ elem }) => elem.val),
])

async function probe(wanted: Input, context: ActionContext): Promise<Probe> {
  const address = blockableAddress(wanted.address, context)
  const args = ['--json', 'list', 'set', 'inet', 'vedette', setOf(address)]
  const result = await context.command('nft', args, { timeoutMs: TIMEOUT_MS })
  if (result.status !== 0) {
    const isAbsent = /No such file or directory/i.test(result.stderr)
    const detail = firstLine(result.stderr) || 'nft did not start'
    return { state: isAbsent ? 'not-done' : 'unknown', detail }
  }
  const parsed = parseJson(result.stdout)
  const listing = Listing.safeParse(parsed.ok ? parsed.value : undefined)
  if (!listing.success) return { state: 'unknown', detail: 'the list of nft was not readable' }
  const elements = listing.data.nftables.flatMap(({ set }) => set?.elem ?? [])
  const blocked = elements.flatMap((one) => Element.safeParse(one).data ?? [])
  return blocked.includes(address)
    ? { state: 'done', detail: `${address} is in the set` }
    : { state: 'not-done', detail: `${address} is not in the set` }
}
