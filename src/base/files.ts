import {
  chmodSync,
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  renameSync,
  writeSync,
} from 'node:fs'
import { open, rename } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Failure, reasonOf, systemCodeOf } from './failure.ts'

/** Turns what the file system said into a coded failure: `files.full` for a full disk or quota. */
export function fileFailure(error: unknown, path: string): Failure {
  const code = systemCodeOf(error)
  const full = code === 'ENOSPC' || code === 'EDQUOT'
  return new Failure(full ? 'files.full' : 'files.unwritable', `${path}: ${reasonOf(error)}`, {
    cause: error,
  })
}

/** Makes a folder and its parents, readable by the owner only. */
export function ensureFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 })
  } catch (error) {
    throw fileFailure(error, path)
  }
}

/** Writes a file so that after a crash it is the old or the new one, never half: temp file, fsync, rename, fsync of the folder. */
export async function writeDurable(path: string, data: string | Uint8Array): Promise<void> {
  const temp = `${path}.tmp`
  try {
    const file = await open(temp, 'w', 0o600)
    try {
      await file.writeFile(data)
      await file.datasync()
    } finally {
      await file.close()
    }
    await rename(temp, path)
    await syncFolder(dirname(path))
  } catch (error) {
    throw fileFailure(error, path)
  }
}

/** As writeDurable, at once. For start-up and small files. */
export function writeDurableNow(path: string, data: string, mode = 0o600): void {
  const temp = `${path}.tmp`
  try {
    const file = openSync(temp, 'w', mode)
    try {
      writeSync(file, data)
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
    chmodSync(temp, mode)
    renameSync(temp, path)
  } catch (error) {
    throw fileFailure(error, path)
  }
}

/** As syncFolder, at once. */
export function syncFolderNow(path: string): void {
  const folder = openSync(path, 'r')
  try {
    fsyncSync(folder)
  } finally {
    closeSync(folder)
  }
}

/** Makes a rename or a new file in this folder survive a power loss. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}
