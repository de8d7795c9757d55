import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'

/** Memory, where there is such a folder: hundreds of small syncs need not wait for a disk. */
const root = existsSync('/dev/shm') ? '/dev/shm' : tmpdir()

/** A folder of its own for one test, removed when the test ends. */
export async function testFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(root, 'vedette-collect-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  return folder
}
