import type { RuleKindName } from '#shape/finding.ts'

/** A kind of rule, for people and for the reference. */
export interface RuleKind {
  readonly name: RuleKindName
  readonly summary: string
  /** Top-level key of its documents; undefined when it has no rule files. */
  readonly key: string | undefined
}

/** Every kind of rule, alphabetical; each has a folder of its name in `kinds/`. */
export const RULE_KINDS: readonly RuleKind[] = [
  {
    name: 'baseline',
    summary: 'The first time that an entity shows a value, once enough is known about the entity.',
    key: 'baseline',
  },
  {
    name: 'correlation',
    summary:
      'Sigma correlations: counts, values and sequences of what other rules match, per group and time span.',
    key: 'correlation',
  },
  {
    name: 'indicator',
    summary:
      'Addresses, domains, URLs, hashes, mail addresses and user agents that intelligence names.',
    key: undefined,
  },
  {
    name: 'sigma',
    summary: 'Sigma rules, version 2.1, with every modifier, and Sigma filters.',
    key: 'detection',
  },
  {
    name: 'silence',
    summary: 'A source that has sent nothing for longer than the plan allows.',
    key: undefined,
  },
]
