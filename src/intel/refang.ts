/**
 * The value as it would appear in a log: `hxxps://evil[.]example` becomes `https://evil.example`. Undoes the spellings
 * that reports use so that nobody clicks; a value without them stays as it is.
 */
export function refang(text: string): string {
  return text
    .trim()
    .replace(/^["'<`]+|["'>`,;]+$/g, '')
    .replace(/^h(?:xx|\*\*|\[tt\]|tt)p(s?)\s*(?:\[:\]|:)\s*(?:\[\/\/\]|\/\/)/i, 'http$1://')
    .replace(/^h(?:xx|\*\*|tt)p(s?)\s*\[:\/\/\]/i, 'http$1://')
    .replace(/\s*[[({]\s*(?:\.|dot)\s*[\])}]\s*/gi, '.')
    .replace(/\s*[[({]\s*(?:@|at)\s*[\])}]\s*/gi, '@')
    .replaceAll('[:]', ':')
    .replaceAll('\\.', '.')
}
