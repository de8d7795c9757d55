import { isObject } from '#base/json.ts'
import { bad, good, type Outcome } from '#base/outcome.ts'
import { Secret } from '#base/secret.ts'
import { isSecretReference, resolveSecret, type SecretSource } from '#plan/index.ts'
import type { RunStep } from '#shape/run.ts'
import type { BoundAction } from './action.ts'
import { actionNamed } from './actions.ts'
import { stepNamed } from './planning.ts'
import type { Playbook } from './playbook.ts'

/** A step ready to be acted upon. */
export interface BoundStep {
  readonly action: BoundAction
  /** Takes the secrets of this step out of a text. */
  readonly scrub: (text: string) => string
  /** Secrets that are not there. */
  readonly lacks: readonly string[]
}

/** What binding needs. */
export interface BindingParts {
  readonly playbook: Playbook | undefined
  readonly secrets: SecretSource
}

/**
 * Puts the secrets back into the input that was shown and approved. References come from the playbook only, never from
 * rendered text. Answers `respond.playbook-changed` and `respond.bad-input`.
 */
export function bindStep(step: RunStep, parts: BindingParts): Outcome<BoundStep> {
  const written = parts.playbook ? stepNamed(parts.playbook, step.name) : undefined
  const action = actionNamed(step.action)
  if (!written || written.action !== step.action || !action)
    return bad('respond.playbook-changed', {
      detail: 'the playbook no longer has this step; start anew from the incident',
    })
  const found: Secret[] = []
  const lacks: string[] = []
  const input = withSecrets(step.input, written.with, (reference) => {
    const secret = resolveSecret(reference, { source: parts.secrets, folder: '.' })
    if (!secret.ok) lacks.push(secret.detail ?? secret.code)
    const value = secret.ok ? secret.value : new Secret('https://missing.invalid/')
    found.push(value)
    return value
  })
  const bound = action.bind(input)
  if (!bound.ok) return bound
  const scrub = (text: string) =>
    found.reduce((clean, secret) => hide(clean, secret.reveal()), text)
  return good({ action: bound.value, scrub, lacks })
}

function hide(text: string, secret: string): string {
  return secret.length < 4 ? text : text.replaceAll(secret, '[secret]')
}

function withSecrets(shown: unknown, written: unknown, resolve: (text: string) => Secret): unknown {
  if (typeof written === 'string' && isSecretReference(written)) return resolve(written)
  if (Array.isArray(shown))
    return shown.map((item, index) =>
      withSecrets(item, Array.isArray(written) ? written[index] : undefined, resolve),
    )
  if (!isObject(shown)) return shown
  return Object.fromEntries(
    Object.entries(shown).map(([key, inner]) => [
      key,
      withSecrets(inner, isObject(written) ? written[key] : undefined, resolve),
    ]),
  )
}
