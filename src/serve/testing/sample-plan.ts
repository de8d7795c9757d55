import type { BlindSpot, CoverageCell, PlanReport, SourceReport } from '#shape/report.ts'

const MINUTE = 60_000_000

/** Sources in every state that there is. */
export function sampleSources(now: number): SourceReport[] {
  return [
    source('okta', 'okta', { now, received: 48_211, rules: 9, owner: 'identity' }),
    source('dc1', 'windows.security', { now, received: 512_904, rules: 24, owner: 'windows' }),
    source('edge-firewall', 'cisco.asa', {
      now,
      received: 3_904_117,
      rules: 2,
      owner: 'network',
      dead: 41_220,
    }),
    source('cloudtrail', 'aws.cloudtrail', { now, received: 22_018, rules: 14, owner: 'platform' }),
    source('github', 'github.audit', { now, received: 1_204, rules: 8, owner: 'platform' }),
    source('payroll-db', 'postgres.audit', { now, received: 0, rules: 3, owner: 'finance' }),
    source('vpn', 'openvpn', { now, received: 802, rules: 4, owner: 'network' }),
    source('10.20.9.44', 'unknown', { now, received: 17_331, rules: 0, owner: '' }),
  ].map((row) => ({ ...row, ...STATE_OF[row.id] }))
}

const STATE_OF: Readonly<Record<string, Partial<SourceReport>>> = {
  'edge-firewall': {
    state: 'degraded',
    text: '1.1 % of its records cannot be read: cisco.asa does not know message 722051.',
  },
  'payroll-db': {
    state: 'never',
    text: 'The plan expects it; it never sent a record.',
    lastReceived: 0,
    lastTime: 0,
  },
  vpn: { state: 'silent', text: 'Silent for 3 h 12 min; the plan expects a record each 15 min.' },
  '10.20.9.44': {
    state: 'unplanned',
    text: 'Sends to syslog and the plan does not know it: no rule reads it, nobody owns it.',
  },
}

function source(
  id: string,
  family: string,
  facts: { now: number; received: number; rules: number; owner: string; dead?: number },
): SourceReport {
  const quiet = id === 'vpn' || id === 'payroll-db'
  const lastReceived = facts.now - (id === 'vpn' ? 192 * MINUTE : 4_000_000)
  const dead = facts.dead ?? 0
  return {
    id,
    family,
    families: family === 'unknown' ? [] : [family],
    state: 'healthy',
    text: 'Sends as the plan expects.',
    owner: facts.owner,
    freshnessMs: 15 * 60_000,
    lastReceived,
    lastTime: lastReceived - 900_000,
    received: facts.received,
    stored: facts.received - dead,
    dead,
    dropped: 0,
    events: facts.received - dead,
    bytes: facts.received * 410,
    findings: facts.rules,
    fieldPresence: { user: 0.97, srcIp: 0.88 },
    perMinute: Array.from({ length: 60 }, (_, at) =>
      quiet ? 0 : sparkValue(id, at, facts.received),
    ),
    rules: facts.rules,
    targets: id === 'payroll-db' ? ['payroll'] : ['directory'],
  }
}

function sparkValue(id: string, at: number, received: number): number {
  const wave = Math.sin((at + id.length * 7) / 6) + Math.sin(at * id.length) * 0.4
  return Math.max(0, Math.round((received / 86_400) * 10 * (1.6 + wave)))
}

const CELLS: readonly (readonly [string, string, string, CoverageCell['state'], string])[] = [
  ['T1078.004', 'Cloud Accounts', 'initial-access', 'proven', 'directory'],
  ['T1110.003', 'Password Spraying', 'credential-access', 'proven', 'directory'],
  ['T1098.001', 'Additional Cloud Credentials', 'persistence', 'unproven', 'cloud'],
  ['T1098.007', 'Additional Local or Domain Groups', 'privilege-escalation', 'proven', 'directory'],
  ['T1562.001', 'Disable or Modify Tools', 'defense-evasion', 'unproven', 'pipeline'],
  ['T1195.002', 'Compromise Software Supply Chain', 'initial-access', 'no-rule', 'pipeline'],
  ['T1005', 'Data from Local System', 'collection', 'no-data', 'payroll'],
  ['T1567.002', 'Exfiltration to Cloud Storage', 'exfiltration', 'no-data', 'payroll'],
  ['T1133', 'External Remote Services', 'initial-access', 'no-data', 'directory'],
]

function cells(now: number): CoverageCell[] {
  return CELLS.map(([technique, name, tactic, state, target]) => ({
    technique,
    name,
    tactics: [tactic],
    targets: [target],
    state,
    rules:
      state === 'proven' || state === 'unproven' ? [`rule-for-${technique.toLowerCase()}`] : [],
    sources: state === 'no-data' ? [] : ['okta'],
    ...(state === 'proven' && { provenAt: now - 30 * MINUTE }),
    text: TEXT_OF[state],
  }))
}

