import { systemClock } from '#base/clock.ts'
import { planRoutes } from '#plan/index.ts'
import { parseFiles, readPlan } from '#run/index.ts'
import type { DeadLetter, Event } from '#shape/event.ts'
import { ocsfClassName } from '#shape/ocsf.ts'
import { describeFamilies } from '#structure/index.ts'
import { jsonText, note, say, shortTime, tableLines, tame } from '../print.ts'
import { type Verb, zoneOption } from '../verb.ts'

interface ParseFlags {
  readonly family?: string
  readonly plan?: string
  readonly zone: string
  readonly view: 'summary' | 'event'
}

/** `vedette parse`: how records become who, when, what and where. */
export const parseCommand: Verb = {
  name: 'parse',
  usage: 'parse [PATH…|-] [--family F] [--view summary|event]',
  summary: 'Show how records become events; exit code 1 when some could not.',
  declare(command, done) {
    command
      .argument('[path...]', 'log files and folders; - for standard input', ['-'])
      .addOption(
        command
          .createOption('--family <family>', 'the kind of log, instead of recognising it')
          .choices(describeFamilies().map((family) => family.name)),
      )
      .option('--plan <file>', 'a plan, for the names of sources')
      .addOption(zoneOption())
      .addOption(
        command
          .createOption('--view <view>', 'how much')
          .choices(['summary', 'event'])
          .default('summary'),
      )
      .action((paths: string[], flags: ParseFlags) => done(runParse(paths, flags)))
  },
}

async function runParse(paths: readonly string[], flags: ParseFlags): Promise<number> {
  const show = flags.view === 'event' ? printEvent : printSummary
  const routes = flags.plan === undefined ? [] : planRoutes(readPlan(flags.plan))
  const result = await parseFiles({
    paths,
    input: process.stdin,
    routes:
      flags.family === undefined ? routes : [{ id: flags.family, family: flags.family, feed: '*' }],
    zone: flags.zone,
    clock: systemClock,
    onEvent: show,
    onDead: printDead,
  })
  note(`${result.records} records, ${result.events} events, ${result.dead} dead letters`)
  return result.dead > 0 ? 1 : 0
}

function printSummary(event: Event): void {
  const { who, what, where } = event
  const target = who.target?.user ? ` → ${who.target.user}` : ''
  const place = [
    where.srcIp && `from ${where.srcIp}`,
    where.dstIp && `to ${where.dstIp}`,
    where.host && `on ${where.host}`,
  ]
  const rows: readonly (readonly [string, string])[] = [
    [event.family, event.message],
    ['  who', `${who.user ?? '–'}${target}`],
    ['  when', `${shortTime(event.time)} UTC (${event.timeQuality})`],
    [
      '  what',
      `${what.action || '–'} · ${what.outcome} · ${ocsfClassName(what.classUid)}${what.object ? ` · ${what.object}` : ''}`,
    ],
    ['  where', place.filter(Boolean).join(' ') || '–'],
  ]
  for (const [name, text] of rows) say(`${name.padEnd(9)} ${tame(text)}`)
}

function printEvent(event: Event): void {
  say(jsonText({ ...event, raw: Buffer.from(event.raw).toString('utf8') }))
}

function printDead(letter: DeadLetter): void {
  const start = tame(Buffer.from(letter.raw.subarray(0, 60)).toString('utf8'))
  for (const line of tableLines(
    [letter],
    [
      { title: 'dead letter', text: (row) => row.reason },
      { title: 'detail', text: (row) => row.detail },
      { title: 'begins', text: () => start },
    ],
  ))
    note(line)
}
