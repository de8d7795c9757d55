import { z } from 'zod'
import { isAddressOrRange } from './addresses.ts'
import { Duration } from './duration.ts'

/** Kinds of things to protect. */
const TARGET_KINDS = ['system', 'repository', 'pipeline', 'identity', 'data', 'network'] as const

const Id = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]{0,63}$/i, 'expected an id of letters, digits, dots and dashes')
const Words = z.string().min(1, 'expected some text').max(500)
const Name = z.string().max(300).default('')
const Glob = z.string().min(1, 'expected a name, * matches anything').max(300)
const Range = z.string().refine(isAddressOrRange, 'expected an address or a range like 10.0.0.0/8')

const list = <T extends z.ZodType>(item: T) => z.array(item).max(2_000).default([])

const Shared = z.strictObject({
  users: list(Glob).describe('Accounts that many people or machines use.'),
  hosts: list(Glob).describe('Machines that everybody touches: domain controllers, proxies.'),
  ips: list(Range).describe('Addresses that stand for many: NAT, proxies, scanners.'),
})

const Matches = z.strictObject({
  users: list(Glob).describe('Accounts that belong to the target.'),
  hosts: list(Glob).describe('Host names that belong to the target.'),
  ips: list(Range).describe('Addresses and ranges of the target.'),
  repositories: list(Glob).describe('Repositories, owner/name.'),
  accounts: list(Glob).describe('Cloud accounts, subscriptions, projects.'),
  objects: list(Glob).describe('Objects acted upon: buckets, tables, files.'),
})

const Target = z.strictObject({
  id: Id.describe('Short name used elsewhere in the plan.'),
  name: Name.describe('Name for people.'),
  kind: z.enum(TARGET_KINDS).default('system').describe('What it is.'),
  owner: Name.describe('Who answers for it.'),
  criticality: z
    .enum(['critical', 'high', 'medium', 'low'])
    .default('medium')
    .describe('What its loss would mean; raises or lowers the level of incidents.'),
  exposure: z
    .enum(['internet', 'internal', 'restricted'])
    .default('internal')
    .describe('Who can reach it.'),
  matches: Matches.prefault({}).describe('How it is recognised in events.'),
  threats: list(Words).describe('ATT&CK technique ids (T1110.003) or tactics (credential-access).'),
})

const Match = z.strictObject({
  feed: Glob.optional().describe('Input it arrives by: syslog, http:okta, file:/var/log/auth.log.'),
  host: Glob.optional().describe('Host that logs it.'),
  app: Glob.optional().describe('Syslog app name, HEC sourcetype or index.'),
})

const Source = z
  .strictObject({
    id: Id.describe('Name of the source.'),
    family: z
      .string()
      .regex(/^[a-z0-9]+([._-][a-z0-9]+)*$/, 'expected a family like windows.security')
      .optional()
      .describe('Kind of log; absent: recognise each record by its content.'),
    owner: Name.describe('Who can repair it.'),
    purpose: Name.describe('Why it is collected.'),
    match: Match.prefault({}).describe('Which records belong to it.'),
    targets: list(Id).describe('Targets it watches.'),
    freshness: Duration.prefault('1h').describe('Longest normal silence: 15m, 1h, 1d.'),
    fields: list(Words).describe('Columns or native fields that must be present: user, src_ip.'),
  })
  .transform(({ freshness, ...rest }) => ({ ...rest, freshnessMs: freshness }))

const Needs = z.strictObject({
  families: list(Words).describe(
    'Kinds of log, windows.* for all of a kind; each target needs a source of one of them.',
  ),
  fields: list(Words).describe('Fields that must be present in them.'),
  share: z
    .number()
    .gt(0)
    .max(1)
    .default(0.9)
    .describe('Share of events in which each field must be present.'),
})

const Obligation = z.strictObject({
  id: Id.describe('Name of the obligation.'),
  standard: Words.describe('Standard, PCI DSS 4.0.1.'),
  clause: Words.describe('Clause, in quotes: "10.2.1".'),
  text: Name.describe('What it asks, in own words.'),
  needs: Needs.prefault({}).describe('What live data must show.'),
  targets: list(Id).describe('Targets in scope; none: every target of the plan.'),
})

const Budgets = z.strictObject({
  alertsPerDay: z
    .int()
    .positive()
    .default(20)
    .describe('Incidents a day that the team can attend to.'),
  noise: z
    .strictObject({
      maxShare: z
        .number()
        .gt(0)
        .max(1)
        .default(0.5)
        .describe('Share of all events that a source may take without having found anything.'),
    })
    .prefault({})
    .describe('When volume becomes noise.'),
})

/** The plan file: what to protect, from what, with which sources, for whom, within which budget. */
export const PLAN_SCHEMA = z.strictObject({
  version: z.literal(1).describe('Version of this format.'),
  name: Words.describe('Name of the plan.'),
  owner: Name.describe('Who answers for the plan.'),
  networks: list(Range).describe('Addresses and ranges that are ours.'),
  shared: Shared.prefault({}).describe('Entities too common to join incidents.'),
  targets: list(Target).describe('What is protected.'),
  sources: list(Source).describe('What is collected, and what is expected of it.'),
  obligations: list(Obligation).describe('Clauses that demand logging.'),
  budgets: Budgets.prefault({}).describe('How much attention there is.'),
})

/** The plan, checked and frozen. */
export interface Plan extends Readonly<z.output<typeof PLAN_SCHEMA>> {
  /** File it came from; '' when there is none. */
  readonly path: string
  /** Line of each list item and section by dotted path: `sources.2` → 41. */
  readonly lines: Readonly<Record<string, number>>
}

/** One target of the plan. */
export type PlanTarget = z.output<typeof Target>
/** One source of the plan. */
export type PlanSource = z.output<typeof Source>
/** One obligation of the plan. */
export type PlanObligation = z.output<typeof Obligation>

/** JSON schema of plan.yaml for editors. */
export function planJsonSchema(): Record<string, unknown> {
  return { ...z.toJSONSchema(PLAN_SCHEMA, { io: 'input' }) }
}
