import type { z } from 'zod'
import type { Micros } from '#base/clock.ts'
import type { Kind } from '#base/kind.ts'
import type { Indicator } from '#shape/indicator.ts'

/** What a reader of indicators must know besides the text. */
export interface FeedContext {
  /** What indicators and problems call the file. */
  readonly path: string
  readonly now: Micros
  /** Our own networks (CIDR): their addresses are refused. */
  readonly ownNetworks: readonly string[]
}

/** A line that gave no indicator, and why. */
export interface FeedProblem {
  readonly line: number
  /** `csv.quote`, `indicator.*` for lines that could not be read; `refused` for false alarms in waiting. */
  readonly code: string
  readonly text: string
}

/** What a file of indicators gave. lines = indicators + duplicates + bad + refused. */
export interface FeedResult {
  readonly indicators: readonly Indicator[]
  /** At most 1,000, in file order; `bad` and `refused` count all. */
  readonly problems: readonly FeedProblem[]
  readonly lines: number
  readonly bad: number
  readonly refused: number
  readonly duplicates: number
}

/** A way to get indicators. */
export interface Feed<Config extends z.ZodType = z.ZodType> extends Kind<Config> {
  /** Reads the text of one delivery; bad lines are counted, never fatal. */
  read(text: string, context: FeedContext): FeedResult
}
