import { benchIngest, type IngestFigures } from '../bench/ingest.ts'
import { note, say } from '../print.ts'
import { formatOption, numberFrom, type Verb } from '../verb.ts'

interface IngestFlags {
  readonly rules?: string[]
  readonly rate: number
  readonly seconds: number
  readonly burst: number
  readonly format: 'table' | 'json' | 'ndjson'
}

/** `vedette bench`: measured on the user's own machine, ratios first. */
export const benchCommand: Verb = {
  name: 'bench',
  usage: 'bench ingest [--rules DIR…] [--rate N] [--seconds N]',
  summary: 'Measure this machine: a real server, real sockets, everything stored and judged.',
  declare(command, done) {
    command
      .command('ingest')
      .description('records a second from socket to stored and detected, and the time to a finding')
      .option('--rules <dir...>', 'further rules besides those that come with Vedette')
      .option('--rate <n>', 'records a second of the steady phase', numberFrom(1), 5_000)
      .option('--seconds <n>', 'length of the steady phase', numberFrom(1), 20)
      .option(
        '--burst <n>',
        'records of the phase that goes as fast as it is acknowledged',
        numberFrom(1),
        100_000,
      )
      .addOption(formatOption())
      .action((flags: IngestFlags) => done(runIngest(flags)))
  },
}

async function runIngest(flags: IngestFlags): Promise<number> {
  const figures = await benchIngest({
    rules: flags.rules ?? [],
    rate: flags.rate,
    seconds: flags.seconds,
    burst: flags.burst,
    say: note,
  })
  if (flags.format !== 'table') say(JSON.stringify(figures))
  else for (const line of linesOf(figures)) say(line)
  return figures.sent === figures.stored + figures.dead ? 0 : 1
}

function linesOf(figures: IngestFigures): string[] {
  const { steady, burst } = figures
  const whole = (value: number) => Math.round(value).toLocaleString('en')
  const mega = (value: number) => `${whole(value / 1024 / 1024)} MiB`
  return [
    `CPU per record     ${figures.ratioToParse.toFixed(1)} × JSON.parse of the same bytes`,
    `as fast as it goes ${whole(burst.perSecond)} records/s stored and judged, ${whole(burst.perCoreSecond)} per core second`,
    `steady             ${whole(steady.reached)} of ${whole(steady.offered)} records/s, ${whole(steady.lagAtEnd)} behind at the end`,
    `receipt to finding p50 ${whole(steady.p50Ms)} ms, p99 ${whole(steady.p99Ms)} ms`,
    `accounted          ${whole(figures.sent)} received = ${whole(figures.stored)} stored + ${whole(figures.dead)} dead`,
    `rules, findings    ${whole(figures.rules)}, ${whole(figures.findings)}`,
    `memory             server ${mega(figures.serverBytes)}, store engine ${mega(figures.engineBytes)}`,
  ]
}
