import { createHash, createHmac, timingSafeEqual } from 'node:crypto'

/** SHA-256 as 64 hex digits. */
export function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex')
}

/** A stable id derived from its parts: same parts, same id, on every replay. `prefix-` and 20 hex digits. */
export function derivedId(prefix: string, parts: readonly (string | number)[]): string {
  return `${prefix}-${sha256(JSON.stringify(parts)).slice(0, 20)}`
}

/** HMAC-SHA-256 as hex digits. */
export function hmacSha256(key: string | Uint8Array, data: string | Uint8Array): string {
  return createHmac('sha256', key).update(data).digest('hex')
}

/** Compares two secrets in a time that does not depend on where they differ. */
export function sameSecret(left: string, right: string): boolean {
  const a = createHash('sha256').update(left).digest()
  const b = createHash('sha256').update(right).digest()
  return timingSafeEqual(a, b)
}
