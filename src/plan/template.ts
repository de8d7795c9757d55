import { OBLIGATION_SEEDS, type STANDARDS } from './obligation-seeds.ts'
import { writeYaml } from './yaml.ts'

/** What `vedette plan init` asks. */
interface PlanAnswers {
  /** Name of the organisation or team. */
  readonly name: string
  readonly owner?: string
  /** Own networks in CIDR. */
  readonly networks?: readonly string[]
  readonly targets?: readonly {
    readonly id: string
    readonly name: string
    readonly kind: 'system' | 'repository' | 'pipeline' | 'identity' | 'data' | 'network'
    readonly criticality: 'critical' | 'high' | 'medium' | 'low'
    readonly exposure: 'internet' | 'internal' | 'restricted'
  }[]
  /** Sources that exist: id, family, feed. */
  readonly sources?: readonly {
    readonly id: string
    readonly family: string
    readonly feed: string
    readonly host?: string
  }[]
  readonly standards?: readonly (typeof STANDARDS)[number][]
}

/** Techniques that a target of this kind should at least be watched for. */
const THREATS: Readonly<Record<string, readonly string[]>> = {
  data: ['T1530', 'T1567', 'T1485'],
  identity: ['T1110', 'T1078', 'T1098', 'T1621'],
  network: ['T1133', 'T1046', 'T1071'],
  pipeline: ['T1195', 'T1552', 'T1098'],
  repository: ['T1213', 'T1098', 'T1552'],
  system: ['T1110', 'T1059', 'T1136', 'T1070'],
}

const SEED_PREFIX: Readonly<Record<(typeof STANDARDS)[number], string>> = {
  'iso-27001': 'iso-',
  nis2: 'nis2-',
  'pci-dss': 'pci-',
  soc2: 'soc2-',
}

/** The text of a first plan.yaml out of a few answers. It loads without problems and says what to do next. */
export function planTemplate(answers: PlanAnswers): string {
  const { owner = '', networks = [], targets = [], sources = [], standards = [] } = answers
  const targetIds = targets.map((target) => target.id)
  const families = [...new Set(sources.map((source) => source.family))]
  const plan = {
    version: 1,
    name: answers.name === '' ? 'our plan' : answers.name,
    owner,
    networks,
    shared: { users: [], hosts: [], ips: [] },
    targets: targets.map((target) => ({
      ...target,
      owner,
      matches: { users: [], hosts: target.kind === 'system' ? [target.id] : [] },
      threats: THREATS[target.kind] ?? [],
    })),
    sources: sources.map(({ id, family, feed, host }) => ({
      id,
      family,
      owner,
      purpose: '',
      match: { feed, ...(host === undefined ? {} : { host }) },
      targets: targetIds,
      freshness: '1h',
      fields: ['user', 'src_ip'],
    })),
    obligations: OBLIGATION_SEEDS.filter((seed) =>
      standards.some((standard) => seed.id.startsWith(SEED_PREFIX[standard])),
    ).map(({ fields, ...seed }) => ({ ...seed, needs: { families, fields }, targets: targetIds })),
    budgets: { alertsPerDay: 20, noise: { maxShare: 0.5 } },
  }
  const example = targets.length === 0 || sources.length === 0 ? EXAMPLE : ''
  return `${HEADER}${writeYaml(plan)}${example}`
}

const EXAMPLE = `
# A target, to be written under targets:
#   - id: payroll
#     name: Payroll
#     kind: system              # system, repository, pipeline, identity, data, network
#     owner: finance-it
#     criticality: critical     # critical, high, medium, low
#     exposure: internal        # internet, internal, restricted
#     matches: { hosts: ["payroll*"], users: [svc-payroll] }
#     threats: [T1110, T1078, exfiltration]
#
# A source that watches it, to be written under sources:
#   - id: domain-controller
#     family: windows.security
#     owner: windows-team
#     purpose: sign-ins and changes of rights
#     match: { feed: "http:dc" }
#     targets: [payroll]
#     freshness: 15m
#     fields: [user, src_ip]
`

const HEADER = `# What you protect, from what, and with which sources. Everything Vedette shows is judged against this file.
# Next: give each target its real hosts, users and repositories under matches, each source its purpose and only
# the targets it watches, and each obligation the kinds of log it needs. Then: vedette plan check
`
