import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Where everything of one Vedette lies. All in one data folder, so that a copy of it is the whole. */
export interface DataPlaces {
  readonly root: string
  readonly journal: string
  readonly spool: string
  readonly events: string
  readonly inputs: string
  readonly stateFile: string
  readonly tokenFile: string
  /** Written while a server runs: its address and process id, for the CLI beside it. */
  readonly runFile: string
}

/** The places inside a data folder. */
export function dataPlaces(root: string): DataPlaces {
  return {
    root,
    journal: join(root, 'journal'),
    spool: join(root, 'spool'),
    events: join(root, 'events'),
    inputs: join(root, 'inputs'),
    stateFile: join(root, 'state.sqlite'),
    tokenFile: join(root, 'intake.token'),
    runFile: join(root, 'run.json'),
  }
}

/** The folder of the package: where `content/` and `dist/console` lie, in a checkout and when installed. */
export function packageRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url))
  while (!existsSync(join(folder, 'package.json'))) {
    const parent = dirname(folder)
    if (parent === folder) throw new Error('package.json of vedette not found')
    folder = parent
  }
  return folder
}
