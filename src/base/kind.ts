import type { z } from 'zod'

/** What every extension point has in common: a name, words for people, and a checked configuration. */
export interface Kind<Config extends z.ZodType = z.ZodType> {
  /** The name in configuration files, kebab-case. */
  readonly name: string
  /** One sentence for people. */
  readonly summary: string
  /** Schema of its configuration; each field described. */
  readonly config: Config
}
