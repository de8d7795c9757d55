import { z } from 'zod'
import { parseJson } from '#base/json.ts'

const HOOKS = ['input', 'forward', 'output'] as const
const PRIORITY = -10

/** One rule of ours: packets at a hook whose address of one side is in a set are dropped. */
interface DropRule {
  readonly hook: string
  readonly protocol: 'ip' | 'ip6'
  readonly side: 'saddr' | 'daddr'
  readonly set: string
}

/** What comes in is judged by its sender, what goes out by its receiver, what passes through by both. */
const RULES: readonly DropRule[] = HOOKS.flatMap((hook) =>
  (['saddr', 'daddr'] as const)
    .filter((side) => (side === 'saddr' ? hook !== 'output' : hook !== 'input'))
    .flatMap((side) => [
      { hook, protocol: 'ip', side, set: 'blocked4' } as const,
      { hook, protocol: 'ip6', side, set: 'blocked6' } as const,
    ]),
)

const SETS = { blocked4: 'ipv4_addr', blocked6: 'ipv6_addr' } as const

/** The set that an address belongs to. */
export const setOf = (address: string) => (address.includes(':') ? 'blocked6' : 'blocked4')

/** Makes table, sets, chains and rules; may be given any number of times: our own chains are made anew. */
export function setupLines(): string[] {
  return [
    'add table inet vedette',
    ...Object.entries(SETS).map(
      ([set, type]) => `add set inet vedette ${set} { type ${type}; flags timeout; }`,
    ),
    ...HOOKS.flatMap((hook) => [
      `add chain inet vedette ${hook} { type filter hook ${hook} priority ${PRIORITY}; policy accept; }`,
      `flush chain inet vedette ${hook}`,
      ...RULES.filter((rule) => rule.hook === hook).map(
        ({ protocol, side, set }) =>
          `add rule inet vedette ${hook} ${protocol} ${side} @${set} counter drop`,
      ),
    ]),
  ]
}

/** Puts the address into its set for a time. */
export function blockLine(address: string, timeoutMs: number): string {
  const seconds = Math.max(1, Math.round(timeoutMs / 1_000))
  return `add element inet vedette ${setOf(address)} { ${address} timeout ${seconds}s }`
}

const Listing = z.object({
  nftables: z.array(
    z.object({
      set: z.object({ name: z.string(), elem: z.array(z.unknown()).default([]) }).optional(),
      chain: z
        .object({ name: z.string(), hook: z.string().optional(), prio: z.number().optional() })
        .optional(),
      rule: z.object({ chain: z.string(), expr: z.array(z.unknown()) }).optional(),
    }),
  ),
})
const Element = z.union([
  z.string(),
  z.object({ elem: z.object({ val: z.string() }) }).transform(({ elem }) => elem.val),
])
const Match = z.object({
  match: z.object({
    op: z.literal('=='),
    left: z.object({ payload: z.object({ protocol: z.string(), field: z.string() }) }),
    right: z.string(),
  }),
})
const Drop = z.object({ drop: z.null() })

/** What nft says of our table. */
interface Ruleset {
  /** Addresses in the sets. */
  readonly blocked: readonly string[]
  /** True when every set, chain and rule is in place. */
  readonly isSetUp: boolean
}

/** Reads the answer of `nft --json list table inet vedette` or `list set`; undefined when it is not readable. */
export function readRuleset(text: string): Ruleset | undefined {
  const parsed = parseJson(text)
  const listing = Listing.safeParse(parsed.ok ? parsed.value : undefined)
  if (!listing.success) return undefined
  const items = listing.data.nftables
  const sets = items.flatMap(({ set }) => set ?? [])
  const chains = items.flatMap(({ chain }) => chain ?? [])
  const rules = new Set(items.flatMap(({ rule }) => (rule ? ruleKey(rule) : [])))
  const isSetUp =
    Object.keys(SETS).every((name) => sets.some((set) => set.name === name)) &&
    HOOKS.every((hook) =>
      chains.some((chain) => chain.hook === hook && chain.name === hook && chain.prio === PRIORITY),
    ) &&
    RULES.every(({ hook, protocol, side, set }) => rules.has(`${hook} ${protocol} ${side} @${set}`))
  return {
    blocked: sets.flatMap(({ elem }) => elem).flatMap((one) => Element.safeParse(one).data ?? []),
    isSetUp,
  }
}

/** The key of a rule that drops by one set; nothing for any other rule. */
function ruleKey({ chain, expr }: { chain: string; expr: readonly unknown[] }): string[] {
  const match = Match.safeParse(expr[0])
  const isDrop = expr.length <= 3 && expr.some((part) => Drop.safeParse(part).success)
  if (!match.success || !isDrop) return []
  const { left, right } = match.data.match
  return [`${chain} ${left.payload.protocol} ${left.payload.field} ${right}`]
}
