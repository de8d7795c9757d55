import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compileRules } from '#detect/index.ts'
import { techniqueOf } from '#plan/index.ts'
import { loadPlaybook } from '#respond/index.ts'
import { contentFiles, ruleFiles } from './files.ts'

const files = contentFiles('playbooks')
const loaded = files.map(({ path, text }) => ({ path, ...loadPlaybook(text, path) }))

test('every playbook loads without a word of complaint', () => {
  assert.equal(loaded.length, 3)
  for (const { problems, playbook } of loaded) {
    assert.deepEqual(problems, [])
    assert.ok(playbook)
  }
})

test('every playbook waits for approval, tells somebody, and says what it is for', () => {
  for (const { path, playbook } of loaded) {
    assert.equal(playbook?.approval, 'required')
    assert.ok(
      playbook.steps.some(({ action }) => action === 'slack-message'),
      path,
    )
    assert.ok(playbook.description.length > 100, path)
  }
})

test('no secret is written down, only where it is found', () => {
  for (const { text, path } of files)
    for (const [, value = ''] of text.matchAll(/^\s*(?:url|token): (.+)$/gm))
      assert.match(value, /^\$\{env:[A-Z_]+\}$/, path)
})

test('for every playbook there are rules that can bring it up', () => {
  const { rules } = compileRules(ruleFiles())
  for (const { path, playbook } of loaded) {
    const { techniques = [], tactics = [] } = playbook?.when ?? {}
    for (const id of techniques) assert.ok(techniqueOf(id), `${path}: ${id}`)
    const found = rules.filter(
      (rule) =>
        rule.tactics.some((tactic) => tactics.includes(tactic)) ||
        rule.techniques.some((id) =>
          techniques.some((wanted) => id === wanted || id.startsWith(`${wanted}.`)),
        ),
    )
    assert.ok(found.length >= 3, path)
  }
})

test('the block of an attacker can be approved without any secret, and chooses no address of everyday work', () => {
  const block = loaded.find(({ playbook }) => playbook?.id === 'block-attacker')?.playbook
  assert.ok(block)
  const [first, ...others] = block.steps
  assert.equal(first?.action, 'nft-block-address')
  assert.deepEqual(first.for, { kind: 'ip', roles: ['source'], outside: true, alerts: 1 })
  assert.ok(others.every(({ optional }) => optional))
})
