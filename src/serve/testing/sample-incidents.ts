import { derivedId } from '#base/hash.ts'
import type { Finding } from '#shape/finding.ts'
import type { Incident, TimelineEntry } from '#shape/incident.ts'
import type { SearchRow } from '#shape/search.ts'
import { FAMILY_OF, intrusion } from './sample-events.ts'

const MINUTE = 60_000_000

/** What a sample rule says about one event of the intrusion. */
interface Hit {
  readonly at: number
  readonly rule: string
  readonly title: string
  readonly kind: Finding['ruleKind']
  readonly level: Finding['level']
  readonly technique: string
  readonly tactic: string
  readonly why: string
  readonly matched: Finding['matched']
  readonly count?: number
}

const HITS: readonly Hit[] = [
  {
    at: 11,
    rule: 'okta-password-spray',
    title: 'Many accounts fail to sign in from one address',
    kind: 'correlation',
    level: 'medium',
    technique: 'T1110.003',
    tactic: 'credential-access',
    why: '12 failed sign-ins of 4 users from 203.0.113.77 in 12 minutes; the rule expects fewer than 10.',
    matched: [{ field: 'count', expected: '>= 10 in 15m by srcIp', seen: '12' }],
    count: 12,
  },
  {
    at: 12,
    rule: 'first-country-of-user',
    title: 'First sign-in of a user from this country',
    kind: 'baseline',
    level: 'high',
    technique: 'T1078.004',
    tactic: 'initial-access',
    why: 'mira.castell signed in from RO; in 90 days this user signed in from DE and NL only.',
    matched: [{ field: 'country', expected: 'DE, NL', seen: 'RO' }],
  },
  {
    at: 13,
    rule: 'aws-access-key-for-other',
    title: 'Access key created for another user',
    kind: 'sigma',
    level: 'high',
    technique: 'T1098.001',
    tactic: 'persistence',
    why: `mira.castell created an access key for deploy-bot, not for herself: ${'AKIAEXAMPLE'.repeat(9)}.`,
    matched: [
      { field: 'eventName', expected: 'CreateAccessKey', seen: 'CreateAccessKey' },
      { field: 'requestParameters.userName', expected: 'not the caller', seen: 'deploy-bot' },
    ],
  },
  {
    at: 14,
    rule: 'github-branch-protection-override',
    title: 'Branch protection overridden',
    kind: 'sigma',
    level: 'medium',
    technique: 'T1562.001',
    tactic: 'defense-evasion',
    why: 'mira-castell pushed to main of payroll-api past the branch protection.',
    matched: [
      {
        field: 'action',
        expected: 'protected_branch.policy_override',
        seen: 'protected_branch.policy_override',
      },
    ],
  },
  {
    at: 15,
    rule: 'win-domain-admins-member-added',
    title: 'Member added to Domain Admins',
    kind: 'sigma',
    level: 'critical',
    technique: 'T1098.007',
    tactic: 'privilege-escalation',
    why: 'mira.castell added svc-backup to Domain Admins (event 4728 on dc1).',
    matched: [
      { field: 'EventID', expected: '4728', seen: '4728' },
      { field: 'TargetUserName', expected: 'Domain Admins', seen: 'Domain Admins' },
    ],
  },
]

/** The findings of the sample intrusion, newest first. */
export function sampleFindings(now: number): Finding[] {
  const events = intrusion(now)
  return HITS.flatMap((hit) => {
    const event = events[hit.at]
    return event ? [findingOf(hit, event)] : []
  }).reverse()
}

function findingOf(hit: Hit, event: SearchRow): Finding {
  const count = hit.count ?? 1
  const seq = hit.at + 1
  return {
    id: derivedId('finding', [hit.rule, event.id]),
    kind: 'alert',
    ruleId: hit.rule,
    ruleTitle: hit.title,
    ruleKind: hit.kind,
    ruleVersion: derivedId('v', [hit.rule]),
    level: hit.level,
    techniques: [hit.technique],
    tactics: [hit.tactic],
    time: event.time,
    start: event.time - (count - 1) * MINUTE,
    received: event.received,
    detected: event.received + 120_000,
    source: event.source,
    family: FAMILY_OF[event.source] ?? 'unknown',
    positions: Array.from({ length: count }, (_, back) => `7-${seq - count + 1 + back}`),
    count,
    why: hit.why,
    matched: hit.matched,
    entities: [
      { kind: 'user', id: 'mira.castell', name: event.user, role: 'actor' },
      { kind: 'ip', id: '203.0.113.77', name: '203.0.113.77', role: 'source' },
    ],
    action: event.action,
    outcome: event.outcome,
    object: event.object,
    message: event.message,
  }
}

function timelineEntry(finding: Finding, event: SearchRow | undefined): TimelineEntry {
  const target = event?.targetUser ? ` → ${event.targetUser}` : ''
  return {
    time: finding.time,
    findingId: finding.id,
    ruleId: finding.ruleId,
    title: finding.ruleTitle,
    level: finding.level,
    tactic: finding.tactics[0] ?? '',
    who: finding.count > 1 ? '4 users' : (event?.user ?? ''),
    what: `${finding.action}${target}`,
    where: event?.srcIp || event?.host || '',
    why: finding.why,
    positions: finding.positions,
    count: finding.count,
  }
}

