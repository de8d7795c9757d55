import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Finding } from '#shape/finding.ts'
import type { Incident } from '#shape/incident.ts'
import { closeIncident, createIncidentRoom } from './index.ts'
import { joinKeysOf } from './joins.ts'
import { absorbAll, PLAN } from './testing/absorbing.ts'
import { finding } from './testing/findings.ts'

/** Forty findings of one intrusion, each pair of stages tied by one entity only. */
function intrusion(tag = '', ip = '203.0.113.7', user = 'alice'): Finding[] {
  const c2 = tag === '' ? '203.0.113.200' : '203.0.113.201'
  const many = (stage: string, count: number, make: (n: number) => Finding) =>
    Array.from({ length: count }, (_, n) => ({
      ...make(n),
      ruleId: `${stage}-${n % 2}`,
      ruleTitle: `${stage} ${n % 2}`,
    }))
  return [
    ...many('idp', 10, (n) =>
      finding(
        [`${tag}idp${n}`, n],
        { user, src: ip },
        { tactics: ['credential-access'], techniques: ['T1110.003'], source: 'idp' },
      ),
    ),
    ...many('dc', 8, (n) =>
      finding(
        [`${tag}dc${n}`, 20 + n],
        { user, src: `10.1.1.${tag === '' ? 5 : 6}`, host: 'dc1' },
        {
          family: 'windows.security',
          tactics: ['lateral-movement'],
          techniques: ['T1021.001'],
          source: 'dc',
        },
      ),
    ),
    ...many('fs', 6, (n) =>
      finding(
        [`${tag}fs${n}`, 40 + n],
        { src: `10.1.1.${tag === '' ? 5 : 6}`, host: `fs1${tag}` },
        {
          family: 'windows.sysmon',
          tactics: ['execution'],
          techniques: ['T1059.001'],
          source: 'fs',
        },
      ),
    ),
    ...many('fw', 6, (n) =>
      finding(
        [`${tag}fw${n}`, 60 + n],
        { src: `10.1.1.${tag === '' ? 5 : 6}`, dst: c2, host: 'fw1' },
        {
          family: 'cisco.asa',
          tactics: ['command-and-control'],
          techniques: ['T1071.001'],
          source: 'fw',
        },
      ),
    ),
    ...many('gh', 5, (n) =>
      finding(
        [`${tag}gh${n}`, 80 + n],
        { user: `${user}-gh`, src: c2 },
        {
          family: 'github.audit',
          tactics: ['persistence'],
          techniques: ['T1098'],
          object: 'acme/app',
          source: 'gh',
        },
      ),
    ),
    ...many('ct', 5, (n) =>
      finding(
        [`${tag}ct${n}`, 100 + n],
        { user: `${user}-gh`, src: ip },
        {
          family: 'aws.cloudtrail',
          tactics: ['exfiltration'],
          techniques: ['T1537'],
          object: 'arn:aws:s3:::payroll-exports',
          source: 'ct',
        },
      ),
    ),
  ]
}

test('forty findings of one intrusion become one incident that says who, where from, what and when', () => {
  const findings = intrusion()
  assert.equal(findings.length, 40)
  const { open, opened } = absorbAll(findings)
  assert.equal(open.length, 1)
  assert.equal(opened, 1)
  const [one] = open
  assert.ok(one)
  assert.equal(one.findingCount, 40)
  assert.equal(one.timeline.length, 12)
  assert.equal(one.level, 'critical')
  assert.match(one.levelWhy, /high rule “idp 0”, critical target payroll, 6 tactics/)
  assert.deepEqual(one.targets, ['payroll', 'identity', 'code'])
  assert.equal(one.owner, 'finance-it')
  assert.deepEqual(one.tactics, [
    'execution',
    'persistence',
    'credential-access',
    'lateral-movement',
    'command-and-control',
    'exfiltration',
  ])
  assert.equal(one.title, 'alice: from password spraying to exfiltration, at 3 targets')
  assert.equal(
    one.story,
    'alice and alice-gh (from 203.0.113.7 and 203.0.113.200) went for passwords and keys, moved on to other machines, ran code and took data out, among other things, touching Payroll, identity and code, on 2026-01-05 from 09:00 to 10:44 UTC.',
  )
  assert.ok(one.advice.length > 0)
  assert.equal(new Set(one.advice.map((advice) => advice.mitigationId)).size, one.advice.length)
  assert.deepEqual(one.sources, ['ct', 'dc', 'fs', 'fw', 'gh', 'idp'])
})

test('two intrusions at the same time stay two, although domain controller and firewall see both', () => {
  const both = [...intrusion(), ...intrusion('b', '203.0.113.99', 'bob')].sort(
    (a, b) => a.time - b.time || (a.id < b.id ? -1 : 1),
  )
  const { open } = absorbAll(both)
  assert.deepEqual(open.map((incident) => incident.findingCount).sort(), [40, 40])
})

