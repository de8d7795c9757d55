import { randomBytes } from 'node:crypto'

/** Where random identifiers come from; tests hand in a counting one. */
export interface Ids {
  /** A short unguessable id, `prefix-` and 16 hex digits. */
  next(prefix: string): string
  /** A secret of `sizeBytes` random bytes as base64url. */
  secret(sizeBytes?: number): string
}

/** Ids from the operating system's random source. */
export const systemIds: Ids = {
  next: (prefix) => `${prefix}-${randomBytes(8).toString('hex')}`,
  secret: (sizeBytes = 24) => randomBytes(sizeBytes).toString('base64url'),
}
