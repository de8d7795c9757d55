import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseJsonObject } from '#base/json.ts'
import { PEOPLE } from './company.ts'
import { ordinaryLife } from './days.ts'
import { INTRUDER, INTRUSION_MS } from './intrusion.ts'
import { HOME } from './intrusion-inside.ts'
import { createChance } from './prng.ts'
import { intrusionStart, tellStory } from './story.ts'
import type { DemoRecord } from './wire.ts'

const HOUR = 3_600_000
const WEDNESDAY = Date.parse('2026-03-11T14:30:00Z')
const story = tellStory({ seed: 'test', now: WEDNESDAY })

test('the same seed tells the same story, another seed another one', () => {
  const span = { seed: 'x', now: WEDNESDAY, days: 0.5 }
  assert.deepEqual(tellStory(span), tellStory(span))
  assert.notDeepEqual(tellStory(span), tellStory({ ...span, seed: 'y' }))
})

test('a story is in order, ends now, and is of a size that can be told in half a minute', () => {
  assert.ok(story.every((record, at) => at === 0 || (story[at - 1]?.time ?? 0) <= record.time))
  assert.ok((story.at(-1)?.time ?? 0) <= WEDNESDAY)
  assert.ok((story[0]?.time ?? 0) >= WEDNESDAY - 4 * 24 * HOUR)
  assert.ok(story.length > 20_000 && story.length < 45_000, `${story.length} records`)
})

test('every lane carries records, and the inner firewall most of them', () => {
  const lanes = new Set(story.map((record) => record.lane))
  assert.deepEqual([...lanes].sort(), ['bulk', 'cloudtrail', 'github', 'okta', 'tcp', 'udp'])
  const chatter = story.filter(({ body }) => body.includes(' fw-core-1 ')).length
  assert.ok(chatter / story.length > 0.4, `${chatter} of ${story.length}`)
})

test('JSON lanes carry objects, syslog lanes carry lines with a priority', () => {
  for (const { lane, body } of story.slice(0, 4_000))
    if (lane === 'udp' || lane === 'tcp') assert.match(body, /^<\d{1,3}>[^\n]+$/)
    else assert.ok(parseJsonObject(body).ok, body)
})

test('nights are quieter than working hours, weekends quieter than working days', () => {
  const count = (from: string, hours: number) => {
    const start = Date.parse(from)
    const life = ordinaryLife(createChance('w'), { from: start, to: start + hours * HOUR })
    return life.filter(({ lane }) => lane === 'okta').length
  }
  assert.ok(count('2026-03-10T08:00:00Z', 3) > 10 * count('2026-03-10T00:00:00Z', 3))
  assert.ok(count('2026-03-10T06:00:00Z', 10) > 3 * count('2026-03-08T06:00:00Z', 10))
})

test('without the intrusion nothing of the stranger is there; with it nothing of it before its start', () => {
  const ordinary = tellStory({ seed: 'test', now: WEDNESDAY, withIntrusion: false })
  const isStrange = ({ body }: DemoRecord) => body.includes(INTRUDER.ip) || body.includes(HOME.ip)
  assert.equal(ordinary.filter(isStrange).length, 0)
  const strange = story.filter(isStrange)
  const start = intrusionStart(WEDNESDAY)
  assert.ok(strange.length > 200)
  assert.ok(strange.every(({ time }) => time >= start && time <= start + INTRUSION_MS))
  assert.deepEqual([...new Set(strange.map(({ lane }) => lane))].sort(), [
    'bulk',
    'cloudtrail',
    'github',
    'okta',
    'udp',
  ])
})

test('only addresses reserved for documentation and private ones appear', () => {
  const allowed = /^(10\.20|192\.0\.2|198\.51\.100|203\.0\.113|127\.0\.0)\./
  // Versions of programs look like addresses; they never have an octet pattern of the families below.
  const addresses = new Set<string>()
  for (const { body } of story)
    for (const [found] of body.matchAll(
      /(?<![\w./-])(?:10|127|172|192|198|203|8|1)\.\d{1,3}\.\d{1,3}\.\d{1,3}(?![\w.])/g,
    ))
      addresses.add(found)
  assert.ok(addresses.size > 50)
  for (const address of addresses) assert.match(address, allowed)
})

test('everybody has an own workstation and address', () => {
  assert.equal(PEOPLE.length, 30)
  assert.equal(new Set(PEOPLE.map(({ ip }) => ip)).size, 30)
  assert.equal(new Set(PEOPLE.map(({ user }) => user)).size, 30)
})

test('life in slices of seconds is as busy as life in hours', () => {
  const from = Date.parse('2026-03-10T09:00:00Z')
  const chance = createChance('slices')
  let sliced = 0
  for (let at = from; at < from + HOUR; at += 5_000)
    sliced += ordinaryLife(chance, { from: at, to: at + 5_000 }).length
  const whole = ordinaryLife(createChance('whole'), { from, to: from + HOUR }).length
  // Bundles that reach beyond their slice are cut, so slices give a little less.
  assert.ok(sliced > whole * 0.6 && sliced < whole * 1.2, `${sliced} against ${whole}`)
})
