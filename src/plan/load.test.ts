import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  addressRange,
  canonicalAddress,
  createAddressSet,
  defaultPlan,
  loadConfig,
  loadPlan,
  matchesGlob,
  mitigationsOf,
  parseDuration,
  parseHostPort,
  planJsonSchema,
  planLookup,
  planRoutes,
  planTemplate,
  resolveSecret,
  tacticOf,
  techniqueOf,
  techniquesOfTactic,
  wantedFields,
} from './index.ts'
import { OBLIGATION_SEEDS } from './obligation-seeds.ts'

const problemsOf = (text: string) => loadPlan(text, 'plan.yaml').problems.map((one) => one.text)
const noSecrets = { env: () => undefined, file: () => '' }

test('all problems of a plan come at once, in file order, each with its place and the nearest word', () => {
  const text = `version: 1
name: x
owners: me
targets:
  - id: payroll
    criticality: crtical
    threats: [T1110, T9999, credental-access]
sources:
  - id: idp
    match: { feed: a, hots: b }
    freshness: 5 parsecs
    targets: [payrol]
  - id: idp
    freshness: 15m
obligations:
  - { id: o, standard: PCI, clause: 10.10 }
networks: [10.0.0.0/33]
`
  assert.deepEqual(problemsOf(text), [
    'plan.yaml:3:1 owners — unknown key · did you mean "owner"?',
    'plan.yaml:6:18 targets.0.criticality — expected one of critical, high, medium, low, got "crtical" · did you mean "critical"?',
    'plan.yaml:7:22 targets.0.threats.1 — expected an ATT&CK 18.1 technique like T1110 or a tactic like credential-access, got "T9999"',
    'plan.yaml:7:29 targets.0.threats.2 — expected an ATT&CK 18.1 technique like T1110 or a tactic like credential-access, got "credental-access" · did you mean "credential-access"?',
    'plan.yaml:10:23 sources.0.match.hots — unknown key · did you mean "host"?',
    'plan.yaml:11:16 sources.0.freshness — expected a duration like 15m, got "5 parsecs"',
    'plan.yaml:12:15 sources.0.targets.0 — no target has the id "payrol" · did you mean "payroll"?',
    'plan.yaml:13:5 sources.1 — says no way to recognise its records: give match.feed, match.host or match.app',
    'plan.yaml:13:9 sources.1.id — the id "idp" is taken by line 9',
    'plan.yaml:16:37 obligations.0.clause — expected text, got 10.1 · write it in quotes',
    'plan.yaml:17:12 networks.0 — expected an address or a range like 10.0.0.0/8, got "10.0.0.0/33"',
  ])
})

const broken: [string, RegExp][] = [
  ['', /version — is missing/],
  ['- 1', /expected a mapping, got a list/],
  ['a: [1\nb: }', /plan\.yaml:\d+:\d+ — /],
  ['version: 2\nname: x', /version — expected one of 1, got 2/],
  ['version: 1\nname: x\nname: y', /:3:1 — .*unique/i],
  ['version: 1\nname: ${env:NAME}', /a plan holds no secrets/],
  ['version: 1\nname: x\ntargets: { id: x }', /targets — expected a list, got a mapping/],
  ['version: 1\nname: x\ntargets: [{ id: "a b" }]', /targets\.0\.id — expected an id/],
  ['version: 1\nname: x\nbudgets: { noise: { maxShare: 2 } }', /budgets\.noise\.maxShare/],
  ['version: 1\nname: x\n__proto__: { a: 1 }', /unknown key/],
  [`version: 1\nname: ${'x'.repeat(3_000_000)}`, /longer than/],
  [
    `a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c,*c,*c,*c,*c,*c]`,
    /alias/i,
  ],
  ['\u0000\u0001', /plan\.yaml:1:/],
]
for (const [text, wanted] of broken)
  test(`the plan ${JSON.stringify(text.slice(0, 40))} is refused: ${wanted.source}`, () => {
    const { plan, problems } = loadPlan(text, 'plan.yaml')
    assert.equal(plan, undefined)
    assert.match(problems.map((one) => one.text).join('\n'), wanted)
  })

