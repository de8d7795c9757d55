import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'

/** Memory, where there is such a folder: hundreds of small syncs need not wait for a disk. */
const root = existsSync('/dev/shm') ? '/dev/shm' : tmpdir()

/** A folder of its own for one test, removed when the test ends. */
export function testFolder(t: TestContext): string {
  const folder = mkdtempSync(join(root, 'vedette-run-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}
