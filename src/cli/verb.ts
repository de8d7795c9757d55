import type { Command } from 'commander'
import { Option } from 'commander'

/** One verb of the terminal. */
export interface Verb {
  readonly name: string
  /** As typed after `vedette`: `scan PATH… [--rules DIR…]`. */
  readonly usage: string
  readonly summary: string
  /** Declares arguments and options; what the action returns is the exit code. */
  declare(command: Command, done: (code: Promise<number>) => void): void
}

/** The `--format` option that all printing verbs share. */
export function formatOption(): Option {
  return new Option('--format <format>', 'how to print')
    .choices(['table', 'json', 'ndjson'])
    .default('table')
}
