import type { Clock } from '#base/clock.ts'
import { createEgress } from '#base/egress.ts'
import { reasonOf } from '#base/failure.ts'
import type { Log } from '#base/log.ts'
import { runCommand } from '#base/process.ts'
import { systemSecrets } from '#plan/index.ts'
import { createResponder, loadPlaybook, type Playbook, type Responder } from '#respond/index.ts'
import type { StateStore } from '#store/index.ts'
import type { ContentFile } from './content.ts'
import type { Loaded } from './load.ts'

/** Playbooks that can be used, and the lines that say why others cannot. */
interface ReadPlaybooks {
  readonly playbooks: readonly Playbook[]
  readonly problems: readonly string[]
}

/** Checks playbook files; one with a mistake is left out and named. */
function readPlaybooks(files: readonly ContentFile[]): ReadPlaybooks {
  const read = files.map((file) => loadPlaybook(file.text, file.path))
  return {
    playbooks: read.flatMap(({ playbook }) => (playbook ? [playbook] : [])),
    problems: read.flatMap(({ problems }) => problems.map((problem) => problem.text)),
  }
}

/** Makes the responder and takes up runs that a crash interrupted. */
export function startResponder(parts: {
  loaded: Loaded
  state: StateStore
  clock: Clock
  log: Log
}): { responder: Responder; problems: readonly string[] } {
  const { config, plan, playbookFiles } = parts.loaded
  const { playbooks, problems } = readPlaybooks(playbookFiles)
  const { http, syslog } = config.listen
  const responder = createResponder({
    playbooks,
    store: parts.state.runs,
    egress: createEgress({ allow: config.egress.allow }),
    command: runCommand,
    clock: parts.clock,
    log: parts.log.child('respond'),
    secrets: systemSecrets,
    plan,
    listen: [http.host, ...(syslog === 'off' ? [] : [syslog.host])],
  })
  responder.resume().catch((error: unknown) => {
    parts.log.error('interrupted runs were not taken up', { reason: reasonOf(error) })
  })
  return { responder, problems }
}
