import { sourceFiles, withoutComments } from './sources.ts'

/** Counts of what may only fall. `npm run ratchet` prints them; the test compares with `ratchet.json`. */
export interface Counts {
  readonly casts: number
  readonly lintIgnores: number
  readonly filesOver300: number
}

/** Hard limits on one file. */
export const MAX_FILE_LINES = 500

/** Counts over our own code without tests. */
export function countEscapes(): Counts {
  const files = sourceFiles(['src', 'console', 'tools']).filter(
    ({ path }) => !path.includes('.test.ts'),
  )
  const count = (pattern: RegExp) =>
    files.reduce((sum, { text }) => sum + [...withoutComments(text).matchAll(pattern)].length, 0)
  const ignores = files.reduce(
    (sum, { text }) => sum + [...text.matchAll(/biome-ignore/g)].length,
    0,
  )
  return {
    casts: count(
      /\)\s+as\s+(?!const\b)[A-Z{(]|\w\s+as\s+(?!const\b)(?:[A-Z]\w*|unknown|never|string|number)\b(?=[^'"]*$)/gm,
    ),
    lintIgnores: ignores,
    filesOver300: files.filter(({ text }) => text.split('\n').length > 300).length,
  }
}

if (import.meta.main) process.stdout.write(`${JSON.stringify(countEscapes(), null, 2)}\n`)
