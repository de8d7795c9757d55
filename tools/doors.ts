/** A dangerous thing, the files that may do it, and why the others must knock there. */
export interface Door {
  readonly name: string
  readonly pattern: RegExp
  readonly only: readonly RegExp[]
  readonly because: string
}

/** One door for each dangerous thing, checked over `src` without tests. */
export const DOORS: readonly Door[] = [
  {
    name: 'outbound requests',
    pattern: /\bfetch\(|from 'undici'|from 'node:https?'/,
    only: [/^src\/base\/egress\.ts$/],
    because: 'blocks private addresses, caps size and time',
  },
  {
    name: 'patterns from data',
    pattern: /new RegExp\(|from 're2js'/,
    only: [/^src\/base\/pattern\.ts$/],
    because: 'linear time and length caps',
  },
  {
    name: 'unpacking',
    pattern: /from 'node:zlib'/,
    only: [/^src\/base\/unpack\.ts$/, /^src\/collect\/journal\//],
    because: 'output caps against bombs; the journal only takes checksums',
  },
  {
    name: 'foreign JSON',
    pattern: /JSON\.parse\(/,
    only: [/^src\/base\/json\.ts$/],
    because: 'size and depth caps',
  },
  {
    name: 'time',
    pattern: /Date\.now\(|[^.\w]setTimeout\(|[^.\w]setInterval\(|new Date\(\)/,
    only: [/^src\/base\/clock\.ts$/],
    because: 'tests own time',
  },
  {
    name: 'chance',
    pattern: /Math\.random\(|randomUUID|randomBytes/,
    only: [/^src\/base\/ids\.ts$/],
    because: 'repeatable runs',
  },
  {
    name: 'other programs',
    pattern: /import (?!type)[^\n]* from 'node:child_process'/,
    only: [/^src\/base\/process\.ts$/],
    because: 'argument lists only, never a shell',
  },
  {
    name: 'environment',
    pattern: /process\.env/,
    only: [/^src\/base\/process\.ts$/, /^src\/plan\/secrets\.ts$/, /^src\/cli\//],
    because: 'secrets are references and are never printed',
  },
  {
    name: 'databases',
    pattern: /from 'kysely'|from 'node:sqlite'|from 'chdb'|import\('chdb'\)/,
    only: [/^src\/store\//],
    because: 'one place knows dialects; everything is bound',
  },
  {
    name: 'the terminal',
    pattern: /console\.(log|error|warn|info)\(|process\.std(out|err)\.write/,
    only: [/^src\/cli\//],
    because: 'rooms log through #base/log.ts',
  },
]