/** The sample intrusion, a smaller open one, and a closed one. */
export function sampleIncidents(now: number): Incident[] {
  const findings = sampleFindings(now)
  const events = intrusion(now)
  const timeline = findings
    .toReversed()
    .map((finding, at) => timelineEntry(finding, events[at + 11]))
  const big: Incident = {
    id: 'incident-5d1f0a7b3c2e',
    title: 'Account of mira.castell taken over, Domain Admins changed',
    story:
      'After a password spray on 4 accounts, somebody signed in as mira.castell from 203.0.113.77 (Romania), made an access key for deploy-bot, pushed past the branch protection of payroll-api and put svc-backup into Domain Admins, all within 16 minutes.',
    status: 'open',
    level: 'critical',
    levelWhy: 'critical rule on critical target Directory',
    opened: now - 26 * MINUTE,
    start: now - 38 * MINUTE,
    end: now - 23 * MINUTE,
    updated: now - 22 * MINUTE,
    findingIds: findings.map((finding) => finding.id),
    findingCount: 16,
    entities: [
      entity('user', 'mira.castell', 'actor', { findings: 5, target: 'directory' }),
      entity('user', 'svc-backup', 'target', { findings: 1, target: 'directory' }),
      entity('user', 'deploy-bot', 'target', { findings: 1, target: 'cloud' }),
      entity('ip', '203.0.113.77', 'source', { findings: 4 }),
      entity('host', 'dc1.lumen.example', 'observer', { findings: 1, target: 'directory' }),
      entity('repository', 'lumen-freight/payroll-api', 'target', {
        findings: 1,
        target: 'payroll',
      }),
    ],
    timeline,
    techniques: HITS.map((hit) => hit.technique),
    tactics: HITS.map((hit) => hit.tactic),
    targets: ['directory', 'cloud', 'payroll'],
    owner: '',
    advice: [
      advice(
        'T1078.004',
        'Cloud Accounts',
        'M1032',
        'Require phishing-resistant multi-factor authentication for every account that reaches the directory.',
      ),
      advice(
        'T1098.007',
        'Additional Local or Domain Groups',
        'M1026',
        'Keep membership of privileged groups small, time-bound and approved; remove svc-backup now.',
      ),
      advice(
        'T1098.001',
        'Additional Cloud Credentials',
        'M1018',
        'Allow users to create access keys only for themselves.',
      ),
    ],
    risk: 290,
    merged: [],
  }
  return [big, smallIncident(now), closedIncident(now)]
}

function smallIncident(now: number): Incident {
  return {
    ...emptyIncident(now),
    id: 'incident-92ab11c0ffee',
    title: 'SMB probes against files-2 from 198.51.100.23',
    story:
      '198.51.100.23 tried port 445 of files-2 148 times in 10 minutes; the firewall denied every attempt.',
    level: 'low',
    levelWhy: 'low rule, no plan target named',
    opened: now - 190 * MINUTE,
    start: now - 200 * MINUTE,
    end: now - 190 * MINUTE,
    entities: [
      entity('ip', '198.51.100.23', 'source', { findings: 1 }),
      entity('host', 'files-2', 'target', { findings: 1 }),
    ],
    owner: 'dana',
  }
}

function closedIncident(now: number): Incident {
  return {
    ...emptyIncident(now),
    id: 'incident-70c1d0c1d0c1',
    title: 'Break-glass account used',
    story: 'admin-bg signed in to the identity provider from the office address during the drill.',
    status: 'closed',
    level: 'high',
    levelWhy: 'high rule on critical target Directory',
    closeReason: 'benign',
    closeNote: 'Planned drill, change 4411.',
    closedBy: 'dana',
    closedAt: now - 1400 * MINUTE,
  }
}

function emptyIncident(now: number): Incident {
  return {
    id: '',
    title: '',
    story: '',
    status: 'open',
    level: 'low',
    levelWhy: '',
    opened: now - 1500 * MINUTE,
    start: now - 1502 * MINUTE,
    end: now - 1500 * MINUTE,
    updated: now - 180 * MINUTE,
    findingIds: [],
    findingCount: 1,
    entities: [],
    timeline: [],
    techniques: [],
    tactics: [],
    targets: [],
    owner: '',
    advice: [],
    risk: 10,
    merged: [],
  }
}

function entity(
  ...parts: [
    kind: Incident['entities'][number]['kind'],
    name: string,
    role: Incident['entities'][number]['role'],
    more: { findings: number; target?: string },
  ]
): Incident['entities'][number] {
  const [kind, name, role, more] = parts
  return { kind, id: name, name, role, ...more }
}

function advice(...parts: [string, string, string, string]): Incident['advice'][number] {
  const [technique, techniqueName, mitigationId, mitigation] = parts
  return { technique, techniqueName, mitigationId, mitigation }
}
