import { globSync, readFileSync, statSync } from 'node:fs'
import { join, relative } from 'node:path'
import { Failure, reasonOf } from '#base/failure.ts'
import { packageRoot } from './places.ts'

/** A text file of content: path as shown to people, and its text. */
export interface ContentFile {
  readonly path: string
  readonly text: string
}

/** A file that could not be read, and why. */
export interface UnreadableFile {
  readonly path: string
  readonly reason: string
}

/** What a folder gave. Files that cannot be read are named, the others are used. */
export interface ContentFolder {
  readonly files: readonly ContentFile[]
  readonly unreadable: readonly UnreadableFile[]
}

const MAX_FILE_BYTES = 4 * 1024 * 1024

/** All `.yml` and `.yaml` files of the given files and folders, in stable order. Throws `rules.invalid` for a path that is not there. */
export function readContent(paths: readonly string[]): ContentFolder {
  const files: ContentFile[] = []
  const unreadable: UnreadableFile[] = []
  for (const path of paths.flatMap(yamlFiles)) {
    try {
      const sizeBytes = statSync(path).size
      if (sizeBytes > MAX_FILE_BYTES)
        throw new Error(`${sizeBytes} bytes are more than a content file may have`)
      files.push({ path: shownPath(path), text: readFileSync(path, 'utf8') })
    } catch (error) {
      unreadable.push({ path: shownPath(path), reason: reasonOf(error) })
    }
  }
  return { files, unreadable }
}

function yamlFiles(path: string): string[] {
  const kind = statSync(path, { throwIfNoEntry: false })
  if (!kind) throw new Failure('rules.invalid', `${path}: there is no such file or folder`)
  if (!kind.isDirectory()) return [path]
  return globSync('**/*.{yml,yaml}', { cwd: path })
    .sort()
    .map((name) => join(path, name))
}

function shownPath(path: string): string {
  const inside = relative(packageRoot(), path)
  return inside.startsWith('..') ? path : inside
}

/** Folders of the content that comes with Vedette. */
export function shippedContent() {
  const content = join(packageRoot(), 'content')
  return {
    rules: [join(content, 'rules'), join(content, 'correlations'), join(content, 'baselines')],
    playbooks: [join(content, 'playbooks')],
    indicators: join(content, 'indicators'),
    demo: join(content, 'demo'),
    console: join(packageRoot(), 'dist', 'console'),
  }
}