test('no text makes the loader throw', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'ab:-[]{}&*!|>"\'\n \t#%,?0') }), (text) => {
      const { plan, problems } = loadPlan(text, 'p')
      assert.ok(plan !== undefined || problems.length > 0)
    }),
    { numRuns: 300 },
  )
})

test('a plan is frozen, with defaults, durations in milliseconds and the line of each item', () => {
  const { plan } = loadPlan(
    'version: 1\nname: x\nsources:\n  - id: dc\n    match: { feed: a }\n    freshness: 1h30m\n    fields:\n      - user\n',
    'plan.yaml',
  )
  assert.ok(plan)
  assert.equal(plan.sources[0]?.freshnessMs, 5_400_000)
  assert.equal(plan.budgets.alertsPerDay, 20)
  assert.equal(plan.lines['sources.0'], 4)
  assert.equal(plan.lines['sources.0.fields.0'], 8)
  assert.ok(Object.isFrozen(plan.sources[0]?.match))
})

test('routes and wanted fields follow the sources, and obligations add fields to their families', () => {
  const { plan } = loadPlan(
    `version: 1
name: x
sources:
  - { id: dc, family: windows.security, match: { feed: "http:dc", host: "dc*" }, fields: [user] }
  - { id: any, match: { app: sshd } }
obligations:
  - { id: o, standard: S, clause: "1", needs: { families: [windows.security], fields: [user, outcome] } }
`,
    'p',
  )
  assert.ok(plan)
  assert.deepEqual(planRoutes(plan), [
    { id: 'dc', family: 'windows.security', feed: 'http:dc', host: 'dc*' },
    { id: 'any', app: 'sshd' },
  ])
  assert.deepEqual(wantedFields(plan), { dc: ['user', 'outcome'], any: ['user', 'outcome'] })
})

test('the template loads without problems, bare and full', () => {
  assert.deepEqual(problemsOf(planTemplate({ name: 'acme' })), [])
  const full = planTemplate({
    name: 'acme: "quoted"',
    owner: 'soc',
    networks: ['10.0.0.0/8'],
    targets: (['system', 'repository', 'pipeline', 'identity', 'data', 'network'] as const).map(
      (kind) => ({ id: kind, name: kind, kind, criticality: 'high', exposure: 'internal' }),
    ),
    sources: [{ id: 'dc', family: 'windows.security', feed: 'http:dc', host: 'dc*' }],
    standards: ['pci-dss', 'iso-27001', 'nis2', 'soc2'],
  })
  const { plan, problems } = loadPlan(full, 'p')
  assert.deepEqual(problems, [])
  assert.equal(plan?.obligations.length, OBLIGATION_SEEDS.length)
})

test('the JSON schema describes every key', () => {
  const walk = (node: unknown): string[] => {
    if (typeof node !== 'object' || node === null) return []
    return Object.entries(node).flatMap(([key, value]) =>
      key === 'properties' && typeof value === 'object' && value !== null
        ? Object.entries(value).flatMap(([name, child]: [string, unknown]) => [
            ...(typeof child === 'object' && child !== null && 'description' in child
              ? []
              : [name]),
            ...walk(child),
          ])
        : walk(value),
    )
  }
  assert.deepEqual(walk(planJsonSchema()), [])
})

test('an empty configuration is all defaults: loopback only, own logs read', () => {
  const { config, problems } = loadConfig('', 'vedette.yaml', noSecrets)
  assert.deepEqual(problems, [])
  assert.deepEqual(config?.listen, {
    http: { host: '127.0.0.1', port: 7480 },
    syslog: { host: '127.0.0.1', port: 5514 },
  })
  assert.deepEqual(
    [config?.data, config?.ownLogs, config?.retention.days, config?.zone],
    ['./.vedette', true, 30, 'UTC'],
  )
})

test('a configuration with typos names each with its place', () => {
  const text =
    'listen: { http: "nope", syslog: on }\nwebhooks: { github: { secret: abc } }\nzone: Mars/Olympus\ninputs: [{ kind: fil }]\negres: {}\nretention: { days: 0 }'
  const { config, problems } = loadConfig(text, 'vedette.yaml', noSecrets)
  assert.equal(config, undefined)
  assert.deepEqual(
    problems.map((one) => `${one.line} ${one.at}`),
    [
      '1 listen.http',
      '1 listen.syslog',
      '2 webhooks.github.secret',
      '3 zone',
      '4 inputs.0.kind',
      '5 egres',
      '6 retention.days',
    ],
  )
  assert.match(problems[4]?.text ?? '', /did you mean "file"\?/)
  assert.match(problems[5]?.text ?? '', /did you mean "egress"\?/)
})

