import { auditCommand } from './commands/audit.ts'
import { benchCommand } from './commands/bench.ts'
import { demoCommand } from './commands/demo.ts'
import { ledgerCommand } from './commands/ledger.ts'
import { parseCommand } from './commands/parse.ts'
import { planCommand } from './commands/plan.ts'
import { rulesCommand } from './commands/rules.ts'
import { scanCommand } from './commands/scan.ts'
import { signInCommand } from './commands/sign-in.ts'
import { upCommand } from './commands/up.ts'
import type { Verb } from './verb.ts'

/** Every verb, alphabetical. */
export const COMMANDS: readonly Verb[] = [
  auditCommand,
  benchCommand,
  demoCommand,
  ledgerCommand,
  parseCommand,
  planCommand,
  rulesCommand,
  scanCommand,
  signInCommand,
  upCommand,
]
