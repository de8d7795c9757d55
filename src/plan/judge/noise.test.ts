import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SourceFacts } from '#shape/health.ts'
import type { Judged } from './input.ts'
import { facts, incident, judge, planOf } from './testing/judged.ts'

const NOISE_PLAN = planOf(`targets: [{ id: a }]
sources:
  - { id: idp, family: okta.system, match: { feed: x }, targets: [a] }
  - { id: web, family: nginx.access, match: { feed: y }, targets: [a] }
  - { id: print, family: printer.log, match: { feed: z } }
`)
const noiseOf = (more: Partial<Judged>, source: string) =>
  judge(more, NOISE_PLAN).noise.find((row) => row.source === source)
const three = (web: Partial<SourceFacts> = {}) => [
  facts(),
  facts({
    source: 'web',
    families: ['nginx.access'],
    events: 20_000,
    received: 20_000,
    findings: 0,
    ...web,
  }),
  facts({ source: 'print', families: ['printer.log'], events: 50, received: 50, findings: 0 }),
]

test('noise is what nobody uses, what takes more than its share for nothing, and what was always false', () => {
  assert.equal(noiseOf({ facts: three() }, 'print')?.verdict, 'noise')
  assert.match(
    noiseOf({ facts: three() }, 'print')?.text ?? '',
    /no target, rule or obligation uses it/,
  )
  const web = noiseOf({ facts: three() }, 'web')
  assert.equal(web?.verdict, 'noise')
  assert.match(
    web?.text ?? '',
    /95 % of all events and \d+ % of all bytes \(the plan allows 50 %\)/,
  )
  const falseOnes = [1, 2, 3].map((n) =>
    incident({ id: `i${n}`, status: 'closed', closeReason: 'false' }),
  )
  assert.equal(noiseOf({ facts: three(), incidents: falseOnes }, 'idp')?.verdict, 'noise')
})

test('a planned source without a purpose is noise once many of its events gave nothing; an unplanned one is not judged so', () => {
  const idle = (source: string) =>
    noiseOf(
      { facts: [facts({ events: 6_000 }), facts({ source, findings: 0, events: 5_000 })] },
      source,
    )
  assert.equal(idle('print')?.verdict, 'noise')
  assert.match(
    idle('print')?.text ?? '',
    /It costs 45 % of all events and 50 % of all bytes and found nothing: .*none of 2 rules fired.*To keep it, name the target/,
  )
  assert.equal(idle('http:stray')?.verdict, 'unknown')
})

test('one true incident, a finding, or too few events keep a source from being called noise', () => {
  const was = (closeReason: 'true' | 'duplicate', source: string) => [
    incident({ status: 'closed', closeReason, sources: [source] }),
  ]
  assert.equal(noiseOf({ facts: three(), incidents: was('true', 'web') }, 'web')?.verdict, 'signal')
  assert.equal(
    noiseOf({ facts: three(), incidents: was('duplicate', 'web') }, 'web')?.verdict,
    'noise',
  )
  assert.equal(noiseOf({ facts: three({ findings: 1 }) }, 'web')?.verdict, 'unknown')
  assert.equal(
    noiseOf(
      { facts: [facts({ source: 'web', families: ['nginx.access'], events: 20, findings: 0 })] },
      'web',
    )?.verdict,
    'unknown',
  )
})

test('a source that an obligation needs is not noise, however quiet', () => {
  const report = judge({ facts: [facts({ findings: 0, events: 100_000, received: 100_000 })] })
  assert.equal(report.noise[0]?.verdict, 'signal')
})

test('shares add up to one and rows are ordered by share', () => {
  const { noise } = judge({ facts: three() }, NOISE_PLAN)
  assert.equal(Math.round(noise.reduce((sum, row) => sum + row.eventShare, 0) * 1e6), 1e6)
  assert.deepEqual(
    noise.map((row) => row.source),
    ['web', 'idp', 'print'],
  )
})

test('an obligation makes only what watches its targets worth keeping', () => {
  const plan = planOf(`targets: [{ id: a }]
sources:
  - { id: edge, family: fortinet.fortigate, match: { feed: x }, targets: [a] }
  - { id: core, family: fortinet.fortigate, match: { feed: y } }
obligations:
  - { id: o, standard: S, clause: "1", needs: { families: [fortinet.fortigate] } }
  - { id: vague, standard: S, clause: "2" }
`)
  const of = (source: string) =>
    facts({ source, families: ['fortinet.fortigate'], findings: 0, events: 9_000 })
  const { noise } = judge({ facts: [of('edge'), of('core')] }, plan)
  const verdicts = new Map(noise.map((row) => [row.source, row.verdict]))
  assert.deepEqual([verdicts.get('edge'), verdicts.get('core')], ['signal', 'noise'])
  assert.deepEqual(noise.find((row) => row.source === 'edge')?.serves, ['a', 'o'])
})
