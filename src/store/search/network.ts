import { isIP } from 'node:net'

/** True when a text has the form of an address block, right or wrong: `10.0.0.0/8`. */
export function looksLikeBlock(text: string): boolean {
  return /^[0-9a-f.:]*[.:][0-9a-f.:]*\/\d+$/i.test(text)
}

/** True for a valid IPv4 or IPv6 block. */
export function isBlock(text: string): boolean {
  const slash = text.indexOf('/')
  const kind = isIP(text.slice(0, slash))
  return kind !== 0 && Number(text.slice(slash + 1)) <= (kind === 4 ? 32 : 128)
}
