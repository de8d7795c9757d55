import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** The repository root. */
export const ROOT = new URL('../../', import.meta.url).pathname

/** Runs a program to its end; code -1 when it could not be started. */
export function run(
  program: string,
  args: readonly string[],
  options: { cwd?: string; path?: string } = {},
): Promise<{ code: number; output: string }> {
  return new Promise((resolve) => {
    const { NODE_OPTIONS: _, ...env } = process.env
    const child = spawn(program, [...args], {
      cwd: options.cwd ?? ROOT,
      env: { ...env, PATH: options.path ?? env['PATH'] },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let output = ''
    const take = (part: Buffer) => {
      output += part.toString()
    }
    child.stdout.on('data', take)
    child.stderr.on('data', take)
    child.on('error', (error) => resolve({ code: -1, output: String(error) }))
    child.on('close', (code) => resolve({ code: code ?? -1, output }))
  })
}

/** The search path without what npm and this repository put there: what a stranger's shell has. */
export const plainPath = (process.env['PATH'] ?? '')
  .split(delimiter)
  .filter((folder) => !folder.includes('node_modules'))
  .join(delimiter)

/** The search path with the pinned Node first. */
export const pinnedPath = `${join(ROOT, 'node_modules', '.bin')}${delimiter}${plainPath}`

/** The machine's own Node when it is older than the one that Vedette needs. */
export async function olderNode(): Promise<string | undefined> {
  for (const folder of plainPath.split(delimiter)) {
    const program = join(folder, 'node')
    if (!existsSync(program)) continue
    const { output } = await run(program, ['--version'], { path: plainPath })
    return Number(/^v(\d+)/.exec(output)?.[1] ?? 24) < 24 ? program : undefined
  }
  return undefined
}
