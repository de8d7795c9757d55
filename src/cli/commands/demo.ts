import type { ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { systemClock } from '#base/clock.ts'
import { Failure } from '#base/failure.ts'
import { createLog } from '#base/log.ts'
import { forkModule } from '#base/process.ts'
import { freshDemoFolder, loadDemo, type Running, startVedette } from '#run/index.ts'
import { complain, note, say } from '../print.ts'
import { type StopSignal, untilStopped } from '../stop-signal.ts'
import { numberFrom, type Verb } from '../verb.ts'
import { version } from '../version.ts'

interface DemoFlags {
  readonly data: string
  readonly port: number
  readonly seed: string
  readonly speed: number
}

/** `vedette demo`: the same server with a simulated company under attack. */
export const demoCommand: Verb = {
  name: 'demo',
  usage: 'demo [--data DIR] [--port N]',
  summary: 'The same server with a simulated company under attack, in a data folder of its own.',
  declare(command, done) {
    command
      .option('--data <dir>', 'data folder, emptied at each start', './.vedette-demo')
      .option('--port <n>', 'port of the console, 0 for any free one', numberFrom(0), 7480)
      .option('--seed <text>', 'another story from another seed', 'lindenhof')
      .option('--speed <factor>', 'how fast the past is played', numberFrom(0.01), 1)
      .action((flags: DemoFlags) => done(runDemo(flags)))
  },
}

async function runDemo(flags: DemoFlags): Promise<number> {
  freshDemoFolder(flags.data)
  const stopped = untilStopped()
  const running = await startOnFreePort(flags, stopped)
  for (const line of await welcome(running)) say(line)
  const player = startPlayer(running, flags)
  player.on('message', (message: unknown) => report(message))
  // What has arrived can still be looked at.
  player.on('exit', (code) => {
    if (code !== 0 && code !== null) note('  the simulated company has stopped; the server goes on')
  })
  const reason = await stopped.promise
  if (reason !== '') note(`stopping: ${reason}`)
  player.kill('SIGTERM')
  try {
    await running.stop()
  } catch (error) {
    return complain(error)
  }
  return reason === '' ? 0 : 3
}

/** A demo is looked at beside a real server: a taken port is no reason not to start it. */
async function startOnFreePort(flags: DemoFlags, stopped: StopSignal): Promise<Running> {
  const start = (ports: { http: number; syslog: number }) =>
    startVedette({
      loaded: loadDemo(ports, systemClock),
      dataFolder: flags.data,
      version: version(),
      log: createLog('warn'),
      onBroken: (reason) => stopped.now(reason),
    })
  try {
    return await start({ http: flags.port, syslog: flags.port === 0 ? 0 : 5514 })
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== 'collect.port-taken') throw error
    note(`${error.message}: taking free ports instead`)
    return start({ http: 0, syslog: 0 })
  }
}

function startPlayer(running: Running, flags: DemoFlags): ChildProcess {
  const addressOf = (kind: string) =>
    running.listening
      .find((line) => line.startsWith(`syslog ${kind} `))
      ?.split(' ')
      .at(-1) ?? ''
  const path = fileURLToPath(new URL('../demo/player.ts', import.meta.url))
  const target = ['--url', running.url, '--token', running.intakeToken]
  const syslog = ['--syslog', addressOf('udp'), '--syslog-tcp', addressOf('tcp')]
  return forkModule(path, {
    args: [...target, ...syslog, '--seed', flags.seed, '--speed', String(flags.speed)],
  })
}

async function welcome(running: Running): Promise<string[]> {
  return [
    '',
    `Vedette demo is up: ${running.url}`,
    `Sign in once:       ${await running.signInLink()}`,
    '',
    'A simulated company, Lindenhof Software, now lives its last four days in half a minute: identity provider,',
    'domain controller, firewalls, web shop, GitHub and AWS. One intrusion is inside.',
    '',
  ]
}

let shown = -1

function report(message: unknown): void {
  if (typeof message !== 'object' || message === null || !('kind' in message)) return
  if (message.kind === 'progress' && 'sent' in message && 'total' in message) {
    const percent = Math.floor((Number(message.sent) / Number(message.total)) * 10) * 10
    if (percent === shown) return
    shown = percent
    note(`  ${percent} % of ${message.total} records sent`)
  }
  if (message.kind === 'told')
    say('The story is told. Open the console: one incident should ask for you. Stop with Ctrl-C.')
  if (message.kind === 'failed' && 'reason' in message)
    note(`  the company could not send: ${String(message.reason)}`)
}
