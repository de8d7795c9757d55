/**
 * A value or the reason why there is none: how bad data travels without exceptions.
 * `code` is stable and counted (`json.too-deep`), `at` says where in the input, `detail` is safe to show.
 */
export type Outcome<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly code: string; readonly at?: string; readonly detail?: string }

/** The good half of an Outcome. */
export function good<T>(value: T): Outcome<T> {
  return { ok: true, value }
}

/** The other half: a stable code, and what a person needs to find the spot. */
export function bad(code: string, where: { at?: string; detail?: string } = {}): Outcome<never> {
  return { ok: false, code, ...where }
}
