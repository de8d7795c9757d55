import { existsSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Clock } from '#base/clock.ts'
import { Failure } from '#base/failure.ts'
import { ensureFolder, writeDurableNow } from '#base/files.ts'
import { loadConfig, systemSecrets } from '#plan/index.ts'
import { shippedContent } from './content.ts'
import { type Loaded, loadAll } from './load.ts'

const MARK = 'demo.json'

/** Makes an empty data folder for the demo. One of an earlier demo is emptied; a folder with anything else in it is refused. */
export function freshDemoFolder(folder: string): void {
  const isEmpty = !existsSync(folder) || readdirSync(folder).length === 0
  if (!isEmpty && !existsSync(join(folder, MARK)))
    throw new Failure('files.exists', `${folder} holds something else than a demo`)
  rmSync(folder, { recursive: true, force: true })
  ensureFolder(folder)
  writeDurableNow(join(folder, MARK), '{"demo":true}\n')
}

/** Configuration, plan and content of the demo company, listening on the given ports of loopback. */
export function loadDemo(ports: { http: number; syslog: number }, clock: Clock): Loaded {
  const { demo, indicators } = shippedContent()
  const text = JSON.stringify({
    listen: { http: `127.0.0.1:${ports.http}`, syslog: `127.0.0.1:${ports.syslog}` },
    plan: join(demo, 'plan.yaml'),
    indicators: readdirSync(indicators)
      .filter((name) => name.endsWith('.csv'))
      .map((name) => join(indicators, name)),
    ownLogs: false,
  })
  const { config, problems } = loadConfig(text, '', systemSecrets)
  if (!config)
    throw new Failure('config.invalid', 'the demo has a mistake', {
      details: problems.map((problem) => problem.text),
    })
  return loadAll(config, clock)
}