const TEXT_OF: Readonly<Record<CoverageCell['state'], string>> = {
  'no-data': 'No source that shows it sends. Connect one of the sources that the plan names.',
  'no-rule': 'The data arrive, but no rule looks for it. Enable or write one.',
  unproven: 'A rule looks for it and has never been seen to fire. Prove it with a canary.',
  proven: 'A rule found it in live data.',
}

const BLIND: readonly BlindSpot[] = [
  {
    id: 'blind-payroll-db',
    kind: 'source-never',
    level: 'critical',
    subject: 'payroll-db',
    targets: ['payroll'],
    text: 'payroll-db never sent a record, so nobody would see data leave the payroll database.',
    fix: 'Turn on pgaudit there and send its log by syslog to this server.',
    at: 'plan.yaml:41',
  },
  {
    id: 'blind-vpn',
    kind: 'source-silent',
    level: 'high',
    subject: 'vpn',
    targets: ['directory'],
    text: 'vpn has been silent for 3 h 12 min; the plan expects a record each 15 min.',
    fix: 'Check rsyslog on vpn-1; the last record came at the time of its restart.',
    at: 'plan.yaml:55',
  },
  {
    id: 'blind-t1195',
    kind: 'threat-no-rule',
    level: 'medium',
    subject: 'T1195.002',
    targets: ['pipeline'],
    text: 'GitHub audit data arrive, but no rule looks for a compromised supply chain.',
    fix: 'Enable the rules under content/rules/github or write one.',
    at: 'plan.yaml:23',
  },
]

/** A plan report that agrees with the sample sources. */
export function samplePlan(now: number): PlanReport {
  const sources = sampleSources(now)
  return {
    sentence:
      '5 of 7 planned sources send, 1 of them unwell; 3 blind spots; 3 of 9 threats are proven to be seen.',
    green: false,
    planPath: 'plan.yaml',
    planName: 'Lumen Freight',
    judged: now - 20_000_000,
    sources,
    targets: [
      target('directory', 'Active Directory and Okta', 'critical', ['okta', 'dc1', 'vpn']),
      target('payroll', 'Payroll database', 'critical', ['payroll-db']),
      target('cloud', 'AWS production account', 'high', ['cloudtrail']),
      target('pipeline', 'GitHub organisation', 'high', ['github']),
    ],
    coverage: cells(now),
    blindSpots: BLIND,
    noise: [
      noise('edge-firewall', {
        eventShare: 0.86,
        verdict: 'noise',
        alerts: 1,
        closedFalse: 1,
        rules: 2,
      }),
      noise('dc1', { eventShare: 0.11, verdict: 'signal', alerts: 6, closedTrue: 3, rules: 24 }),
      noise('okta', { eventShare: 0.01, verdict: 'signal', alerts: 4, closedTrue: 2, rules: 9 }),
      noise('10.20.9.44', { eventShare: 0.004, verdict: 'unknown', alerts: 0, rules: 0 }),
    ],
    obligations: [
      obligation(
        '10.2.1',
        'Audit logs are enabled and active for all system components.',
        'unmet',
        'payroll-db and vpn do not send.',
      ),
      obligation(
        '10.2.2',
        'Logs name user, type, time, outcome, origin and resource.',
        'met',
        '97 % of events name a user, 88 % an origin.',
      ),
      obligation(
        '10.5.1',
        'Twelve months of audit log are kept.',
        'unknown',
        'The oldest record is 6 days old.',
      ),
    ],
    budget: { alertsPerDay: 10, alertsLastDay: 6, over: false },
  }
}

function target(...parts: [string, string, string, readonly string[]]) {
  const [id, name, criticality, sources] = parts
  const threats = CELLS.filter((cell) => cell[4] === id).map((cell) => ({
    technique: cell[0],
    state: cell[3],
  }))
  const blindSpots = BLIND.filter((spot) => spot.targets.includes(id)).length
  const openIncidents = id === 'pipeline' ? 0 : 1
  return {
    id,
    name,
    owner: 'platform',
    criticality,
    exposure: 'internet',
    sources,
    threats,
    blindSpots,
    openIncidents,
  }
}

function noise(
  id: string,
  facts: {
    eventShare: number
    verdict: 'signal' | 'noise' | 'unknown'
    alerts: number
    rules: number
    closedTrue?: number
    closedFalse?: number
  },
) {
  const text =
    facts.verdict === 'noise'
      ? '86 % of all events, one alert, and that one was false. Drop permitted connections at the source.'
      : 'Serves rules and targets of the plan.'
  return {
    source: id,
    events: Math.round(facts.eventShare * 4_500_000),
    bytes: Math.round(facts.eventShare * 1_900_000_000),
    byteShare: facts.eventShare,
    closedTrue: 0,
    closedFalse: 0,
    serves: facts.verdict === 'signal' ? ['directory'] : [],
    text,
    ...facts,
  }
}

function obligation(...parts: [string, string, 'met' | 'unmet' | 'unknown', string]) {
  const [clause, text, state, evidence] = parts
  return { id: `pci-${clause}`, standard: 'PCI DSS 4.0.1', clause, text, state, evidence }
}
