import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { countEscapes, MAX_FILE_LINES } from './ratchet.ts'
import { ROOT, sourceFiles } from './sources.ts'

const FORBIDDEN = /(^|\/)(utils?|helpers?|common|misc|manager|service|core|lib)(\.|\/|$)/

test('no file is longer than the hard limit', () => {
  const long = sourceFiles(['src', 'console', 'tools', 'tests'])
    .filter(({ text }) => text.split('\n').length > MAX_FILE_LINES)
    .map(({ path }) => path)
  assert.deepEqual(long, [])
})

test('no file or folder has a name that says nothing', () => {
  const vague = sourceFiles(['src', 'console', 'tools'])
    .map(({ path }) => path)
    .filter((path) => FORBIDDEN.test(path))
  assert.deepEqual(vague, [])
})

test('escape hatches only become fewer', () => {
  const allowed: Record<string, number> = JSON.parse(
    readFileSync(new URL('tools/ratchet.json', ROOT), 'utf8'),
  )
  for (const [name, count] of Object.entries(countEscapes())) {
    assert.ok(count <= (allowed[name] ?? 0), `${name}: ${count} now, ${allowed[name]} allowed`)
  }
})
