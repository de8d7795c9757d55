import assert from 'node:assert/strict'
import { test } from 'node:test'
import { INTRUDER } from '#cli/demo/intrusion.ts'
import { HOME } from '#cli/demo/intrusion-inside.ts'
import { intrusionStart } from '#cli/demo/story.ts'
import { createIncidentRoom } from '#incident/index.ts'
import { entityKey } from '#shape/entity.ts'
import type { Finding } from '#shape/finding.ts'
import type { Incident } from '#shape/incident.ts'
import { levelRank } from '#shape/severity.ts'
import { demoPlan, type Told, tell } from './company.ts'

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
