/** A text with wildcards: the literal pieces between the stars. One piece = no star. */
export type Pieces = readonly string[]

/** How a number is compared. */
export type Comparison = '>' | '>=' | '<' | '<='

/** A search as a tree. `at` is the place in the text, from 1. */
export type SearchNode =
  | { readonly kind: 'and' | 'or'; readonly parts: readonly SearchNode[] }
  | { readonly kind: 'not'; readonly part: SearchNode }
  | { readonly kind: 'text'; readonly pieces: Pieces }
  | FieldIs
  | FieldCompares

/** A field that has one of these values. */
export interface FieldIs {
  readonly kind: 'is'
  readonly field: string
  readonly at: number
  readonly values: readonly Pieces[]
}

/** A field compared with a number. */
export interface FieldCompares {
  readonly kind: 'compare'
  readonly field: string
  readonly at: number
  readonly comparison: Comparison
  readonly number: number
}

/** A mistake in the user's text; only travels inside this room. */
export class Mistake extends Error {
  readonly at: number

  constructor(at: number, message: string) {
    super(message)
    this.name = 'Mistake'
    this.at = at
  }
}

/** ASCII lower case, as the engine's `lower`: other letters stay. */
export function lowerAscii(text: string): string {
  return text.replace(/[A-Z]+/g, (upper) => upper.toLowerCase())
}
