/*
 * Golden fixtures of the families: `node src/structure/golden.ts` lists the cases that differ from their expectation,
 * `node src/structure/golden.ts --update [family …]` rewrites the expectations of the families named (or of all).
 */
import { existsSync, readdirSync, readFileSync, writeFileSync, writeSync } from 'node:fs'
import type { JournalRecord } from '#base/journal.ts'
import { isObject, parseJsonObject } from '#base/json.ts'
import { createStructurer } from './structurer.ts'

/** One fixture: a native record and what it must become. */
export interface GoldenCase {
  readonly family: string
  readonly name: string
  /** What the record becomes now, as text. */
  readonly actual: string
  /** What it must become; undefined when nobody wrote it down yet. */
  readonly expected: string | undefined
  readonly expectedUrl: URL
}

/** When every fixture is received: 1 July 2026. */
const RECEIVED = Date.UTC(2026, 6, 1) * 1000
const ROOT = new URL('families/', import.meta.url)

/** Every fixture of every family folder, in order. */
export function goldenCases(): GoldenCase[] {
  const structurer = createStructurer({ routes: [] })
  const families = readdirSync(ROOT, { withFileTypes: true }).filter((one) => one.isDirectory())
  return families.flatMap(({ name: family }) => {
    const folder = new URL(`${family}/fixtures/`, ROOT)
    const files = existsSync(folder) ? readdirSync(folder).sort() : []
    return files.flatMap((file): GoldenCase[] => {
      if (!file.endsWith('.raw')) return []
      const name = file.slice(0, -4)
      const expectedUrl = new URL(`${name}.json`, folder)
      const record = fixtureRecord(readFileSync(new URL(file, folder)))
      const actual = `${JSON.stringify(readable(structurer.structure(record), record), undefined, 2)}\n`
      const expected = existsSync(expectedUrl) ? readFileSync(expectedUrl, 'utf8') : undefined
      return [{ family, name, actual, expected, expectedUrl }]
    })
  })
}

const MARK = '#meta '

/** A fixture may open with a line `#meta {"feed": …, "meta": {…}}`; one line end at its end is not part of the record. */
function fixtureRecord(file: Buffer): JournalRecord {
  const text = file.toString('latin1')
  const opening = text.startsWith(MARK) ? text.slice(MARK.length, text.indexOf('\n')) : undefined
  const start = opening === undefined ? 0 : text.indexOf('\n') + 1
  const end = text.endsWith('\n') ? file.length - 1 : file.length
  const given = opening === undefined ? undefined : parseJsonObject(opening)
  const { feed, meta } = given?.ok ? given.value : {}
  return {
    partition: 0,
    seq: 1,
    feed: typeof feed === 'string' ? feed : 'stdin:fixture',
    received: RECEIVED,
    bytes: file.subarray(start, end),
    ...(isObject(meta) ? { meta: textsOf(meta) } : {}),
  }
}

function textsOf(meta: Record<string, unknown>): Record<string, string> {
  return Object.fromEntries(Object.entries(meta).map(([name, value]) => [name, String(value)]))
}

/** Events without what repeats the record: raw bytes, and fields that are the JSON of the record itself. */
function readable(
  { source, events, dead }: ReturnType<ReturnType<typeof createStructurer>['structure']>,
  record: JournalRecord,
): unknown {
  const json = record.bytes[0] === 0x7b
  return {
    source,
    events: events.map(
      ({ raw: _raw, partition: _partition, seq: _seq, received: _received, fields, ...event }) => ({
        ...event,
        time: new Date(event.time / 1000).toISOString(),
        ...(json ? {} : { fields }),
      }),
    ),
    dead: dead.map(({ reason, detail }) => ({ reason, detail })),
  }
}

function main(args: readonly string[]): void {
  const update = args.includes('--update')
  const wanted = args.filter((one) => !one.startsWith('--'))
  const cases = goldenCases().filter(({ family }) => wanted.length === 0 || wanted.includes(family))
  const changed = cases.filter(({ actual, expected }) => actual !== expected)
  for (const { family, name, actual, expectedUrl } of changed) {
    if (update) writeFileSync(expectedUrl, actual)
    writeSync(1, `${update ? 'written' : 'differs'}: ${family}/${name}\n`)
  }
  writeSync(1, `${cases.length} cases, ${changed.length} ${update ? 'written' : 'differ'}\n`)
  if (!update && changed.length > 0) process.exitCode = 1
}

if (import.meta.main) main(process.argv.slice(2))
