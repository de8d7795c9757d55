import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { test } from 'node:test'
import { OPEN_ROOMS, PURE_ROOMS, ROOMS } from './rooms.ts'
import { importsOf, ROOT, sourceFiles } from './sources.ts'

const files = sourceFiles(['src'])
const roomOf = (path: string) => path.split('/')[1] ?? ''
const isTest = (path: string) => path.includes('.test.ts') || path.includes('/testing/')

/** What is wrong with one import of one file; empty when nothing is. */
function wrongWall(path: string, name: string): string {
  const room = roomOf(path)
  if (name.startsWith('.')) {
    const target = new URL(name, new URL(path, ROOT)).pathname.slice(ROOT.pathname.length)
    return target.startsWith(`src/${room}/`) || target === 'package.json'
      ? ''
      : `${path}: ${name} leaves the room; say #`
  }
  if (!name.startsWith('#')) return ''
  const [other = '', ...rest] = name.slice(1).split('/')
  if (other === room) return `${path}: ${name} is inside the room; say ./`
  if (!(ROOMS[room] ?? []).includes(other)) return `${path}: ${room} may not open ${other}`
  const isDoor = rest.join('/') === 'index.ts' || (other === 'serve' && rest[0] === 'contract')
  return isDoor || OPEN_ROOMS.includes(other) ? '' : `${path}: ${name} is not a door`
}

test('every import goes through an open door of a room below', () => {
  const wrong = files
    .filter(({ path }) => !isTest(path))
    .flatMap(({ path, text }) => importsOf(text).map((name) => wrongWall(path, name)))
    .filter(Boolean)
  assert.deepEqual(wrong, [])
})

test('the wall test sees a wrong import when there is one', () => {
  assert.notEqual(wrongWall('src/detect/x.ts', '#store/index.ts'), '')
  assert.notEqual(wrongWall('src/serve/x.ts', '#store/state/dialect.ts'), '')
  assert.notEqual(wrongWall('src/detect/x.ts', '../store/index.ts'), '')
  assert.equal(wrongWall('src/detect/x.ts', '#base/json.ts'), '')
})

test('pure rooms import nothing of the operating system', () => {
  const allowed = ['node:buffer']
  const wrong = files
    .filter(
      ({ path }) =>
        PURE_ROOMS.includes(roomOf(path)) && !isTest(path) && !path.endsWith('golden.ts'),
    )
    .flatMap(({ path, text }) =>
      importsOf(text)
        .filter((name) => name.startsWith('node:') && !allowed.includes(name))
        .map((name) => `${path}: ${name}`),
    )
  assert.deepEqual(wrong, [])
})

test('the console knows the server by its contract types only', () => {
  const wrong = sourceFiles(['console']).flatMap(({ path, text }) =>
    importsOf(text)
      .filter((name) => name.startsWith('#') && !name.startsWith('#serve/contract/'))
      .map((name) => `${path}: ${name}`),
  )
  assert.deepEqual(wrong, [])
})

test('every room has its page and its door', () => {
  const missing = Object.keys(ROOMS).flatMap((room) => {
    const needed =
      OPEN_ROOMS.includes(room) || room === 'cli' ? ['README.md'] : ['README.md', 'index.ts']
    return needed
      .map((name) => `src/${room}/${name}`)
      .filter((path) => !existsSync(new URL(path, ROOT)))
  })
  assert.deepEqual(missing, [])
  assert.ok(existsSync(new URL('console/README.md', ROOT)))
})
