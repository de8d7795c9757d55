import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { z } from 'zod'
import { FAILURES } from '../src/base/failures.ts'
import { COMMANDS } from '../src/cli/commands.ts'
import { DIALECTS, INPUTS } from '../src/collect/index.ts'
import { RULE_KINDS } from '../src/detect/index.ts'
import { FEEDS } from '../src/intel/index.ts'
import { CONFIG_SCHEMA, PLAN_SCHEMA } from '../src/plan/index.ts'
import { ACTIONS } from '../src/respond/index.ts'
import { describeFamilies } from '../src/structure/index.ts'
import { PURE_ROOMS, ROOMS } from './rooms.ts'
import { ROOT } from './sources.ts'

/** The reference pages, made from the same tables that the code runs on. `--verify` compares instead of writing. */
const PAGES: Readonly<Record<string, () => string>> = {
  'docs/architecture.md': architecture,
  'docs/reference/actions.md': () =>
    `${page(
      'Response actions',
      ACTIONS.map((action) => [`\`${action.name}\``, action.summary]),
    )}${ACTIONS.map((action) => options(action.name, action.input)).join('')}`,
  'docs/reference/commands.md': () =>
    page(
      'Commands',
      COMMANDS.map((command) => [`\`vedette ${command.usage}\``, command.summary]),
    ),
  'docs/reference/config.md': () =>
    `# vedette.yaml\n\nEvery key is optional; unknown keys are errors.\n\n${fields(CONFIG_SCHEMA)}`,
  'docs/reference/failures.md': () =>
    page(
      'Failure codes',
      Object.entries(FAILURES).map(([code, kind]) => [
        `\`${code}\``,
        `${kind.hint} HTTP ${kind.status}, exit ${kind.exit}.`,
      ]),
    ),
  'docs/reference/families.md': () =>
    page(
      'Families',
      describeFamilies().map((family) => [`\`${family.name}\``, family.summary]),
    ),
  'docs/reference/feeds.md': () =>
    page(
      'Intelligence feeds',
      FEEDS.map((feed) => [`\`${feed.name}\``, feed.summary]),
    ),
  'docs/reference/inputs.md': () =>
    `${page(
      'Inputs',
      INPUTS.map((input) => [`\`${input.name}\``, input.summary]),
    )}\n## HTTP dialects\n\nAll on the one HTTP port.\n\n${table(
      DIALECTS.map((dialect) => [
        `\`${dialect.name}\``,
        `${dialect.summary} ${[...new Set(dialect.routes.map((route) => `\`${route.path}\``))].slice(0, 6).join(', ')}`,
      ]),
    )}${INPUTS.map((input) => options(input.name, input.config)).join('')}`,
  'docs/reference/plan.md': () =>
    `# plan.yaml\n\nUnknown keys are errors, with a suggestion.\n\n${fields(PLAN_SCHEMA)}`,
  'docs/reference/rule-kinds.md': () =>
    page(
      'Rule kinds',
      RULE_KINDS.map((kind) => [`\`${kind.name}\``, kind.summary]),
    ),
}

const verify = process.argv.includes('--verify')
const stale: string[] = []
for (const [path, make] of Object.entries(PAGES)) {
  const wanted = `${make().trimEnd()}\n`
  if (verify) {
    if (read(path) !== wanted) stale.push(path)
  } else {
    mkdirSync(new URL('.', new URL(path, ROOT)), { recursive: true })
    writeFileSync(new URL(path, ROOT), wanted)
  }
}
for (const path of stale)
  process.stderr.write(`${path} is not what the code says: run \`npm run docs\`\n`)
process.exit(stale.length === 0 ? 0 : 1)

function read(path: string): string {
  try {
    return readFileSync(new URL(path, ROOT), 'utf8')
  } catch {
    return ''
  }
}

function page(title: string, rows: readonly (readonly [string, string])[]): string {
  return `# ${title}\n\n${table(rows)}`
}

function table(rows: readonly (readonly [string, string])[]): string {
  return `| name | what it is |\n|---|---|\n${rows.map(([name, text]) => `| ${name} | ${text.replaceAll('|', '\\|')} |`).join('\n')}\n`
}

function architecture(): string {
  const rows = Object.entries(ROOMS).map(
    ([room, opens]) =>
      `| ${room} | ${opens.join(', ') || '–'} | ${PURE_ROOMS.includes(room) ? 'pure' : 'does I/O'} |`,
  )
  return `# Architecture

Records flow one way: **collect** writes them to the journal, the pipeline worker **structure**s and **detect**s, rows go
to the **store** and findings become an **incident**, playbooks **respond**. **plan** judges every room, **serve** and
**cli** show it, **run** wires it. Everything after the journal is a function of journal, plan, content and intelligence.

| room | may open | |
|---|---|---|
${rows.join('\n')}

The table is \`tools/rooms.ts\`; a test walks all imports. Siblings (collect, structure, store, detect, intel) meet only in
run. Each room has a README of a page; decisions that differ from the design are in \`docs/decisions/\`.
`
}

/** The options of one kind under a heading of its own; nothing when it has none. */
function options(name: string, schema: z.ZodType): string {
  const rows = fieldRows(schema)
  return rows.length === 0 ? '' : `\n## ${name}\n\n${table(rows)}`
}

/** One line per key of a configuration schema, nested keys with dots. */
function fields(schema: z.ZodType): string {
  return table(fieldRows(schema))
}

function fieldRows(schema: z.ZodType): [string, string][] {
  const rows: [string, string][] = []
  collectFields(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }), '', rows)
  return rows
}

function collectFields(node: unknown, path: string, rows: [string, string][]): void {
  if (!isRecord(node)) return
  const properties = isRecord(node['properties']) ? node['properties'] : {}
  for (const [name, child] of Object.entries(properties)) {
    if (!isRecord(child)) continue
    const key = path === '' ? name : `${path}.${name}`
    const standard =
      child['default'] === undefined ? '' : ` Default \`${JSON.stringify(child['default'])}\`.`
    const words = Array.isArray(child['enum']) ? ` One of ${child['enum'].join(', ')}.` : ''
    rows.push([`\`${key}\``, `${String(child['description'] ?? '')}${words}${standard}`.trim()])
    collectFields(child, key, rows)
    collectFields(child['items'], `${key}[]`, rows)
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
