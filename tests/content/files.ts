import { globSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))

/** A file of `content/`: its path from the root of the repository, and its text. */
export interface ContentFile {
  readonly path: string
  readonly text: string
}

/** The files below a folder of `content/`, by extension, in stable order. */
export function contentFiles(
  folder: string,
  extension: 'yml' | 'yaml' | 'csv' = 'yml',
): ContentFile[] {
  const base = join(ROOT, 'content', folder)
  return globSync(`**/*.${extension}`, { cwd: base })
    .sort()
    .map((name) => {
      const path = join(base, name)
      return { path: relative(ROOT, path), text: readFileSync(path, 'utf8') }
    })
}

/** Everything that can find: rules, correlations, baselines. */
export function ruleFiles(): ContentFile[] {
  return ['rules', 'correlations', 'baselines'].flatMap((folder) => contentFiles(folder))
}
