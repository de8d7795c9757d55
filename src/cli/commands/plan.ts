import { existsSync, writeFileSync } from 'node:fs'
import { basename, isAbsolute, relative, resolve } from 'node:path'
import { Failure } from '#base/failure.ts'
import { planTemplate } from '#plan/index.ts'
import { openBeside, readPlan } from '#run/index.ts'
import type { BlindSpot, CoverageCell, NoiseRow, PlanReport } from '#shape/report.ts'
import { type Column, type Format, note, printRows, say } from '../print.ts'
import { formatOption, type Verb } from '../verb.ts'

interface PlanFlags {
  readonly plan?: string
  readonly data: string
  readonly format: Format
}

const percent = (share: number) => `${Math.round(share * 100)} %`

const BLIND: readonly Column<BlindSpot>[] = [
  { title: 'blind spot', text: (row) => row.kind },
  { title: 'about', text: (row) => row.subject, max: 30 },
  { title: 'level', text: (row) => row.level },
  { title: 'plan', text: (row) => shortPath(row.at), max: 60 },
  { title: 'what is missing, and the way out', text: (row) => `${row.text} ${row.fix}`, max: 500 },
]

const COVERAGE: readonly Column<CoverageCell>[] = [
  { title: 'technique', text: (row) => row.technique },
  { title: 'name', text: (row) => row.name, max: 40 },
  { title: 'state', text: (row) => row.state },
  { title: 'targets', text: (row) => row.targets.join(', '), max: 30 },
  { title: 'why', text: (row) => row.text, max: 300 },
]

const NOISE: readonly Column<NoiseRow>[] = [
  { title: 'source', text: (row) => row.source, max: 30 },
  { title: 'events', text: (row) => String(row.events) },
  { title: 'share', text: (row) => percent(row.eventShare) },
  { title: 'alerts', text: (row) => String(row.alerts) },
  { title: 'verdict', text: (row) => row.verdict },
  { title: 'why', text: (row) => row.text, max: 300 },
]

/** A path below the working folder as somebody there would write it. */
function shortPath(at: string): string {
  const below = isAbsolute(at) ? relative('.', at) : at
  return below.startsWith('..') ? at : below
}

/** `vedette plan`: monitoring as code. */
export const planCommand: Verb = {
  name: 'plan',
  usage: 'plan init|check|coverage|noise',
  summary:
    'Judge the plan against live data; check exits with 1 when something is blind, silent or missing.',
  declare(command, done) {
    command
      .command('init')
      .description('write a first plan to change')
      .argument('[file]', 'where', 'plan.yaml')
      .action((file: string) => done(Promise.resolve(runInit(file))))
    const judged = (
      name: string,
      text: string,
      run: (report: PlanReport, format: Format) => number,
    ) =>
      command
        .command(name)
        .description(text)
        .option('--plan <file>', 'plan file; the one that the server runs with when absent')
        .option('--data <dir>', 'data folder', './.vedette')
        .addOption(formatOption())
        .action((flags: PlanFlags) => done(withReport(flags, run)))
    judged('check', 'name each blind spot, silent source and missing field', showCheck)
    judged('coverage', 'the state of each threat', (report, format) => {
      printRows(report.coverage, { format, columns: COVERAGE })
      return 0
    })
    judged('noise', 'what each source costs and gives', (report, format) => {
      printRows(report.noise, { format, columns: NOISE })
      return 0
    })
  },
}

function runInit(file: string): number {
  if (existsSync(file)) throw new Failure('files.exists', `${file} exists already`)
  writeFileSync(file, planTemplate({ name: basename(resolve('.')) }))
  say(`${file} written. Change it, then: vedette plan check`)
  return 0
}

async function withReport(
  flags: PlanFlags,
  run: (report: PlanReport, format: Format) => number,
): Promise<number> {
  const plan = flags.plan === undefined ? undefined : readPlan(flags.plan)
  const beside = await openBeside(flags.data)
  try {
    return run(await beside.planReport(plan), flags.format)
  } finally {
    await beside.close()
  }
}

function showCheck(report: PlanReport, format: Format): number {
  if (format === 'table') {
    say(report.sentence)
    if (report.blindSpots.length > 0) say()
    printRows(report.blindSpots, { format, columns: BLIND })
  } else printRows(report.blindSpots, { format, columns: BLIND })
  // Unmet ones are blind spots already.
  const unknown = report.obligations.filter((row) => row.state === 'unknown')
  for (const row of unknown) note(`${row.standard} ${row.clause}: ${row.state}. ${row.evidence}`)
  return isSound(report) ? 0 : 1
}

/** What the plan asks for is there. Open incidents and unproven rules keep the console from green; they are no fault of the plan. */
function isSound(report: PlanReport): boolean {
  return (
    report.targets.length > 0 &&
    report.blindSpots.length === 0 &&
    report.obligations.every((row) => row.state === 'met') &&
    report.sources.every((row) => row.state === 'healthy' || row.state === 'unplanned')
  )
}
