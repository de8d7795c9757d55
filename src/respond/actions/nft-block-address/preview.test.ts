import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createResponder } from '../../responder.ts'
import { exampleIncident, exampleParts } from '../../testing/fakes.ts'
import { BAD, BLOCK, ip, planned } from '../../testing/playbooks.ts'
import { readRuleset } from './ruleset.ts'

const OTHER = ip('203.0.113.8')

test('a dry run says in one line what it does, then what nft would get', async () => {
  const { parts } = exampleParts({ playbooks: [BLOCK] })
  const [step] = (await planned(parts)).steps
  assert.equal(step?.effect[0], 'Drops packets from and to 203.0.113.7 on this machine for 2 h.')
  assert.equal(step?.effect[1], 'nft -f - would get:')
  assert.equal(step?.effect[2], 'add table inet vedette')
  assert.ok(!step?.effect.some((line) => line.startsWith('flush ')))
})

test('what is made once for several addresses is shown once', async () => {
  const { parts } = exampleParts({ playbooks: [BLOCK] })
  const run = await planned(parts, exampleIncident([BAD, OTHER]))
  assert.deepEqual(run.steps[1]?.effect, [
    'Drops packets from and to 203.0.113.8 on this machine for 2 h.',
    'nft -f - would get:',
    'add element inet vedette blocked4 { 203.0.113.8 timeout 7200s }',
  ])
})

test('when the address that showed it is gone, the next one shows it', async () => {
  const { parts } = exampleParts({ playbooks: [BLOCK] })
  await planned(parts, exampleIncident([BAD, OTHER]))
  const run = await planned(parts, exampleIncident([OTHER]))
  assert.equal(run.steps.length, 1)
  assert.ok(run.steps[0]?.effect.includes('add table inet vedette'))
})

test('what is in place already is not shown as a change', async () => {
  const { parts } = exampleParts({ playbooks: [BLOCK] })
  const first = await planned(parts)
  await createResponder(parts).approve(first.id, 'ann')
  const more = exampleIncident([BAD, OTHER], { id: 'inc-2' })
  const effects = (await planned(parts, more)).steps.map(({ effect }) => effect)
  assert.deepEqual(effects, [
    ['203.0.113.7 is blocked on this machine already; nothing would change.'],
    [
      'Drops packets from and to 203.0.113.8 on this machine for 2 h.',
      'nft -f - would get:',
      'add element inet vedette blocked4 { 203.0.113.8 timeout 7200s }',
    ],
  ])
})

test('a table of which somebody removed a rule is not taken for ours in order', async () => {
  const { parts, nft } = exampleParts({ playbooks: [BLOCK] })
  await createResponder(parts).approve((await planned(parts)).id, 'ann')
  const { stdout } = await nft.command('nft', ['--json', 'list', 'table', 'inet', 'vedette'], {
    timeoutMs: 1,
  })
  assert.equal(readRuleset(stdout)?.isSetUp, true)
  const weakened = [
    stdout.replace('"saddr"', '"daddr"'),
    stdout.replace('{"drop":null}', '{"accept":null}'),
    stdout.replace('"hook":"input"', '"hook":"prerouting"'),
    stdout.replaceAll('"blocked6"', '"other"'),
  ]
  for (const text of weakened) assert.equal(readRuleset(text)?.isSetUp, false)
  for (const text of ['', 'null', '{"nftables":{}}', '[]'])
    assert.equal(readRuleset(text), undefined)
})
