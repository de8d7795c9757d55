import type { Choice, Closed, Expr, Pair, PairSlot } from './mapping.ts'
import { compilePath, type Getter, isNothing, type Scope, textOf } from './path.ts'
import { compileTemplate, joinAll } from './template.ts'

/** Compiles an open slot: expression, choice, or a list of which the first that gives something wins. */
export function compileExpr(expr: Expr): Getter {
  if (typeof expr === 'string') return compilePath(expr)
  if (isList(expr)) return firstOf(expr.map((one) => compileExpr(one)))
  return 'template' in expr ? joinedText(expr.template) : compileChoice(expr)
}

function joinedText(template: string): Getter {
  return joinAll(
    compileTemplate<Scope>(template, (name) => {
      const read = compilePath(name)
      return (scope) => textOf(read(scope))
    }),
  )
}

/** Compiles a slot with a closed vocabulary: constants, choices, lists of them. */
export function compileClosed<T extends string | number>(slot: Closed<T>): Getter {
  if (typeof slot === 'string' || typeof slot === 'number') return () => slot
  if (isList(slot)) return firstOf(slot.map((one) => compileClosed<T>(one)))
  // The guard above leaves a choice; TypeScript cannot narrow a generic literal union by typeof.
  return compileChoice(slot as Choice<T>)
}

/** Compiles the class and activity slot. */
export function compilePairs(slot: PairSlot): Getter {
  if (!isList(slot)) return compileChoice(slot)
  if (isPair(slot)) return () => slot
  return firstOf(slot.map((one) => (isPair(one) ? () => one : compileChoice(one as Choice<Pair>))))
}

function isList<T>(value: T): value is Extract<T, readonly unknown[]> {
  return Array.isArray(value)
}

function isPair(value: unknown): value is Pair {
  return Array.isArray(value) && typeof value[0] === 'number'
}

function firstOf(getters: readonly Getter[]): Getter {
  return (scope) => {
    for (const getter of getters) {
      const value = getter(scope)
      if (!isNothing(value)) return value
    }
    return undefined
  }
}

/** A Map rather than an object: the looked-up text comes from outside and may be `constructor`. */
function compileChoice<T>(choice: Choice<T>): Getter {
  const read = compilePath(choice.of)
  const table = choice.map && new Map(Object.entries(choice.map))
  const { match = [], else: other, empty } = choice
  return (scope) => {
    const text = textOf(read(scope))
    if (text === undefined) return empty
    const found = table?.get(text)
    if (found !== undefined) return found
    for (const [pattern, value] of match) if (pattern.test(text)) return value
    return other
  }
}
