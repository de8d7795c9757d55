import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { normaliseIndicator } from '#intel/index.ts'
import { techniqueOf } from '#plan/index.ts'
import { buildFacts, readBundle } from '../../tools/attack-facts.ts'

const INTEL = new URL('../../../shared/data/intel/', import.meta.url)
const BUNDLE = new URL('attack/enterprise-attack-18.1.json.gz', INTEL)
const skip = existsSync(BUNDLE) ? false : 'needs ../shared'

test('the kept ATT&CK facts are those of the 18.1 bundle', { skip }, () => {
  const facts = buildFacts(readBundle(fileURLToPath(BUNDLE)))
  const kept = readFileSync(
    new URL('../../src/plan/attack-18.1.data.json', import.meta.url),
    'utf8',
  )
  assert.deepEqual(JSON.parse(kept), facts)
  assert.equal(Object.keys(facts.techniques).length, 691)
  assert.equal(facts.tactics.length, 14)
  assert.equal(Object.keys(facts.mitigations).length, 44)
  const mitigated = Object.values(facts.techniques).filter((row) => row[2] !== '')
  assert.equal(mitigated.length, 582)
})

test('every technique of the KEV mappings that 18.1 still has is found', { skip }, () => {
  const path = new URL('mappings-explorer/kev-07.28.2025_attack-16.1-enterprise.json.gz', INTEL)
  const text = gunzipSync(readFileSync(path)).toString('utf8')
  const ids = new Set(text.match(/\bT\d{4}(?:\.\d{3})?\b/g))
  const missing = [...ids].filter((id) => techniqueOf(id) === undefined)
  assert.ok(ids.size > 100)
  // What 17 and 18 revoked may be missing, nothing else: a handful.
  assert.ok(missing.length <= 5, missing.join())
})

test('the entries of the warning lists that are plain domains and addresses are understood', {
  skip,
}, () => {
  const path = new URL('misp-warninglists/lists.json.gz', INTEL)
  const lists: unknown = JSON.parse(gunzipSync(readFileSync(path)).toString('utf8'))
  assert.ok(Array.isArray(lists))
  let seen = 0
  const odd: string[] = []
  for (const list of lists) {
    if (list.type !== 'hostname' && list.type !== 'cidr') continue
    for (const value of list.list.slice(0, 500)) {
      seen += 1
      const found = normaliseIndicator(String(value).replace(/^\./, ''))
      const isFine = found.ok || found.code === 'indicator.range' || !String(value).includes('.')
      if (!isFine && !String(value).includes(':')) odd.push(value)
    }
  }
  assert.ok(seen > 5_000)
  assert.ok(odd.length / seen < 0.01, odd.slice(0, 20).join(' '))
})
