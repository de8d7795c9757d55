import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createFakeClock } from '#base/testing/fake-clock.ts'
import { createFakeSystem } from '#serve/testing/fake-system.ts'
import { sampleIncidents } from '#serve/testing/sample-incidents.ts'
import { toneOf } from '../../console/pages/home/tone.ts'
import { fieldTerm, termOfEntity, termsOf, withTerm } from '../../console/pages/hunt/query-text.ts'
import { fieldFromMicros, microsFromField, spanOf } from '../../console/pages/hunt/range.ts'
import { chaptersOf, foldOf, reasonOf } from '../../console/pages/incident/chapters.ts'
import { summaryOf } from '../../console/pages/incident/summary-of.ts'
import { connectionsOf, firstLineOf } from '../../console/pages/sources/connect-lines.ts'
import { readShare } from '../../console/pages/sources/worst-first.ts'
import { bytesText, percentText, shortPath, spanText, utcText } from '../../console/words.ts'

const MINUTE = 60_000_000

test('spans are told in one or two units', () => {
  assert.equal(spanText(-5), '0 ms')
  assert.equal(spanText(900_000), '900 ms')
  assert.equal(spanText(59 * 1_000_000), '59 s')
  assert.equal(spanText(192 * MINUTE), '3 h 12 min')
  assert.equal(spanText(180 * MINUTE), '3 h')
  assert.equal(spanText(25 * 60 * MINUTE), '1 d 1 h')
  assert.equal(spanText(400 * 24 * 60 * MINUTE), '400 d')
})

test('a share never rounds to all or to nothing', () => {
  assert.equal(percentText(1), '100 %')
  assert.equal(percentText(0.99999), '99.9 %')
  assert.equal(percentText(0.00001), '<0.1 %')
  assert.equal(percentText(0), '0 %')
  assert.equal(percentText(0.86), '86 %')
})

test('sizes and moments read as people write them', () => {
  assert.equal(bytesText(0), '0 B')
  assert.equal(bytesText(1536), '1.5 KiB')
  assert.equal(utcText(Date.UTC(2026, 0, 2, 3, 4, 5) * 1000), '2026-01-02 03:04:05')
})

test('a value becomes a term that means exactly that value', () => {
  assert.equal(fieldTerm('user', 'alice'), 'user:alice')
  assert.equal(fieldTerm('object', 'Domain Admins'), 'object:"Domain Admins"')
  assert.equal(fieldTerm('user', 'a"b'), 'user:"a\\"b"')
  assert.equal(fieldTerm('message', '-x'), 'message:"-x"')
  assert.equal(fieldTerm('user', 'x*'), 'user:"x*"')
})

test('a term is added once; including and excluding replace each other', () => {
  const quoted = 'object:"Domain Admins"'
  assert.equal(withTerm('', 'user:a', 'include'), 'user:a')
  assert.equal(withTerm('user:a', 'user:a', 'include'), 'user:a')
  assert.equal(withTerm('user:a x', 'user:a', 'exclude'), 'x -user:a')
  assert.equal(withTerm(`-${quoted} x`, quoted, 'include'), `x ${quoted}`)
  assert.deepEqual(termsOf('user:"a b" -x "c d"'), ['user:"a b"', '-x', '"c d"'])
})

test('an entity leads to the search that finds it', () => {
  assert.equal(termOfEntity({ kind: 'user', role: 'actor', name: 'mira' }), 'user:mira')
  assert.equal(termOfEntity({ kind: 'user', role: 'target', name: 'svc' }), '"svc"')
  assert.equal(termOfEntity({ kind: 'ip', role: 'source', name: '10.0.0.1' }), 'ip:10.0.0.1')
  assert.equal(termOfEntity({ kind: 'repository', role: 'target', name: 'a/b' }), '"a/b"')
})

test('a fixed span of the address wins over a range; nonsense falls back to a day', () => {
  const day = { from: 1000 - 24 * 60 * MINUTE, to: 1000 }
  assert.deepEqual(spanOf({ from: '5', to: '9', range: '1h' }, 1000), { from: 5, to: 9 })
  assert.deepEqual(spanOf({ from: '9', to: '5' }, 1000), day)
  assert.deepEqual(spanOf({ from: 'x', to: 'y' }, 1000), day)
  assert.deepEqual(spanOf({ range: 'for ever' }, 1000), day)
  assert.equal(microsFromField(fieldFromMicros(5_000_000)), 5_000_000)
  assert.equal(microsFromField('soon'), undefined)
})

