import type { SearchRow } from '#shape/search.ts'

const MINUTE = 60_000_000

/** The parts of a sample event that differ; the rest is filled in. */
type Part = Partial<SearchRow> & Pick<SearchRow, 'source' | 'action' | 'message'>

/** Events of a simulated company: two hours of quiet work, and the intrusion of the sample incident inside. */
export function sampleEvents(now: number): SearchRow[] {
  const quiet = Array.from({ length: 240 }, (_, at) => quietEvent(now, at))
  return [...quiet, ...intrusion(now)].sort((left, right) => right.time - left.time)
}

/** The events of the intrusion, oldest first, with positions `7-1` on. */
export function intrusion(now: number): SearchRow[] {
  const start = now - 38 * MINUTE
  const parts: Part[] = [
    ...Array.from({ length: 12 }, (_, at) => failedLogin(at)),
    {
      source: 'okta',
      action: 'user.session.start',
      message: 'mira.castell signed in from 203.0.113.77 (RO), a new country',
      user: 'mira.castell',
      srcIp: '203.0.113.77',
      object: 'okta dashboard',
      fields: { 'client.geographicalContext.country': 'RO', 'outcome.result': 'SUCCESS' },
    },
    {
      source: 'cloudtrail',
      action: 'CreateAccessKey',
      message: 'mira.castell created an access key for deploy-bot',
      user: 'mira.castell',
      targetUser: 'deploy-bot',
      srcIp: '203.0.113.77',
      object: 'arn:aws:iam::111122223333:user/deploy-bot',
      fields: { eventSource: 'iam.amazonaws.com', awsRegion: 'eu-central-1' },
    },
    {
      source: 'github',
      action: 'protected_branch.policy_override',
      message: 'mira-castell overrode branch protection of payroll-api',
      user: 'mira-castell',
      srcIp: '203.0.113.77',
      object: 'lumen-freight/payroll-api',
      fields: { branch: 'main', org: 'lumen-freight' },
    },
    {
      source: 'dc1',
      action: '4728',
      message: 'mira.castell added svc-backup to Domain Admins',
      user: 'mira.castell',
      targetUser: 'svc-backup',
      host: 'dc1.lumen.example',
      object: 'Domain Admins',
      fields: { EventID: '4728', Channel: 'Security', TargetUserName: 'Domain Admins' },
    },
  ]
  return parts.map((part, at) => eventOf(part, { id: `7-${at + 1}`, time: start + at * MINUTE }))
}

function failedLogin(at: number): Part {
  return {
    source: 'okta',
    action: 'user.authentication.auth_via_mfa',
    outcome: 'failure',
    severity: 2,
    user: ['mira.castell', 'j.okafor', 'dana.ruiz', 'payroll-admin'][at % 4] ?? '',
    srcIp: '203.0.113.77',
    message: 'Sign-in failed: invalid credentials',
    fields: { 'outcome.reason': 'INVALID_CREDENTIALS', 'client.geographicalContext.country': 'RO' },
  }
}

const QUIET: readonly Part[] = [
  {
    source: 'edge-firewall',
    action: 'deny',
    outcome: 'failure',
    message: 'Deny tcp 198.51.100.23:52113 → 10.20.0.15:445',
    srcIp: '198.51.100.23',
    dstIp: '10.20.0.15',
    classUid: 4001,
    className: 'Network Activity',
  },
  {
    source: 'shop-web',
    action: 'GET',
    message: 'GET /catalogue/pallets 200',
    srcIp: '192.0.2.61',
    host: 'shop-1',
    object: '/catalogue/pallets',
    classUid: 4002,
    className: 'HTTP Activity',
  },
  {
    source: 'dc1',
    action: '4624',
    message: 'j.okafor signed in to FILES-2',
    user: 'j.okafor',
    host: 'dc1.lumen.example',
    srcIp: '10.20.4.18',
    fields: { EventID: '4624', LogonType: '3' },
  },
  {
    source: 'github',
    action: 'git.push',
    message: 'dana-ruiz pushed to lumen-freight/shop',
    user: 'dana-ruiz',
    object: 'lumen-freight/shop',
    classUid: 6003,
    className: 'API Activity',
  },
]

function quietEvent(now: number, at: number): SearchRow {
  const part = QUIET[(at * 7) % QUIET.length] ?? QUIET[0]
  const time = now - Math.round((120 - (at * 0.5 + Math.sin(at) * 3)) * MINUTE)
  return eventOf(part ?? failedLogin(at), { id: `3-${at + 1}`, time })
}

function eventOf(part: Part, place: { id: string; time: number }): SearchRow {
  const fields = { action: part.action, ...part.fields }
  const base: SearchRow = {
    ...place,
    received: place.time + 900_000,
    source: part.source,
    family: FAMILY_OF[part.source] ?? 'unknown',
    classUid: 3002,
    className: 'Authentication',
    action: part.action,
    outcome: 'success',
    severity: 1,
    user: '',
    targetUser: '',
    srcIp: '',
    dstIp: '',
    host: '',
    object: '',
    message: part.message,
    fields,
    raw: JSON.stringify({ published: new Date(place.time / 1000).toISOString(), ...fields }),
  }
  return { ...base, ...part, fields }
}

/** Family of each sample source. */
export const FAMILY_OF: Readonly<Record<string, string>> = {
  cloudtrail: 'aws.cloudtrail',
  dc1: 'windows.security',
  'edge-firewall': 'cisco.asa',
  github: 'github.audit',
  okta: 'okta',
  'shop-web': 'nginx',
}
