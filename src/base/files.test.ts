import assert from 'node:assert/strict'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { Failure } from './failure.ts'
import { ensureFolder, writeDurable, writeDurableNow } from './files.ts'

function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'vedette-files-'))
  t.after(() => rmSync(path, { recursive: true, force: true }))
  return path
}

const WRITERS: Readonly<Record<string, (path: string, data: string) => Promise<void>>> = {
  writeDurable: (path, data) => writeDurable(path, data),
  writeDurableNow: async (path, data) => writeDurableNow(path, data),
}
for (const [name, write] of Object.entries(WRITERS)) {
  test(`${name} replaces a file as a whole, for its owner only, and leaves nothing beside it`, async (t) => {
    const path = join(folder(t), 'state.json')
    await write(path, 'a long first text')
    await write(path, 'short')
    assert.equal(readFileSync(path, 'utf8'), 'short')
    assert.equal(statSync(path).mode & 0o777, 0o600)
    assert.equal(existsSync(`${path}.tmp`), false)
  })

  test(`${name} that cannot write keeps the old file and fails with a code`, async (t) => {
    const path = join(folder(t), 'state.json')
    await write(path, 'old')
    mkdirSync(`${path}.tmp`)
    await assert.rejects(
      async () => write(path, 'new'),
      (error) => error instanceof Failure && error.code === 'files.unwritable',
    )
    assert.equal(readFileSync(path, 'utf8'), 'old')
  })
}

test('a folder is made with its parents for its owner only, and one that cannot be is a failure', (t) => {
  const root = folder(t)
  ensureFolder(join(root, 'a', 'b'))
  ensureFolder(join(root, 'a', 'b'))
  assert.equal(statSync(join(root, 'a', 'b')).mode & 0o777, 0o700)
  writeDurableNow(join(root, 'file'), '')
  assert.throws(() => ensureFolder(join(root, 'file', 'c')), Failure)
})
