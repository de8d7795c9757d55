import type { RuleInfo } from '#shape/finding.ts'
import type { Expression } from './condition.ts'

/** A piece of a text pattern: literal text, any run, one code point, or any of the five dash forms. */
export type Token =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'many' }
  | { readonly kind: 'one' }
  | { readonly kind: 'dash' }

/** Comparison of numbers. */
export type CompareOperator = 'lt' | 'lte' | 'gt' | 'gte'

/** Part of a time stamp. */
export type TimePart = 'minute' | 'hour' | 'day' | 'week' | 'month' | 'year'

/** How a value of a field must compare to the text of another one. */
export type TextPlace = 'equals' | 'contains' | 'startswith' | 'endswith'

/** One test of one value. Data only: the fast matcher and the slow twin both read it. */
export type ValueTest =
  | { readonly op: 'text'; readonly tokens: readonly Token[]; readonly cased: boolean }
  | { readonly op: 'number'; readonly text: string }
  | { readonly op: 'bool'; readonly value: boolean }
  | { readonly op: 'null' }
  | { readonly op: 'exists'; readonly value: boolean }
  | { readonly op: 'regex'; readonly source: string; readonly flags: string }
  | { readonly op: 'cidr'; readonly network: string }
  | { readonly op: 'compare'; readonly operator: CompareOperator; readonly text: string }
  | { readonly op: 'time'; readonly part: TimePart; readonly value: number }
  | {
      readonly op: 'fieldref'
      readonly field: string
      readonly place: TextPlace
      readonly cased: boolean
    }
  /** Any of several forms of one written value: base64 alignments, placeholder values. */
  | { readonly op: 'any'; readonly tests: readonly ValueTest[] }

/** One line of a selection: `field|modifiers: values`. Without a field: keywords over the whole event. */
export interface Item {
  readonly kind: 'item'
  readonly field: string | undefined
  /** The key as written, for people. */
  readonly written: string
  readonly tests: readonly ValueTest[]
  readonly all: boolean
  readonly negate: boolean
}

/** A named part of `detection`. */
export type Detection =
  | Item
  | { readonly kind: 'and'; readonly parts: readonly Detection[] }
  | { readonly kind: 'or'; readonly parts: readonly Detection[] }

/** Detections by name with the condition that joins them; its own name space. */
export interface Block {
  readonly detections: ReadonlyMap<string, Detection>
  readonly condition: Expression
}

/** The `logsource` of a rule, lower case; undefined where not given. */
export interface LogSource {
  readonly product: string | undefined
  readonly category: string | undefined
  readonly service: string | undefined
}

/** A Sigma rule, checked and ready to compile. Filters are ANDed to the rule's own block. */
export interface SigmaRule {
  readonly info: RuleInfo
  readonly name: string | undefined
  readonly logSource: LogSource
  readonly block: Block
  readonly filters: readonly Block[]
  /** Seen by correlations only: raises no findings of its own. */
  readonly silent: boolean
}
