import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PEOPLE } from '#cli/demo/company.ts'
import { INTRUDER } from '#cli/demo/intrusion.ts'
import { HOME } from '#cli/demo/intrusion-inside.ts'
import { intrusionStart } from '#cli/demo/story.ts'
import { compileRules } from '#detect/index.ts'
import { createIncidentRoom } from '#incident/index.ts'
import { judgePlan, wantedFields } from '#plan/index.ts'
import { createResponder } from '#respond/index.ts'
import { exampleParts, examplePlaybook } from '#respond/testing/fakes.ts'
import { entityKey } from '#shape/entity.ts'
import type { Finding } from '#shape/finding.ts'
import type { SourceFacts } from '#shape/health.ts'
import type { Incident } from '#shape/incident.ts'
import { levelRank } from '#shape/severity.ts'
import { demoPlan, type Told, tell } from './company.ts'
import { contentFiles, ruleFiles } from './files.ts'

const DAY_MS = 86_400_000
const MAX_MEDIUM_PER_DAY = 5
const AFTERNOON = Date.parse('2026-03-11T14:30:00Z')
/** A Monday morning after a weekend, a Friday evening. */
const MOMENTS = ['2026-03-09T07:10:00Z', '2026-03-06T19:40:00Z'].map((text) => Date.parse(text))

const attacked = tell({ seed: 'content', now: AFTERNOON, withIntrusion: true })

const alertsOf = (told: Told) => told.findings.filter(({ kind }) => kind === 'alert')
const shortOf = ({ level, ruleTitle, why }: Finding) => `${level}: ${ruleTitle}: ${why}`

for (const [index, now] of MOMENTS.entries())
  test(`ordinary days before ${new Date(now).toISOString()} stay quiet`, () => {
    const told = tell({ seed: `quiet-${index}`, now, withIntrusion: false, isThin: true })
    const strong = told.findings.filter(({ level }) => levelRank(level) >= levelRank('high'))
    assert.deepEqual(strong.map(shortOf), [])
    const perDay = new Map<number, string[]>()
    for (const finding of alertsOf(told)) {
      const day = Math.floor(finding.time / 1000 / DAY_MS)
      perDay.set(day, [...(perDay.get(day) ?? []), shortOf(finding)])
    }
    for (const alerts of perDay.values())
      assert.ok(alerts.length <= MAX_MEDIUM_PER_DAY, alerts.join('\n'))
  })

test('every record of the company becomes an event of a known family and of a planned source', () => {
  assert.equal(attacked.dead, 0)
  assert.equal(attacked.events.length, attacked.records.length)
  const families = new Set(attacked.events.map(({ family }) => family))
  assert.deepEqual([...families].sort(), [
    'aws.cloudtrail',
    'fortinet.fortigate',
    'github.audit',
    'linux.auth',
    'nginx.access',
    'okta.system',
    'windows.security',
    'windows.sysmon',
  ])
  const planned = demoPlan().sources.map(({ id }) => id)
  const silent = planned.filter((id) => attacked.sources[id] === undefined)
  assert.deepEqual(silent, ['payroll-audit'])
  assert.deepEqual(
    Object.keys(attacked.sources).filter((id) => !planned.includes(id)),
    [],
  )
})

test('the time of every event is the time it happened', () => {
  for (const [at, event] of attacked.events.entries()) {
    const off = Math.abs(event.time / 1000 - (attacked.records[at]?.time ?? 0))
    assert.ok(off < 1_000, `${event.family} is ${off} ms off`)
  }
})

test('the inner firewall is most of the volume and finds nothing', () => {
  const share = (attacked.sources['fw-core'] ?? 0) / attacked.records.length
  assert.ok(share > attacked.plan.budgets.noise.maxShare, `${share}`)
  assert.equal(attacked.findings.filter(({ source }) => source === 'fw-core').length, 0)
})

test('the plan wants a field that the data do not carry', () => {
  const source = attacked.plan.sources.find(({ id }) => id === 'github')
  assert.ok(source?.fields.includes('head_commit'))
  assert.ok(
    !attacked.records.some(({ lane, body }) => lane === 'github' && body.includes('head_commit')),
  )
})

test('the intrusion is found by many rules, of every kind, and only since it began', () => {
  const start = intrusionStart(AFTERNOON) * 1000
  const serious = alertsOf(attacked).filter(({ time }) => time >= start)
  const rules = new Set(serious.map(({ ruleTitle }) => ruleTitle))
  assert.ok(rules.size >= 20, [...rules].join('\n'))
  const since = attacked.findings.filter(({ time }) => time >= start)
  const kinds = new Set(since.map(({ ruleKind }) => ruleKind))
  assert.deepEqual([...kinds].sort(), ['baseline', 'correlation', 'indicator', 'sigma'])
  const high = attacked.findings.filter(({ level }) => levelRank(level) >= levelRank('high'))
  assert.ok(high.every(({ time }) => time >= start))
})

test('spray, push requests, pipeline, cloud, directory and way out are each seen', () => {
  const titles = new Set(attacked.findings.map(({ ruleTitle }) => ruleTitle))
  for (const title of [
    "Many people's passwords are tried from one address",
    'Push requests until somebody gives in',
    'A person signed in from a country that is new for them',
    'Many repositories cloned by one account',
    'A deploy key with write access was added',
    'An access key was made for another user',
    'Many objects read with one key',
    'The record of what happens in the AWS account was stopped',
    'PowerShell was started with a hidden command',
    'An account was made administrator on the command line',
    'The password database of the domain was copied',
    'The Windows security log was emptied',
  ])
    assert.ok(titles.has(title), `missing: ${title}`)
})

