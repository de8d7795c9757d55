import { existsSync } from 'node:fs'
import { compileRules } from '#detect/index.ts'
import { readContent, shippedContent } from '#run/index.ts'
import type { RuleInfo } from '#shape/finding.ts'
import { type Column, type Format, note, printRows, say } from '../print.ts'
import { formatOption, type Verb } from '../verb.ts'

interface RulesFlags {
  readonly format: Format
}

const COLUMNS: readonly Column<RuleInfo>[] = [
  { title: 'level', text: (rule) => rule.level },
  { title: 'kind', text: (rule) => rule.kind },
  { title: 'title', text: (rule) => rule.title, max: 70 },
  { title: 'techniques', text: (rule) => rule.techniques.join(' '), max: 30 },
  { title: 'families', text: (rule) => rule.families.join(' '), max: 40 },
]

/** `vedette rules`: detection as code. */
export const rulesCommand: Verb = {
  name: 'rules',
  usage: 'rules check|list [DIR…]',
  summary: 'Check rules and say per rule why one does not run; exit code 1 when any is rejected.',
  declare(command, done) {
    command
      .command('check')
      .argument('[dir...]', 'rule files and folders; the rules that come with Vedette when absent')
      .addOption(formatOption())
      .action((paths: string[], flags: RulesFlags) => done(Promise.resolve(runCheck(paths, flags))))
    command
      .command('list')
      .argument('[dir...]')
      .addOption(formatOption())
      .action((paths: string[], flags: RulesFlags) => done(Promise.resolve(runList(paths, flags))))
  },
}

function compile(paths: readonly string[]) {
  const content = readContent(
    paths.length > 0 ? paths : shippedContent().rules.filter((path) => existsSync(path)),
  )
  for (const bad of content.unreadable) note(`${bad.path}: not read: ${bad.reason}`)
  return { ruleSet: compileRules(content.files), unreadable: content.unreadable.length }
}

function runCheck(paths: readonly string[], flags: RulesFlags): number {
  const { ruleSet, unreadable } = compile(paths)
  const rejected = ruleSet.problems.filter((problem) => problem.severity === 'rejected').length
  if (flags.format === 'table') {
    for (const problem of ruleSet.problems)
      say(`${problem.path}:${problem.line} ${problem.severity}: ${problem.text} [${problem.code}]`)
  } else printRows(ruleSet.problems, { format: flags.format, columns: [] })
  note(
    `${ruleSet.rules.length} rules compiled, ${rejected} rejected, ${ruleSet.problems.length - rejected} warnings`,
  )
  return rejected + unreadable > 0 ? 1 : 0
}

function runList(paths: readonly string[], flags: RulesFlags): number {
  printRows(compile(paths).ruleSet.rules, { format: flags.format, columns: COLUMNS })
  return 0
}
