import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { ROOT } from './machine.ts'

interface Locked {
  readonly version?: string
  readonly resolved?: string
  readonly integrity?: string
  readonly optional?: boolean
  readonly dependencies?: Record<string, string>
  readonly devDependencies?: Record<string, string>
  readonly optionalDependencies?: Record<string, string>
}

const lock: { packages: Record<string, Locked> } = JSON.parse(
  readFileSync(join(ROOT, 'package-lock.json'), 'utf8'),
)

test('the lock file names every optional package, those of other machines too, so that npm ci never has to ask', () => {
  const missing = Object.entries(lock.packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies)
      .filter((name) => !lock.packages[`node_modules/${name}`])
      .map((name) => `${path} wants ${name}`),
  )
  assert.deepEqual(missing, [])
})

test('every dependency of ours is pinned to one version, the one in the lock file', () => {
  const own = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
  const wanted: [string, string][] = [
    ...Object.entries<string>(own.dependencies),
    ...Object.entries<string>(own.devDependencies),
    ...Object.entries<string>(own.optionalDependencies),
  ]
  assert.ok(wanted.length > 20)
  for (const [name, version] of wanted) {
    assert.match(version, /^\d+\.\d+\.\d+$/, name)
    assert.equal(lock.packages[`node_modules/${name}`]?.version, version, name)
  }
})
