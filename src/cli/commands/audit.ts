import { openBeside } from '#run/index.ts'
import { note, say } from '../print.ts'
import type { Verb } from '../verb.ts'

/** `vedette audit verify`: walks the hash chain of the audit trail. */
export const auditCommand: Verb = {
  name: 'audit',
  usage: 'audit verify [--data DIR]',
  summary: 'Verify that the audit trail is unbroken; exit code 1 when it is not.',
  declare(command, done) {
    command
      .command('verify')
      .description('walk the hash chain from the first line to the last')
      .option('--data <dir>', 'data folder', './.vedette')
      .action((flags: { data: string }) => done(runVerify(flags.data)))
  },
}

async function runVerify(data: string): Promise<number> {
  const beside = await openBeside(data)
  try {
    const result = await beside.state.audit.verify()
    if (result.ok) {
      say(`audit trail unbroken: ${result.rows} lines`)
      return 0
    }
    note(`audit trail broken at line ${result.brokenAt}: ${result.reason}`)
    return 1
  } finally {
    await beside.close()
  }
}