const noGlue: [string, Record<string, string>, Record<string, string>, Partial<Finding>?][] = [
  [
    'a host that only observed',
    { user: 'alice', src: '203.0.113.1', host: 'mail1' },
    { user: 'bob', src: '203.0.113.2', host: 'mail1' },
  ],
  [
    'a web server that everybody visits',
    { src: '203.0.113.1', host: 'web1' },
    { src: '203.0.113.2', host: 'web1' },
    { family: 'nginx.access' },
  ],
  [
    'a machine that people sign in to from elsewhere',
    { user: 'alice', src: '10.1.1.1', host: 'ts1' },
    { user: 'bob', src: '10.1.1.2', host: 'ts1' },
    { family: 'windows.security' },
  ],
  [
    'a domain controller of the plan',
    { user: 'alice', host: 'dc1' },
    { user: 'bob', host: 'dc1' },
    { family: 'windows.security' },
  ],
  [
    'a shared host of the plan',
    { user: 'alice', host: 'wts7' },
    { user: 'bob', host: 'wts7' },
    { family: 'windows.sysmon' },
  ],
  [
    'a shared account of the plan',
    { user: 'svc-scan', src: '203.0.113.1' },
    { user: 'svc-scan', src: '203.0.113.2' },
  ],
  [
    'a NAT address of the plan',
    { user: 'alice', src: '192.0.2.1' },
    { user: 'bob', src: '192.0.2.1' },
  ],
  [
    'our own public address',
    { user: 'alice', src: '198.51.100.4' },
    { user: 'bob', src: '198.51.100.4' },
  ],
  [
    'our own server as destination',
    { src: '203.0.113.1', dst: '10.2.0.9' },
    { src: '203.0.113.2', dst: '10.2.0.9' },
  ],
  [
    'root on two machines',
    { user: 'root', host: 'web1', src: '10.1.1.1' },
    { user: 'root', host: 'web2', src: '10.1.1.2' },
    { family: 'linux.auth' },
  ],
  ['nothing at all', {}, {}],
]
for (const [what, left, right, more] of noGlue)
  test(`${what} does not tie two findings together`, () => {
    const { open } = absorbAll([finding(['1', 0], left, more), finding(['2', 1], right, more)])
    assert.equal(open.length, 2)
  })

const glue: [string, Record<string, string>, Record<string, string>, Partial<Finding>?][] = [
  ['a user', { user: 'alice' }, { user: 'ALICE', src: '203.0.113.1' }],
  ['a user acted upon', { user: 'mallory', victim: 'alice' }, { user: 'alice' }],
  ['an address', { src: '203.0.113.1' }, { user: 'bob', src: '203.0.113.1' }],
  [
    'an outside address that was called',
    { src: '10.1.1.1', dst: '203.0.113.1' },
    { src: '10.1.1.2', dst: '203.0.113.1' },
  ],
  [
    'a workstation on which both happened',
    { user: 'alice', host: 'ws1' },
    { user: 'svc-sql', host: 'ws1' },
    { family: 'windows.security' },
  ],
  [
    'an endpoint with its own address',
    { host: 'ws1', src: '10.1.1.1' },
    { host: 'ws1' },
    { family: 'windows.sysmon' },
  ],
  [
    'root on one machine',
    { user: 'root', host: 'web1', src: '10.1.1.1' },
    { user: 'root', host: 'web1' },
    { family: 'linux.auth' },
  ],
]
for (const [what, left, right, more] of glue)
  test(`${what} ties two findings together`, () => {
    const { open } = absorbAll([finding(['1', 0], left, more), finding(['2', 1], right, more)])
    assert.equal(open.length, 1)
  })

const crowd = (kind: 'user' | 'ip', role: 'actor' | 'target' | 'destination', ids: string[]) =>
  ids.map((id) => ({ kind, id, name: id, role }))
const PEOPLE = ['alice', 'bob', 'carol', 'dave']
const spray = (id: string, at: number, people = PEOPLE) => {
  const base = finding([id, at], { src: '203.0.113.1' })
  return { ...base, entities: [...base.entities, ...crowd('user', 'actor', people)] }
}

test('a spray ties by its address, not by each of the people it was tried on', () => {
  const { open } = absorbAll([
    spray('1', 0),
    finding(['2', 1], { user: 'dave' }),
    finding(['3', 2], { user: 'zoe', src: '203.0.113.1' }),
  ])
  assert.deepEqual(open.map((incident) => incident.findingCount).sort(), [1, 2])
})

test('three people are few enough to join by each of them', () => {
  const { open } = absorbAll([
    spray('1', 0, PEOPLE.slice(0, 3)),
    finding(['2', 1], { user: 'carol' }),
  ])
  assert.equal(open.length, 1)
})

test('a scan ties by who scans, not by each machine that it reached', () => {
  const reached = ['192.0.2.51', '192.0.2.52', '192.0.2.53', '192.0.2.54']
  const base = finding(['1', 0], { src: '203.0.113.1' })
  const scan = { ...base, entities: [...base.entities, ...crowd('ip', 'destination', reached)] }
  assert.deepEqual(joinKeysOf(scan, PLAN), ['ip:203.0.113.1'])
})

