import type { z } from 'zod'
import type { Clock } from '#base/clock.ts'
import type { JournalReader, JournalWriter } from '#base/journal.ts'
import type { Kind } from '#base/kind.ts'
import type { Log } from '#base/log.ts'

/** What an input gets to work with. */
export interface InputContext {
  /** Where records go, and what is already there: inputs restore their checkpoint from it. */
  readonly journal: JournalWriter & JournalReader
  readonly clock: Clock
  readonly log: Log
  /** Folder for checkpoints; shared by all inputs. */
  readonly stateFolder: string
  /** Told of records that came but could not be taken (`files.full`, `syslog.busy`), so that they are counted. */
  refused(feed: string, reason: string, count: number): void
  /** Aborted when the input must stop taking new records. */
  readonly signal: AbortSignal
}

/** A running input. */
export interface OpenInput {
  readonly name: string
  /** Addresses it listens on, as `udp 127.0.0.1:5514`; empty when it listens on none. */
  readonly listening: readonly string[]
  /** Feeds it serves at this moment: `syslog`, `file:/var/log/auth.log`. */
  feeds(): readonly string[]
  /** Takes no more, writes what it holds to the journal, saves its checkpoint. */
  close(): Promise<void>
}

/** A way for records to come in. */
export interface InputKind<Config extends z.ZodType = z.ZodType> extends Kind<Config> {
  /** Starts it. Rejects with `collect.port-taken` or `collect.unreadable`; `config` is checked by `config` first. */
  open(config: unknown, context: InputContext): Promise<OpenInput>
}

/** Ties a schema to an `open` that gets the parsed configuration. */
export function defineInput<Config extends z.ZodType>(input: {
  name: string
  summary: string
  config: Config
  open(config: z.output<Config>, context: InputContext): Promise<OpenInput>
}): InputKind<Config> {
  return {
    name: input.name,
    summary: input.summary,
    config: input.config,
    open: async (config, context) => input.open(input.config.parse(config), context),
  }
}