test('secrets are references, looked up beside the file, and never shown', () => {
  const text =
    'webhooks:\n  github: { secret: "${env:HOOK}" }\n  other: { secret: "${file:keys/other}" }\nlisten: { syslog: off }\n'
  const asked: string[] = []
  const place = {
    env: (name: string) => (name === 'HOOK' ? 'hush-hush' : undefined),
    file: (path: string) => {
      asked.push(path)
      return 'from-file\n'
    },
  }
  const { config } = loadConfig(text, '/etc/vedette/vedette.yaml', place)
  assert.equal(config?.webhooks['github']?.secret.reveal(), 'hush-hush')
  assert.equal(config?.webhooks['other']?.secret.reveal(), 'from-file')
  assert.deepEqual(asked, ['/etc/vedette/keys/other'])
  assert.equal(config?.listen.syslog, 'off')
  assert.doesNotMatch(JSON.stringify(config), /hush-hush|from-file/)
  const missing = loadConfig(text, 'v', noSecrets)
  assert.match(
    missing.problems[0]?.text ?? '',
    /v:2:\d+ webhooks\.github\.secret — the environment variable HOOK is not set/,
  )
})

test('only a whole reference is one', () => {
  const place = { source: { env: () => 'v', file: () => 'v' }, folder: '.' }
  for (const text of ['x${env:A}', '${env:A}x', '${ENV:A}', '$env:A', '${env:}', 'A'])
    assert.equal(resolveSecret(text, place).ok, false)
  assert.equal(resolveSecret('${env:A}', place).ok, true)
})

const hosts: [string, string | undefined][] = [
  ['127.0.0.1:5514', '127.0.0.1 5514'],
  ['[::1]:0', '::1 0'],
  ['localhost:80', 'localhost 80'],
  ['::1:80', undefined],
  ['127.0.0.1', undefined],
  ['127.0.0.1:99999', undefined],
  [':80', undefined],
]
for (const [text, wanted] of hosts)
  test(`${text} as an address to listen on`, () => {
    const found = parseHostPort(text)
    assert.equal(found && `${found.host} ${found.port}`, wanted)
  })

test('durations add up and nonsense is none', () => {
  assert.deepEqual(
    ['90s', '15m', '1h30m', '7d', '2w', '500ms'].map(parseDuration),
    [90_000, 900_000, 5_400_000, 604_800_000, 1_209_600_000, 500],
  )
  assert.deepEqual(
    ['', '5', '5 m', '-1h', '0s', '1y', '99999999w', '1h ', '1.5h'].map(parseDuration),
    Array.from({ length: 9 }, () => undefined),
  )
})

test('address sets know ranges, mapped addresses and nothing sloppy', () => {
  const set = createAddressSet([
    '10.0.0.0/8',
    '192.0.2.7',
    '2001:db8::/33',
    '0.0.0.0/33',
    '::ffff:172.16.0.0/108',
    'x',
  ])
  assert.equal(set.size, 4)
  for (const inside of [
    '10.255.0.1',
    '::ffff:10.0.0.1',
    '192.0.2.7',
    '2001:db8:7fff::1',
    '172.16.5.5',
  ])
    assert.ok(set.has(inside), inside)
  for (const outside of [
    '11.0.0.0',
    '192.0.2.8',
    '2001:db8:8000::1',
    '10.1',
    '010.0.0.1',
    '0xa.0.0.1',
    'fe80::1%eth0',
    '',
    '172.32.0.1',
  ])
    assert.ok(!set.has(outside), outside)
  assert.equal(canonicalAddress('2001:DB8:0:0::1'), '2001:db8::1')
  assert.equal(addressRange('::ffff:127.0.0.1'), 'loopback')
})

