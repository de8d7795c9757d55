import { glob, stat } from 'node:fs/promises'
import { resolve } from 'node:path'

/** A file as it was when it was looked at. */
export interface FoundFile {
  readonly path: string
  /** Device and inode: `2049-131`. */
  readonly key: string
  readonly sizeBytes: number
  readonly modifiedMs: number
}

/** Files that match the patterns, each once, in stable order; a folder stands for the files directly in it. */
export async function listFiles(patterns: readonly string[]): Promise<FoundFile[]> {
  const found = new Map<string, FoundFile>()
  for (const pattern of patterns) {
    const paths: string[] = []
    for await (const path of glob(await withFolderOpened(pattern))) paths.push(resolve(path))
    for (const path of paths.sort()) {
      // Inode numbers of some file systems need all 64 bits.
      const info = await stat(path, { bigint: true }).catch(() => undefined)
      if (!info?.isFile()) continue
      const key = `${info.dev}-${info.ino}`
      if (!found.has(key))
        found.set(key, {
          path,
          key,
          sizeBytes: Number(info.size),
          modifiedMs: Number(info.mtimeNs) / 1e6,
        })
    }
  }
  return [...found.values()]
}

async function withFolderOpened(pattern: string): Promise<string> {
  const info = await stat(pattern).catch(() => undefined)
  return info?.isDirectory() ? `${pattern}/*` : pattern
}

/** True when a file has the size and time it had: then it was not written meanwhile. */
export function isSameFile(seen: FoundFile | undefined, now: FoundFile): boolean {
  return seen?.sizeBytes === now.sizeBytes && seen.modifiedMs === now.modifiedMs
}
