import type { Dirent } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Failure, reasonOf } from '#base/failure.ts'

/**
 * The files of the given files and folders, folders opened in depth, in stable order. Names that begin with a dot, and
 * links to folders, are left out below a folder. Fails with `collect.unreadable` for a path that is not there.
 */
export async function* walkFiles(paths: readonly string[]): AsyncGenerator<string> {
  for (const path of paths) {
    const info = await stat(path).catch((error: unknown) => {
      throw new Failure('collect.unreadable', `${path}: ${reasonOf(error)}`, { cause: error })
    })
    if (info.isDirectory()) yield* walkFolder(path)
    else yield path
  }
}

async function* walkFolder(folder: string): AsyncGenerator<string> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    throw new Failure('collect.unreadable', `${folder}: ${reasonOf(error)}`, { cause: error })
  })
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (entry.name.startsWith('.')) continue
    const path = join(folder, entry.name)
    if (entry.isDirectory()) yield* walkFolder(path)
    else if (await isFile(entry, path)) yield path
  }
}

async function isFile(entry: Dirent, path: string): Promise<boolean> {
  if (entry.isFile()) return true
  if (!entry.isSymbolicLink()) return false
  return (await stat(path).catch(() => undefined))?.isFile() ?? false
}
