import { z } from 'zod'
import { Duration, shortDuration } from '#plan/index.ts'
import { type Act, type ActionContext, defineAction, type Probe } from '../../action.ts'
import { blockableAddress } from './guard.ts'
import { blockLine, readRuleset, setOf, setupLines } from './ruleset.ts'

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
  dryRun,
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

const firstLine = (text: string) => text.trim().split('\n')[0]?.slice(0, 300) ?? ''

/** One transaction that may be given any number of times: what is there already is left, our chains are made anew. */
function scriptOf(wanted: Input, context: ActionContext): string {
  const address = blockableAddress(wanted.address, context)
  return `${[...setupLines(), blockLine(address, wanted.timeout)].join('\n')}\n`
}

/** One line for people, then the lines that would change something, each shown once in a run. */
async function dryRun(wanted: Input, context: ActionContext): Promise<string[]> {
  const script = scriptOf(wanted, context)
  const address = blockableAddress(wanted.address, context)
  const checked = await context.command('nft', ['-c', '-f', '-'], {
    timeoutMs: TIMEOUT_MS,
    input: script,
  })
  const listed = await context.command('nft', ['--json', 'list', 'table', 'inet', 'vedette'], {
    timeoutMs: TIMEOUT_MS,
  })
  const present = listed.status === 0 ? readRuleset(listed.stdout) : undefined
  if (present?.blocked.includes(address))
    return [`${address} is blocked on this machine already; nothing would change.`]
  const setup = present?.isSetUp === true ? [] : setupLines()
  // In a table that is not there, there is nothing to flush.
  const changing = present ? setup : setup.filter((line) => !line.startsWith('flush '))
  const lines = [
    `Drops packets from and to ${address} on this machine for ${shortDuration(wanted.timeout)}.`,
    'nft -f - would get:',
    ...changing.filter((line) => !context.shown.includes(line)),
    blockLine(address, wanted.timeout),
  ]
  if (checked.status === 0) return lines
  return [...lines, `Would fail now: ${firstLine(checked.stderr) || 'nft did not start'}`]
}

async function probe(wanted: Input, context: ActionContext): Promise<Probe> {
  const address = blockableAddress(wanted.address, context)
  const args = ['--json', 'list', 'set', 'inet', 'vedette', setOf(address)]
  const result = await context.command('nft', args, { timeoutMs: TIMEOUT_MS })
  if (result.status !== 0) {
    const isAbsent = /No such file or directory/i.test(result.stderr)
    const detail = firstLine(result.stderr) || 'nft did not start'
    return { state: isAbsent ? 'not-done' : 'unknown', detail }
  }
  const present = readRuleset(result.stdout)
  if (!present) return { state: 'unknown', detail: 'the list of nft was not readable' }
  return present.blocked.includes(address)
    ? { state: 'done', detail: `${address} is in the set` }
    : { state: 'not-done', detail: `${address} is not in the set` }
}
