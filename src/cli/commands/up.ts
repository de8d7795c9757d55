import { systemClock } from '#base/clock.ts'
import { createLog } from '#base/log.ts'
import { loadAll, type Running, readConfig, startVedette } from '#run/index.ts'
import { complain, note, say } from '../print.ts'
import { untilStopped } from '../stop-signal.ts'
import type { Verb } from '../verb.ts'
import { version } from '../version.ts'

interface UpFlags {
  readonly config?: string
  readonly data?: string
  readonly logLevel: string
  readonly quiet?: boolean
}

/** `vedette up`: collects, detects and serves the console until stopped. */
export const upCommand: Verb = {
  name: 'up',
  usage: 'up [--config vedette.yaml] [--data DIR]',
  summary: 'Collect, detect and serve the console, until stopped.',
  declare(command, done) {
    command
      .option('--config <file>', 'configuration; vedette.yaml of this folder when it is there')
      .option('--data <dir>', 'data folder (default ./.vedette)')
      .option('--quiet', 'print no welcome')
      .addOption(
        command
          .createOption('--log-level <level>', 'least level logged to standard error')
          .choices(['debug', 'info', 'warn', 'error'])
          .default('warn'),
      )
      .action((flags: UpFlags) => done(runUp(flags)))
  },
}

async function runUp(flags: UpFlags): Promise<number> {
  const config = readConfig(flags.config)
  const stopped = untilStopped()
  const running = await startVedette({
    loaded: loadAll(config, systemClock),
    dataFolder: flags.data ?? config.data,
    version: version(),
    log: createLog(flags.logLevel),
    onBroken: (reason) => stopped.now(reason),
  })
  if (!flags.quiet) for (const line of await welcomed(running)) say(line)
  const reason = await stopped.promise
  if (reason !== '') note(`stopping: ${reason}`)
  try {
    await running.stop()
  } catch (error) {
    return complain(error)
  }
  return reason === '' ? 0 : 3
}

/** A welcome that cannot be made (no link on a full disk) is no reason to stop collecting. */
function welcomed(running: Running): Promise<string[]> {
  return welcome(running).catch((error: unknown) => {
    complain(error)
    return [`Vedette is up: ${running.url}`, 'For a sign-in link: vedette sign-in']
  })
}

/** What a newcomer reads first: where the console is, what listens, what is read, what is not known. */
async function welcome(running: Running): Promise<string[]> {
  const section = (title: string, rows: readonly string[]) =>
    rows.length === 0 ? [] : ['', title, ...rows.map((row) => `  ${row}`)]
  const own = running.ownLogs.map(
    (log) =>
      `${mark(log.state)} ${log.name}: ${log.state === 'read' ? log.text : `not read, ${log.text}`}`,
  )
  return [
    '',
    `Vedette is up: ${running.url}`,
    `Sign in once:  ${await running.signInLink()}`,
    ...section('Listening', [
      ...running.listening,
      `http  ${running.url}  Splunk HEC, Elasticsearch _bulk, OTLP logs, /intake/<source>`,
      `      intake token: ${running.places.tokenFile}`,
    ]),
    ...section('Logs of this machine', own),
    ...section('Not known yet', await running.unknowns()),
    '',
    'Stop with Ctrl-C. Nothing that was acknowledged is lost.',
  ]
}

function mark(state: string): string {
  return state === 'read' ? '+' : '-'
}
