/** A compiled piece of a template: its text, undefined when a value is missing. */
export type Piece<In> = (input: In) => string | undefined

/** How the name in braces is looked up. */
export type Lookup<In> = (name: string) => (input: In) => string | undefined

/**
 * Compiles `text {name}[ more {name}]`. A part in square brackets is left out when one of its values is missing; the
 * pieces outside of brackets come back one by one, so that the caller decides what a missing value means there.
 */
export function compileTemplate<In>(template: string, lookup: Lookup<In>): readonly Piece<In>[] {
  const parts: Piece<In>[] = []
  for (const found of template.matchAll(/\[([^\]]*)\]|\{[^}]*\}|[^[{]+/g)) {
    const optional = found[1] !== undefined
    const pieces = piecesOf(found[1] ?? found[0], lookup)
    const joined = joinAll(pieces)
    parts.push(optional ? (input) => joined(input) ?? '' : joined)
  }
  return parts
}

/** All pieces as one text; undefined when one of them is missing. */
export function joinAll<In>(pieces: readonly Piece<In>[]): Piece<In> {
  return (input) => {
    let text = ''
    for (const piece of pieces) {
      const value = piece(input)
      if (value === undefined) return undefined
      text += value
    }
    return text
  }
}

function piecesOf<In>(text: string, lookup: Lookup<In>): Piece<In>[] {
  return [...text.matchAll(/\{([^}]*)\}|[^{]+/g)].map((found) =>
    found[1] === undefined ? () => found[0] : lookup(found[1]),
  )
}
