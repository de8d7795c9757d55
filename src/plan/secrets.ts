import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { reasonOf } from '#base/failure.ts'
import { bad, good, type Outcome } from '#base/outcome.ts'
import { Secret } from '#base/secret.ts'

/** Where secrets are looked up, and the folder that relative file names start from. */
export interface SecretPlace {
  readonly source: SecretSource
  readonly folder: string
}

/** Where references to secrets are looked up. */
export interface SecretSource {
  /** Value of an environment variable; undefined when unset or empty. */
  env(name: string): string | undefined
  /** Text of a file; throws when it cannot be read. */
  file(path: string): string
}

const REFERENCE = /^\$\{(env|file):([^{}]{1,500})\}$/

/** True for exactly `${env:NAME}` or `${file:path}`. */
export function isSecretReference(text: string): boolean {
  return REFERENCE.test(text)
}

/** True when a reference hides inside a longer text, where it would not be replaced. */
export function holdsSecretReference(text: string): boolean {
  return /\$\{(env|file):/.test(text)
}

/**
 * The secret that `${env:NAME}` or `${file:path}` stands for. Answers `secret.not-a-reference`, `secret.missing`;
 * the detail names the variable or file, never the value.
 */
export function resolveSecret(text: string, place: SecretPlace): Outcome<Secret> {
  const [, kind, name = ''] = REFERENCE.exec(text) ?? []
  if (kind === undefined)
    return bad('secret.not-a-reference', { detail: 'write ${env:NAME} or ${file:path}' })
  if (kind === 'env') {
    const value = place.source.env(name)
    if (value === undefined || value === '')
      return bad('secret.missing', { detail: `the environment variable ${name} is not set` })
    return good(new Secret(value))
  }
  return fromFile(name, place)
}

function fromFile(name: string, { source, folder }: SecretPlace): Outcome<Secret> {
  try {
    const value = source.file(resolve(folder, name)).replace(/\r?\n$/, '')
    if (value === '') return bad('secret.missing', { detail: `the file ${name} is empty` })
    return good(new Secret(value))
  } catch (error) {
    return bad('secret.missing', { detail: `the file ${name}: ${reasonOf(error)}` })
  }
}

const MAX_SECRET_BYTES = 64 * 1024

/** Secrets of this process: its environment, and files that it may read. */
export const systemSecrets: SecretSource = {
  env: (name) => process.env[name],
  file(path) {
    const bytes = readFileSync(path)
    if (bytes.length > MAX_SECRET_BYTES) throw new Error('is too long for a secret')
    return bytes.toString('utf8')
  },
}