test('globs match whole texts, ignore case and stay quick on hostile ones', () => {
  assert.ok(
    matchesGlob('fs*', 'FS01') &&
      matchesGlob('*', '') &&
      matchesGlob('a?c*', 'abcd') &&
      matchesGlob('acme/*', 'acme/x/y'),
  )
  assert.ok(
    !matchesGlob('fs', 'fs1') &&
      !matchesGlob('?', '') &&
      !matchesGlob('*b', 'abc') &&
      !matchesGlob('', 'a'),
  )
  assert.equal(matchesGlob(`${'*a'.repeat(50)}b`, 'a'.repeat(20_000)), false)
})

test('a glob agrees with the plain definition', () => {
  const slow = (glob: string, text: string): boolean => {
    if (glob === '') return text === ''
    if (glob[0] === '*')
      return slow(glob.slice(1), text) || (text !== '' && slow(glob, text.slice(1)))
    return (
      text !== '' && (glob[0] === '?' || glob[0] === text[0]) && slow(glob.slice(1), text.slice(1))
    )
  }
  const part = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), maxLength: 6 })
  const plain = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 8 })
  fc.assert(
    fc.property(part, plain, (glob, text) =>
      assert.equal(matchesGlob(glob, text), slow(glob, text)),
    ),
  )
})

test('ATT&CK facts: techniques, parents, tactics, mitigations', () => {
  assert.equal(techniqueOf('t1110.003')?.name, 'Password Spraying')
  assert.deepEqual(techniqueOf('T1110')?.tactics, ['credential-access'])
  assert.ok(techniqueOf('T1110')?.logs.includes('WinEventLog:Security'))
  assert.equal(techniqueOf('T0000'), undefined)
  assert.ok(
    mitigationsOf('T1110.003').some(
      (one) => one.id === 'M1032' && one.name === 'Multi-factor Authentication',
    ),
  )
  assert.equal(tacticOf('Credential Access'), 'credential-access')
  assert.equal(tacticOf('credential_access'), 'credential-access')
  assert.ok(techniquesOfTactic('impact').length > 5)
  assert.ok(techniquesOfTactic('impact').every((one) => !one.id.includes('.')))
})

test('look-ups know targets by user, host, address, repository, object and account', () => {
  const { plan } = loadPlan(
    `version: 1
name: x
networks: [198.51.100.0/24]
shared: { users: ["svc-*"], hosts: [dc1], ips: [192.0.2.0/24] }
targets:
  - { id: pay, matches: { users: [alice], hosts: ["fs*"], ips: [10.1.0.0/16], objects: ["arn:aws:s3:::pay*"], accounts: ["123456789012"] } }
  - { id: code, matches: { repositories: ["acme/*"] } }
`,
    'p',
  )
  assert.ok(plan)
  const lookup = planLookup(plan)
  const entity = (kind: 'user' | 'host' | 'ip', id: string) => ({ kind, id, name: id })
  assert.deepEqual(lookup.targetsOfEntity(entity('user', 'alice')), ['pay'])
  assert.deepEqual(lookup.targetsOfEntity(entity('host', 'fs01')), ['pay'])
  assert.deepEqual(lookup.targetsOfEntity(entity('ip', '10.1.2.3')), ['pay'])
  assert.deepEqual(lookup.targetsOfEntity(entity('ip', '10.2.2.3')), [])
  assert.deepEqual(lookup.targetsOfObject('acme/site'), ['code'])
  assert.deepEqual(lookup.targetsOfObject('arn:aws:s3:::payroll'), ['pay'])
  assert.deepEqual(lookup.targetsOfObject('arn:aws:iam::123456789012:role/x'), ['pay'])
  assert.deepEqual(lookup.targetsOfObject(''), [])
  assert.ok(
    lookup.isShared(entity('user', 'svc-backup')) &&
      lookup.isShared(entity('ip', '192.0.2.9')) &&
      lookup.isShared(entity('host', 'dc1')),
  )
  assert.ok(!lookup.isShared(entity('user', 'alice')))
  assert.ok(lookup.isOwnAddress('::ffff:198.51.100.3'))
  assert.equal(planLookup(plan), lookup)
})

test('without a plan file there is a plan that protects nothing', () => {
  const plan = defaultPlan()
  assert.deepEqual([plan.path, plan.targets.length, plan.sources.length], ['', 0, 0])
})
