import { existsSync } from 'node:fs'
import { systemClock } from '#base/clock.ts'
import { planRoutes } from '#plan/index.ts'
import {
  readContent,
  readIndicators,
  readPlan,
  type ScanResult,
  scan,
  shippedContent,
} from '#run/index.ts'
import type { Finding } from '#shape/finding.ts'
import { LEVELS, type Level, levelRank } from '#shape/severity.ts'
import { type Column, type Format, jsonText, note, printRows, say, shortTime } from '../print.ts'
import { formatOption, type Verb, zoneOption } from '../verb.ts'

interface ScanFlags {
  readonly rules?: string[]
  readonly plan?: string
  readonly indicators?: string[]
  readonly level: Level
  readonly zone: string
  readonly format: Format
}

/** A finding with the file it was found in. */
type Row = Finding & { readonly file: string }

const COLUMNS: readonly Column<Row>[] = [
  { title: 'time (UTC)', text: (row) => shortTime(row.time) },
  { title: 'level', text: (row) => row.level },
  { title: 'rule', text: (row) => row.ruleTitle, max: 56 },
  { title: 'who', text: (row) => namesOf(row, ['user']), max: 28 },
  { title: 'where', text: (row) => namesOf(row, ['host', 'ip']), max: 34 },
  { title: 'count', text: (row) => String(row.count) },
  { title: 'file', text: (row) => row.file.split('/').at(-1) ?? '', max: 44 },
]

/** `vedette scan`: looks once through logs of any known format. */
export const scanCommand: Verb = {
  name: 'scan',
  usage: 'scan PATH… [--rules DIR…] [--plan FILE]',
  summary: 'Look once through files and folders of logs; exit code 1 when there are findings.',
  declare(command, done) {
    command
      .showHelpAfterError('(the logs come first: vedette scan PATH… --rules DIR…)')
      .argument('<path...>', 'log files and folders: text, JSON, EVTX, gzip')
      .option(
        '--rules <dir...>',
        'rule files and folders, instead of the rules that come with Vedette',
      )
      .option('--plan <file>', 'a plan, for the names of sources')
      .option('--indicators <csv...>', 'indicator files to match')
      .addOption(zoneOption())
      .addOption(
        command
          .createOption('--level <level>', 'weakest level shown')
          .choices(LEVELS)
          .default('low'),
      )
      .addOption(formatOption())
      .action((paths: string[], flags: ScanFlags) => done(runScan(paths, flags)))
  },
}

async function runScan(paths: readonly string[], flags: ScanFlags): Promise<number> {
  const content = readContent(
    flags.rules ?? shippedContent().rules.filter((path) => existsSync(path)),
  )
  for (const bad of content.unreadable) note(`not read: ${bad.path}: ${bad.reason}`)
  const rows: Row[] = []
  const weakest = levelRank(flags.level)
  const onFinding = (finding: Finding, file: string) => {
    if (levelRank(finding.level) < weakest) return
    if (flags.format === 'ndjson') say(jsonText({ ...finding, file }))
    rows.push({ ...finding, file })
  }
  const result = await scan({
    paths,
    ruleFiles: content.files,
    routes: flags.plan === undefined ? [] : planRoutes(readPlan(flags.plan)),
    indicators: readIndicators(flags.indicators ?? [], systemClock),
    zone: flags.zone,
    clock: systemClock,
    onFinding,
  })
  rows.sort((a, b) => a.time - b.time)
  if (flags.format !== 'ndjson') printRows(rows, { format: flags.format, columns: COLUMNS })
  for (const line of summary(result, rows.length)) note(line)
  return exitCode(result, rows.length)
}

/** 3 when something was not read to its end: no finding there proves nothing. */
function exitCode(result: ScanResult, findings: number): number {
  if (findings > 0) return 1
  return result.failed.length > 0 || result.files === 0 ? 3 : 0
}

function summary(result: ScanResult, shown: number): string[] {
  const rejected = result.ruleSet.problems.filter((problem) => problem.severity === 'rejected')
  const dead = Object.entries(result.dead)
  const families = Object.entries(result.families).sort((a, b) => b[1] - a[1])
  const lines = [
    '',
    `${shown} finding${shown === 1 ? '' : 's'} · ${result.files} files, ${result.records} records, ${result.events} events · ${result.ruleSet.rules.length} rules`,
    `families: ${
      families
        .slice(0, 6)
        .map(([name, count]) => `${name} ${count}`)
        .join(', ') || 'none'
    }`,
  ]
  if (dead.length > 0)
    lines.push(
      `could not be read: ${dead.map(([reason, count]) => `${count} × ${reason}`).join(', ')}`,
    )
  if (rejected.length > 0)
    lines.push(`${rejected.length} rules did not load: vedette rules check says why`)
  for (const { path, reason } of result.failed)
    lines.push(`not read to the end: ${path}: ${reason}`)
  if (result.files === 0) lines.push('nothing was looked at: no files there')
  return lines
}

function namesOf(finding: Finding, kinds: readonly string[]): string {
  return finding.entities
    .filter((entity) => kinds.includes(entity.kind))
    .slice(0, 3)
    .map((entity) => entity.name)
    .join(', ')
}
