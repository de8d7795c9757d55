import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Finding } from '#shape/finding.ts'
import { absorbAll } from './testing/absorbing.ts'
import { finding, minute } from './testing/findings.ts'

const told = (findings: readonly Finding[]) => {
  const { open } = absorbAll(findings)
  assert.equal(open.length, 1)
  const [one] = open
  return { title: one?.title ?? '', story: one?.story ?? '', timeline: one?.timeline ?? [] }
}
const tagged = (tactic: string, technique: string, more: Partial<Finding> = {}) => ({
  tactics: [tactic],
  techniques: [technique],
  ...more,
})

test('one finding is told as what fired, once, by whom, where and when', () => {
  const { title, story } = told([
    finding(
      ['1', 0],
      { user: 'alice', src: '203.0.113.1', host: 'fs1' },
      { ruleTitle: 'A share was emptied' },
    ),
  ])
  assert.equal(title, 'alice: A share was emptied, at Payroll')
  assert.equal(
    story,
    'alice (from 203.0.113.1) set off “A share was emptied” once, touching Payroll, at 2026-01-05 09:00 UTC.',
  )
})

test('one finding without anybody is told too', () => {
  const silent = told([finding(['1', 0], {}, { ruleTitle: 'A source is silent' })])
  assert.equal(silent.title, 'A source is silent')
  assert.equal(silent.story, 'Somebody set off “A source is silent” once, at 2026-01-05 09:00 UTC.')
  const byAddress = told([finding(['1', 0], { src: '203.0.113.1' }, { ruleTitle: 'Probing' })])
  assert.equal(byAddress.title, '203.0.113.1: Probing')
})

test('the title goes from the first stage in time to the furthest one, never backwards', () => {
  const two = (first: Partial<Finding>, second: Partial<Finding>) =>
    told([finding(['1', 0], { user: 'u' }, first), finding(['2', 5], { user: 'u' }, second)]).title
  const spray = tagged('credential-access', 'T1110.003')
  const login = tagged('initial-access', 'T1078')
  const out = tagged('exfiltration', 'T1537')
  assert.equal(two(spray, out), 'u: from password spraying to exfiltration')
  assert.equal(two(login, out), 'u: from initial access to exfiltration')
  assert.equal(two(out, login), 'u: exfiltration and 1 more stage')
  assert.equal(two(spray, spray), 'u: password spraying, 2 kinds of findings')
  assert.equal(two({}, {}), 'u: Rule 1 and 1 more')
})

test('those who were acted upon are told apart from those who acted', () => {
  const base = finding(['1', 0], { src: '203.0.113.1' }, tagged('credential-access', 'T1110.003'))
  const people = ['ann', 'bob', 'cleo', 'dan', 'eve'].map(
    (id) => ({ kind: 'user', id, name: `${id}@acme.example`, role: 'actor' }) as const,
  )
  const { title, story, timeline } = told([
    { ...base, entities: [...people, ...base.entities] },
    finding(['2', 5], { user: 'eve', src: '203.0.113.1' }, tagged('persistence', 'T1098')),
  ])
  assert.equal(title, 'eve: password spraying and 1 more stage')
  assert.match(
    story,
    /^eve \(from 203\.0\.113\.1\) went for passwords and keys and left a way back in, acting on 4 other accounts/,
  )
  assert.equal(timeline[0]?.who, '→ many users')
})

test('an address or account that came up once among many findings is not named', () => {
  const many = Array.from({ length: 12 }, (_, n) =>
    finding([`f${n}`, n], { user: 'alice', src: '203.0.113.1' }, { ruleId: `r${n % 2}` }),
  )
  const passing = finding(['p', 14], { user: 'alice', src: '203.0.113.2' })
  const { story } = told([
    ...many,
    passing,
    finding(['q', 15], { user: 'bot', src: '203.0.113.1' }),
  ])
  assert.match(story, /^alice \(from 203\.0\.113\.1\) /)
})

test('a bare SID is not named beside accounts with names', () => {
  const { story } = told([
    finding(['1', 0], { user: 'alice', victim: 'S-1-5-21-1-2-3-500' }),
    finding(['2', 3], { user: 'alice', victim: 'bob' }),
  ])
  assert.match(story, /acting on bob/)
  assert.doesNotMatch(story, /S-1-5/i)
})

test('title and story stay short and on one line, whatever the names', () => {
  const text = fc.string({ minLength: 1, maxLength: 300 })
  const tactic = fc.constantFrom('', 'execution', 'impact', 'initial-access', 'discovery', 'x')
  fc.assert(
    fc.property(
      fc.array(fc.tuple(text, text, text, tactic), { minLength: 1, maxLength: 8 }),
      (rows) => {
        const findings = rows.map(([user, host, ruleTitle, one], n) =>
          finding(
            [String(n), n * 700],
            { user, host, src: '203.0.113.1' },
            { ruleTitle, tactics: one === '' ? [] : [one], start: minute(n * 700) },
          ),
        )
        const { title, story } = told(findings)
        assert.ok(title.length > 0 && title.length < 90, title)
        assert.ok(story.length < 300, story)
        assert.doesNotMatch(title + story, /[\p{Cc}\p{Cf}]/u)
      },
    ),
    { numRuns: 100 },
  )
})