test('an indicator match names the address that the data left to', () => {
  const matches = attacked.findings.filter(({ ruleKind }) => ruleKind === 'indicator')
  assert.ok(
    matches.some(({ entities }) =>
      entities.some(({ kind, id }) => kind === 'ip' && id === HOME.ip),
    ),
  )
})

/** What the incident room makes of findings that come one after the other. */
function incidentsOf({ plan, findings }: Told): Incident[] {
  const room = createIncidentRoom({ plan })
  let incidents: Incident[] = []
  const signals: Finding[] = []
  for (const finding of findings) {
    const { entityKeys, since } = room.wanted(finding)
    const { incident, merged } = room.absorb(finding, incidents, {
      now: finding.detected,
      signals: signals.filter(
        ({ time, entities }) =>
          time >= since && entities.some((one) => entityKeys.includes(entityKey(one))),
      ),
    })
    if (finding.kind === 'signal') signals.push(finding)
    if (!incident) continue
    const gone = [incident, ...merged].map(({ id }) => id)
    incidents = [...incidents.filter(({ id }) => !gone.includes(id)), incident]
  }
  return incidents
}

test('the intrusion comes out as one incident that names the person, the address and what is at stake', () => {
  const [incident, ...others] = incidentsOf(attacked)
  assert.ok(incident)
  assert.deepEqual(
    others.map(({ title }) => title),
    [],
  )
  assert.equal(incident.level, 'critical')
  const keys = incident.entities.map(entityKey)
  assert.ok(keys.includes(`user:${INTRUDER.victim}`))
  assert.ok(keys.includes(`ip:${INTRUDER.ip}`))
  for (const target of ['identity', 'release', 'cloud', 'payroll', 'directory'])
    assert.ok(incident.targets.includes(target), `${target} is not in ${incident.targets.join()}`)
  assert.ok(incident.tactics.length >= 6, incident.tactics.join())
})

test('the story begins with the spray, names who acted, and tells those it was tried on apart', () => {
  const [incident] = incidentsOf(attacked)
  assert.ok(incident)
  assert.equal(
    incident.title,
    `${INTRUDER.victim}: from password spraying to command and control, at 5 critical targets`,
  )
  assert.ok(incident.story.startsWith(INTRUDER.victim))
  assert.ok(incident.story.includes(`(from ${INTRUDER.ip})`))
  assert.match(incident.story, /, acting on \d+ other accounts, /)
  assert.ok(incident.story.length < 300, incident.story)
  assert.equal(incident.timeline[0]?.title, "Many people's passwords are tried from one address")
  const start = intrusionStart(AFTERNOON) * 1000
  assert.ok(incident.timeline.every(({ time }) => time >= start))
  const homes = new Set<string>(PEOPLE.map(({ home }) => home))
  assert.deepEqual(
    incident.entities.filter(({ id }) => homes.has(id)),
    [],
  )
})

test('the playbook against the attacker would block exactly the address of the attacker', async () => {
  const [incident] = incidentsOf(attacked)
  const [file] = contentFiles('playbooks').filter(({ path }) => path.includes('block-attacker'))
  assert.ok(incident && file)
  const playbook = examplePlaybook(file.text)
  const { parts } = exampleParts({ playbooks: [playbook], plan: attacked.plan })
  const [run] = await createResponder(parts).onIncident(incident)
  const blocks = run?.steps.filter(({ action }) => action === 'nft-block-address') ?? []
  assert.deepEqual(
    blocks.map(({ input, status }) => [input['address'], status]),
    [[INTRUDER.ip, 'dry-run']],
  )
})

test('judged against its data the plan has one noise, three true gaps and obligations met and unmet', () => {
  const now = AFTERNOON * 1000
  const counts = (source: string) => attacked.events.filter((one) => one.source === source)
  const presence = (source: string) =>
    Object.fromEntries((wantedFields(attacked.plan)[source] ?? []).map((field) => [field, 1]))
  const facts = Object.keys(attacked.sources).map((source): SourceFacts => {
    const events = counts(source)
    const last = Math.max(...events.map(({ time }) => time))
    return {
      source,
      families: [...new Set(events.map(({ family }) => family))],
      firstReceived: now,
      lastReceived: now,
      lastTime: last,
      received: events.length,
      bytes: events.length,
      stored: events.length,
      dead: 0,
      dropped: 0,
      events: events.length,
      findings: attacked.findings.filter((one) => one.source === source).length,
      fieldPresence: { ...presence(source), ...(source === 'github' ? { head_commit: 0 } : {}) },
      perMinute: [],
    }
  })
  const report = judgePlan(attacked.plan, {
    facts,
    rules: compileRules(ruleFiles()).rules,
    proofs: new Map(attacked.findings.map(({ ruleId }) => [ruleId, now])),
    incidents: incidentsOf(attacked),
    now,
  })
  const noisy = report.noise.filter(({ verdict }) => verdict === 'noise')
  assert.deepEqual(
    noisy.map(({ source }) => source),
    ['fw-core'],
  )
  const states = new Map(report.sources.map(({ id, state }) => [id, state]))
  assert.equal(states.get('payroll-audit'), 'never')
  assert.equal(states.get('github'), 'degraded')
  assert.equal([...states.values()].filter((state) => state === 'healthy').length, 8)
  const unmet = report.obligations.filter(({ state }) => state !== 'met')
  assert.deepEqual(
    unmet.map(({ id, evidence }) => [id, evidence]),
    [['pci-individual-access', 'For payroll: nothing has arrived from payroll-audit.']],
  )
  const seen = new Map(report.coverage.map(({ technique, state }) => [technique, state]))
  assert.deepEqual([...new Set(seen.values())].sort(), ['no-data', 'no-rule', 'proven', 'unproven'])
  for (const technique of ['T1190', 'T1595.002', 'T1098.004'])
    assert.equal(seen.get(technique), 'proven', technique)
})
