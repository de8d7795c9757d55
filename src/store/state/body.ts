import { Failure } from '#base/failure.ts'
import { isObject, parseJson } from '#base/json.ts'

/** What every kept shape has. */
interface Kept {
  readonly id: string
}

/**
 * A kept shape out of its JSON text, checked to be the one of this row. `store.failed` when the file was damaged or
 * edited: better to say so than to go on with half an incident.
 */
export function shapeOf<Shape extends Kept>(row: { id: string; body: string }): Shape {
  const parsed = parseJson(row.body)
  if (!parsed.ok || !isObject(parsed.value) || parsed.value['id'] !== row.id) {
    throw new Failure('store.failed', `the row ${row.id} of the state file is damaged`)
  }
  // Written by this room from a value of this type, under the same id.
  return parsed.value as unknown as Shape
}

/** A list of texts out of its JSON text; empty when it is none. */
export function textsOf(json: string): string[] {
  const parsed = parseJson(json)
  return parsed.ok && Array.isArray(parsed.value) ? parsed.value.map(String) : []
}

/** JSON with the keys of objects in order, so that equal values give equal text. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) =>
    isObject(item)
      ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
      : item,
  )
}

/** A whole number for a column of those: a fraction is rounded, what is no number is 0. */
export function whole(value: number): number {
  return Number.isFinite(value) ? Math.round(value) : 0
}