test('the overview is green only when everything is known, quiet and seen', async () => {
  const system = createFakeSystem({ clock: createFakeClock() })
  const status = { ...(await system.status()), unknowns: [] }
  const plan = { ...(await system.plan()), blindSpots: [], green: true }
  const good = { plan, status, openIncidents: 0, failed: false }
  assert.equal(toneOf(good).kind, 'green')
  assert.equal(toneOf({ ...good, failed: true }).kind, 'unknown')
  assert.equal(toneOf({ ...good, plan: undefined }).kind, 'unknown')
  assert.equal(toneOf({ ...good, openIncidents: undefined }).kind, 'unknown')
  assert.equal(toneOf({ ...good, openIncidents: 1 }).kind, 'act')
  assert.equal(toneOf({ ...good, status: { ...status, unknowns: ['x'] } }).kind, 'unknown')
  assert.equal(toneOf({ ...good, plan: { ...plan, green: false } }).kind, 'unknown')
  const unknown = { ...status, health: { state: 'unknown' as const, sentence: '' } }
  assert.equal(toneOf({ ...good, status: unknown }).kind, 'unknown')
})

test('an incident is summed up as who, what and where, also when nobody is named', () => {
  const [incident] = sampleIncidents(Date.UTC(2026, 0, 1) * 1000)
  assert.ok(incident)
  const summary = summaryOf(incident)
  assert.deepEqual(summary.who, { main: 'mira.castell', more: 'acted upon svc-backup, deploy-bot' })
  assert.equal(summary.where.main, 'from 203.0.113.77')
  const bare = summaryOf({ ...incident, entities: [], tactics: [], timeline: [] })
  assert.equal(bare.who.main, 'Not known')
  assert.equal(bare.where.main, 'Not known')
  assert.equal(bare.what.main, incident.title)
})

test('the lines to copy hold the addresses that this server listens on', async () => {
  const status = await createFakeSystem({ clock: createFakeClock() }).status()
  const [rsyslog, filebeat, github] = connectionsOf(status)
  assert.match(rsyslog?.text ?? '', /target="127\.0\.0\.1" port="5514" protocol="tcp"/)
  assert.match(filebeat?.text ?? '', /hosts: \["http:\/\/127\.0\.0\.1:8514"\]/)
  assert.match(github?.text ?? '', /http:\/\/127\.0\.0\.1:8514\/intake\/github/)
  assert.match(firstLineOf(status), /--server 127\.0\.0\.1 --port 5514 --udp/)
  assert.match(firstLineOf({ ...status, listening: [] }), /curl/)
})

test('a source that never sent has no share of read records', () => {
  assert.equal(readShare({ received: 0, dead: 0 }), undefined)
  assert.equal(readShare({ received: 100, dead: 1 }), 0.99)
})

function timelineOf(levels: readonly ('low' | 'informational' | 'high')[]) {
  const [incident] = sampleIncidents(Date.UTC(2026, 0, 1) * 1000)
  const [entry] = incident?.timeline ?? []
  assert.ok(entry)
  return levels.map((level, at) => ({ ...entry, level, findingId: `f${at}` }))
}

test('lesser steps in a row become one chapter, a lone one stays, and none is left out', () => {
  const timeline = timelineOf(['low', 'high', 'low', 'informational', 'low', 'high', 'low'])
  const chapters = chaptersOf(timeline)
  assert.deepEqual(
    chapters.map((chapter) => (chapter.kind === 'lesser' ? chapter.entries.length : 1)),
    [1, 1, 3, 1, 1],
  )
  const told = chapters.flatMap((chapter) =>
    chapter.kind === 'lesser' ? chapter.entries : [chapter.entry],
  )
  assert.deepEqual(told, timeline)
})

test('only a long story folds its middle', () => {
  assert.equal(foldOf(chaptersOf(timelineOf(Array(18).fill('high')))), undefined)
  const fold = foldOf(chaptersOf(timelineOf(Array(19).fill('high'))))
  assert.ok(fold && fold.head + fold.tail < 19)
})

test('a step does not say its title twice', () => {
  const [entry] = timelineOf(['high'])
  assert.ok(entry)
  assert.equal(reasonOf({ ...entry, title: 'Spray', why: 'Spray: ten users' }), 'Ten users')
  assert.equal(reasonOf({ ...entry, title: 'Spray', why: 'Ten users' }), 'Ten users')
})

test('a long path keeps its end, a short one all of it', () => {
  assert.equal(shortPath('/srv/vedette/etc/plan.yaml:12'), '…/vedette/etc/plan.yaml:12')
  assert.equal(shortPath('C:\\a\\b\\c\\plan.yaml'), '…/b/c/plan.yaml')
  assert.equal(shortPath('/etc/vedette/plan.yaml'), '/etc/vedette/plan.yaml')
  assert.equal(shortPath('plan.yaml'), 'plan.yaml')
})
