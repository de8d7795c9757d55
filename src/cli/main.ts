/** The terminal's door: parses the verb, runs it, leaves with its exit code. */
import { Command, CommanderError } from 'commander'
import { COMMANDS } from './commands.ts'
import { complain } from './print.ts'
import { version } from './version.ts'

// A reader that has seen enough (`vedette scan … | head`) is no crash; the rest of the answer was not given.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(3)
  throw error
})

const program = new Command('vedette')
  .description('Security monitoring with a purpose: the SIEM that knows when it is blind.')
  .version(version())
  .showSuggestionAfterError()
  .showHelpAfterError('(vedette --help lists the verbs)')
  .exitOverride()

let code: Promise<number> = Promise.resolve(0)
for (const verb of COMMANDS) {
  const command = program.command(verb.name).summary(verb.summary).description(verb.summary)
  command.exitOverride()
  verb.declare(command, (given) => {
    code = given
  })
}

try {
  await program.parseAsync(process.argv)
  process.exitCode = await code
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2
  else process.exitCode = complain(error)
}
