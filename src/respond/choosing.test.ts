import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Incident } from '#shape/incident.ts'
import { createResponder, loadPlaybook } from './index.ts'
import { exampleIncident, exampleParts, examplePlaybook, withServer } from './testing/fakes.ts'
import { BAD, ip, planned } from './testing/playbooks.ts'

const blockFor = (how: string) =>
  examplePlaybook(`
id: block
title: Block
steps:
  - { name: block, action: nft-block-address, for: ${how}, with: { address: "{{entity.ip}}" } }
`)

/** Addresses: an outside source that alerts name, one that only signals name, one of each kind that is ours. */
const alerted = (alerts: number, one: Incident['entities'][number]) => ({ ...one, alerts })
const plain = exampleIncident([
  ip('203.0.113.7'),
  ip('203.0.113.8'),
  ip('10.1.1.1'),
  ip('198.51.100.9'),
  ip('192.0.2.1'),
  ip('192.0.2.80'),
  ip('203.0.113.99', 'destination'),
])
const MIXED = {
  ...plain,
  entities: plain.entities.map((one) => alerted(one.id === '203.0.113.8' ? 0 : 2, one)),
}

const choices: [string, string, readonly string[]][] = [
  ['roles alone', '{ kind: ip, roles: [destination] }', ['203.0.113.99']],
  [
    'what is not ours',
    '{ kind: ip, roles: [source], outside: true }',
    ['203.0.113.7', '203.0.113.8'],
  ],
  ['what alerts name', '{ kind: ip, roles: [source], outside: true, alerts: 1 }', ['203.0.113.7']],
  ['what many alerts name', '{ kind: ip, alerts: 3 }', []],
]
for (const [words, how, wanted] of choices)
  test(`a step for ${words} is for nothing else`, async () => {
    const { parts } = exampleParts({ playbooks: [blockFor(how)] })
    const runs = await createResponder(parts).onIncident(MIXED)
    const names = runs.flatMap((run) => run.steps.map(({ input }) => input['address']))
    assert.deepEqual(names, wanted)
    assert.equal(runs.length, wanted.length === 0 ? 0 : 1)
  })

const withTell = (url: string, how: string, optional: boolean) =>
  examplePlaybook(`
id: block
title: Block
steps:
  - { name: block, action: nft-block-address, for: ${how}, with: { address: "{{entity.ip}}" } }
  - { name: tell, action: slack-message, optional: ${optional}, with: { url: "${url}", text: "Blocked: {{run.entities}}." } }
`)
const SOURCES = '{ kind: ip, roles: [source] }'

test('a message names exactly what the steps of its run act upon', async () => {
  await withServer(
    () => ({ status: 200 }),
    async (url, seen) => {
      const how = '{ kind: ip, roles: [source], outside: true, alerts: 1 }'
      const { parts } = exampleParts({ playbooks: [withTell(url, how, true)] })
      const run = await planned(parts, MIXED)
      await createResponder(parts).approve(run.id, 'ann')
      assert.deepEqual(JSON.parse(seen[0]?.body ?? ''), { text: 'Blocked: 203.0.113.7.' })
    },
  )
})

test('an optional step without its secret is shown as left out, and the run ends well', async () => {
  const { parts, nft } = exampleParts({
    playbooks: [withTell('${env:NOWHERE}', SOURCES, true)],
  })
  const run = await planned(parts)
  assert.deepEqual(run.steps[1]?.effect, [
    'Would be left out now: the environment variable NOWHERE is not set',
  ])
  const done = await createResponder(parts).approve(run.id, 'ann')
  assert.equal(done.status, 'done')
  assert.deepEqual(
    done.steps.map(({ status }) => status),
    ['done', 'skipped'],
  )
  assert.match(done.steps[1]?.detail ?? '', /^left out: .*NOWHERE/)
  assert.ok(nft.sets.get('blocked4')?.has(BAD.id))
})

test('a step that is not optional fails the run without its secret', async () => {
  const { parts } = exampleParts({ playbooks: [withTell('${env:NOWHERE}', SOURCES, false)] })
  const done = await createResponder(parts).approve((await planned(parts)).id, 'ann')
  assert.equal(done.status, 'failed')
})

test('an optional step that fails says so and stops nothing', async () => {
  await withServer(
    () => ({ status: 403 }),
    async (url) => {
      const { parts } = exampleParts({ playbooks: [withTell(url, SOURCES, true)] })
      const done = await createResponder(parts).approve((await planned(parts)).id, 'ann')
      assert.deepEqual([done.status, done.steps[1]?.status], ['done', 'failed'])
    },
  )
})

test('a run of which every step was left out does not end well', async () => {
  const { parts } = exampleParts({ playbooks: [withTell('${env:NOWHERE}', SOURCES, true)] })
  const run = await planned(parts, exampleIncident([ip('10.1.1.1')]))
  assert.equal(run.steps[0]?.status, 'skipped')
  const ended = await createResponder(parts).approve(run.id, 'ann')
  assert.equal(ended.status, 'failed')
})

test('a run that would do nothing but an optional step is none', async () => {
  const { parts } = exampleParts({
    playbooks: [withTell('http://127.0.0.1:9/', '{ kind: ip, alerts: 9 }', true)],
  })
  assert.deepEqual(await createResponder(parts).onIncident(MIXED), [])
})

test('a wrong number of alerts is a mistake with its place', () => {
  const text =
    'id: a\ntitle: t\nsteps:\n  - { name: x, action: nft-block-address, for: { kind: ip, alerts: -1 }, with: { address: "{{entity.ip}}" } }\n'
  const { problems } = loadPlaybook(text, 'p.yaml')
  assert.match(problems[0]?.text ?? '', /p\.yaml:4:\d+ steps\.0\.for/)
})
