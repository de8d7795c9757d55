import { openBeside } from '#run/index.ts'
import type { LedgerRow } from '#shape/health.ts'
import { type Column, type Format, note, printRows, say } from '../print.ts'
import { formatOption, numberFrom, type Verb } from '../verb.ts'

interface ShowFlags {
  readonly data: string
  readonly hours: number
  readonly source?: string
  readonly format: Format
}

type Totals = Omit<LedgerRow, 'minute'>

const COLUMNS: readonly Column<Totals>[] = [
  { title: 'source', text: (row) => row.source, max: 40 },
  { title: 'received', text: (row) => String(row.received) },
  { title: 'stored', text: (row) => String(row.stored) },
  { title: 'dropped', text: (row) => String(row.dropped) },
  { title: 'dead', text: (row) => String(row.dead) },
  { title: 'events', text: (row) => String(row.events) },
  { title: 'findings', text: (row) => String(row.findings) },
  {
    title: 'reasons',
    text: (row) =>
      Object.entries(row.reasons)
        .map(([reason, count]) => `${reason} ${count}`)
        .join(', '),
  },
]

/** `vedette ledger`: what was counted, and the proof that it balances. */
export const ledgerCommand: Verb = {
  name: 'ledger',
  usage: 'ledger show|verify [--data DIR] [--hours N]',
  summary: 'What became of every record; verify proves that received = stored + dropped + dead.',
  declare(command, done) {
    const withSpan = (name: string, text: string) =>
      command
        .command(name)
        .description(text)
        .option('--data <dir>', 'data folder', './.vedette')
        .option('--hours <n>', 'how far back', numberFrom(0), 24)
    withSpan('show', 'print the counts of each source')
      .option('--source <id>', 'only this source')
      .addOption(formatOption())
      .action((flags: ShowFlags) => done(runShow(flags)))
    withSpan('verify', 'compare counters and stored rows; exit code 1 when they differ').action(
      (flags: ShowFlags) => done(runVerify(flags)),
    )
  },
}

async function runShow(flags: ShowFlags): Promise<number> {
  const beside = await openBeside(flags.data)
  try {
    const rows = await beside.ledgerTotals(flags.hours, flags.source)
    printRows(rows, { format: flags.format, columns: COLUMNS })
    if (rows.length === 0) note('nothing was received in this time')
    return 0
  } finally {
    await beside.close()
  }
}

async function runVerify(flags: ShowFlags): Promise<number> {
  const beside = await openBeside(flags.data)
  try {
    const result = await beside.verifyLedger()
    for (const line of result.lines) say(line)
    return result.ok ? 0 : 1
  } finally {
    await beside.close()
  }
}
