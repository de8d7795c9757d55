import type { Command } from 'commander'
import { InvalidArgumentError, Option } from 'commander'

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

/** A number that an option takes. Anything else is a wrong use that is said at once, not a silent 0. */
export function numberFrom(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text)
    if (text.trim() === '' || !Number.isFinite(value) || value < least)
      throw new InvalidArgumentError(`expected a number, ${least} or more.`)
    return value
  }
}

/** The `--zone` option of verbs that read records. */
export function zoneOption(): Option {
  return new Option(
    '--zone <zone>',
    'time zone of records that carry none, Europe/Berlin or +02:00',
  )
    .argParser(zoneFrom)
    .default('UTC')
}

/** An unknown zone would shift every time without a word. */
function zoneFrom(text: string): string {
  try {
    new Intl.DateTimeFormat('en', { timeZone: text })
    return text
  } catch {
    throw new InvalidArgumentError('expected a time zone like Europe/Berlin or +02:00.')
  }
}
