import type { Native, TextFormat } from '../../native.ts'

const PAIR = /([A-Za-z_@][\w.@-]{0,127})=(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|([^\s,;]*))[\s,;]*/y
const MIN_PAIRS = 3
const MAX_PAIRS = 1_024
const MAX_LEADING_WORDS = 12

/**
 * Lines of `key=value key="value"`, at least three pairs, after at most a dozen words (`pam_unix(…): authentication
 * failure; logname= uid=0`). Values verbatim, quotes removed.
 */
export const kv: TextFormat = {
  kind: 'text',
  name: 'kv',
  summary: 'Key and value pairs: `date=… time=… srcip=…`, values quoted or not.',
  read(text) {
    if (!hasPairs(text)) return undefined
    const pairs = readPairs(text)
    if (pairs.length < MIN_PAIRS) return undefined
    const native: Native = { format: 'kv', fields: Object.fromEntries(pairs), text }
    return native
  },
}

/** Cheap test first: most lines have no three equals signs. */
function hasPairs(text: string): boolean {
  let at = -1
  for (let count = 0; count < MIN_PAIRS; count += 1) {
    at = text.indexOf('=', at + 1)
    if (at === -1) return false
  }
  return true
}

/** Words between pairs are skipped; a line with more words than pairs is prose. */
function readPairs(text: string): [string, string][] {
  const pairs: [string, string][] = []
  let at = 0
  let skipped = 0
  while (at < text.length && pairs.length < MAX_PAIRS) {
    PAIR.lastIndex = at
    const found = PAIR.exec(text)
    if (found) {
      pairs.push([found[1] ?? '', pairValue(found)])
      at = PAIR.lastIndex
      continue
    }
    skipped += 1
    if (skipped > Math.max(pairs.length, MAX_LEADING_WORDS)) break
    const space = text.indexOf(' ', at)
    at = space === -1 ? text.length : space + 1
  }
  return pairs
}

function pairValue(found: RegExpExecArray): string {
  const quoted = found[2]
  if (quoted === undefined) return found[3] ?? found[4] ?? ''
  return quoted.includes('\\') ? quoted.replace(/\\(["\\])/g, '$1') : quoted
}