test('a finding about nothing but a crowd meets its own rule, however the crowd grows', () => {
  const only = (id: string, people: string[]) => ({
    ...finding([id, 0], {}, { ruleId: 'crowd' }),
    entities: crowd('user', 'target', people),
  })
  const { open } = absorbAll([only('1', PEOPLE), only('2', [...PEOPLE, 'erin'])])
  assert.equal(open.length, 1)
})

test('findings more than a day apart stay apart until one between ties them', () => {
  const early = finding(['a', 0], { user: 'alice' })
  const late = finding(['c', 30 * 60], { user: 'alice' })
  assert.equal(absorbAll([early, late]).open.length, 2)
  const { open, kept } = absorbAll([early, late, finding(['b', 15 * 60], { user: 'alice' })])
  assert.equal(open.length, 1)
  const swallowed = [...kept.values()].find((incident) => incident.status === 'closed')
  assert.equal(swallowed?.closeReason, 'duplicate')
  assert.deepEqual(open[0]?.merged, [swallowed?.id])
  assert.equal(open[0]?.findingCount, 3)
})

test('the older of two incidents that turn out to be one stays', () => {
  const room = createIncidentRoom({ plan: PLAN })
  const first = room.absorb(finding(['1', 0], { user: 'alice' }), [], { now: 1 }).incident
  const second = room.absorb(finding(['2', 1], { src: '203.0.113.1' }), [], { now: 2 }).incident
  assert.ok(first && second)
  const both = room.absorb(
    finding(['3', 2], { user: 'alice', src: '203.0.113.1' }),
    [second, first],
    { now: 3 },
  )
  assert.equal(both.incident?.id, first.id)
  assert.equal(both.isNew, false)
  assert.deepEqual(
    both.merged.map((incident) => incident.id),
    [second.id],
  )
  assert.equal(both.incident?.findingCount, 3)
})

const groupsOf = (open: readonly Incident[]) =>
  open.map((incident) => incident.findingIds.toSorted().join(' ')).sort()

test('the order of arrival never decides which findings belong together', () => {
  const name = fc.constantFrom('alice', 'bob', 'carol', 'root', 'dave')
  const address = fc.constantFrom(
    '203.0.113.1',
    '203.0.113.2',
    '10.1.1.1',
    '10.1.1.2',
    '198.51.100.4',
  )
  const host = fc.constantFrom('ws1', 'ws2', 'dc1', 'web1')
  const about = fc.record({ user: name, src: address, dst: address, host }, { requiredKeys: [] })
  const one = fc.tuple(
    about,
    fc.integer({ min: 0, max: 4 * 24 * 60 }),
    fc.constantFrom('windows.sysmon', 'linux.auth', 'nginx.access'),
  )
  const list = fc.array(one, { minLength: 2, maxLength: 14 })
  fc.assert(
    fc.property(list, fc.infiniteStream(fc.nat()), (rows, chance) => {
      const findings = rows.map(([entities, at, family], index) =>
        finding([String(index), at], entities, { family }),
      )
      const weights = findings.map(() => chance.next().value ?? 0)
      const shuffled = findings
        .map((item, index) => ({ item, weight: weights[index] ?? 0 }))
        .sort((a, b) => a.weight - b.weight)
        .map(({ item }) => item)
      assert.deepEqual(groupsOf(absorbAll(shuffled).open), groupsOf(absorbAll(findings).open))
    }),
    { numRuns: 150 },
  )
})

test('the intrusion stays one incident when its findings arrive shuffled', () => {
  fc.assert(
    fc.property(fc.shuffledSubarray(intrusion(), { minLength: 40 }), (shuffled) => {
      assert.equal(absorbAll(shuffled).open.length, 1)
    }),
    { numRuns: 15 },
  )
})

test('a replayed finding changes nothing, also after the incident was closed', () => {
  const one = finding(['1', 0], { user: 'alice' })
  assert.equal(absorbAll([one, one]).open[0]?.findingCount, 1)
  const room = createIncidentRoom({ plan: PLAN })
  const { incident } = room.absorb(one, [], { now: 1 })
  assert.ok(incident)
  const closed = closeIncident(incident, { reason: 'true', by: 'ann', at: 2 })
  assert.ok(closed.ok)
  assert.equal(room.absorb(one, [], { now: 3, closed: [closed.value] }).incident, undefined)
})

test('a new alert after closing opens a new incident that names the closed one', () => {
  const room = createIncidentRoom({ plan: PLAN })
  const { incident } = room.absorb(finding(['1', 0], { user: 'alice' }), [], { now: 1 })
  assert.ok(incident)
  const closed = closeIncident(incident, { reason: 'false', by: 'ann', at: 2 })
  assert.ok(closed.ok)
  const again = room.absorb(finding(['2', 5], { user: 'alice' }), [closed.value], {
    now: 3,
    closed: [closed.value],
  })
  assert.equal(again.isNew, true)
  assert.deepEqual(again.incident?.related, [incident.id])
})
