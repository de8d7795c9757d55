import { openBeside } from '#run/index.ts'
import { say } from '../print.ts'
import type { Verb } from '../verb.ts'

interface SignInFlags {
  readonly data: string
  readonly name: string
  readonly role: 'admin' | 'analyst' | 'viewer'
}

/** `vedette sign-in`: a new one-time link to the console. Whoever may read the data folder may sign in. */
export const signInCommand: Verb = {
  name: 'sign-in',
  usage: 'sign-in [--name NAME] [--role admin|analyst|viewer]',
  summary: 'Print a one-time link to the console of the running server.',
  declare(command, done) {
    command
      .option('--data <dir>', 'data folder', './.vedette')
      .option('--name <name>', 'who signs in', 'admin')
      .addOption(
        command
          .createOption('--role <role>', 'what they may do')
          .choices(['admin', 'analyst', 'viewer'])
          .default('admin'),
      )
      .action((flags: SignInFlags) => done(runSignIn(flags)))
  },
}

async function runSignIn(flags: SignInFlags): Promise<number> {
  const beside = await openBeside(flags.data)
  try {
    say(await beside.signInLink(flags.name, flags.role))
    return 0
  } finally {
    await beside.close()
  }
}
