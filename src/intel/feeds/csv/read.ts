import type { Micros } from '#base/clock.ts'
import { derivedId } from '#base/hash.ts'
import type { Indicator, IndicatorKind } from '#shape/indicator.ts'
import { type Columns, columnsOf } from '../../columns.ts'
import { type CsvRecord, readCsv } from '../../csv.ts'
import type { FeedContext, FeedProblem, FeedResult } from '../../feed.ts'
import { createGuard, type FalsePositiveGuard } from '../../guard.ts'
import { kindOfWord, normaliseIndicator } from '../../normalise.ts'
import { parseConfidence, parseMoment } from '../../values.ts'

const MAX_PROBLEMS = 1_000
const MAX_INDICATORS = 1_000_000
const DAY_MICROS = 86_400_000_000

/** Days that an indicator without an end stays valid: addresses change hands quickly, files never change. */
const VALID_DAYS: Readonly<Record<IndicatorKind, number>> = {
  domain: 180,
  email: 90,
  ip: 30,
  md5: 365,
  sha1: 365,
  sha256: 365,
  url: 30,
  'user-agent': 90,
}

interface Reading {
  readonly context: FeedContext
  readonly guard: FalsePositiveGuard
  readonly found: Map<string, Indicator>
  readonly problems: FeedProblem[]
  lines: number
  bad: number
  refused: number
  duplicates: number
}

const PLAIN: Columns = { at: { value: 0 } }

/** Reads a CSV file or plain list of indicators. Never throws. */
export function readIndicators(text: string, context: FeedContext): FeedResult {
  const reading: Reading = {
    context,
    guard: createGuard(context.ownNetworks),
    found: new Map(),
    problems: [],
    lines: 0,
    bad: 0,
    refused: 0,
    duplicates: 0,
  }
  let columns: Columns | undefined
  let commented: Columns | undefined
  for (const record of readCsv(text, separatorOf(text))) {
    const first = record.cells[0]?.trim() ?? ''
    if (isComment(first)) {
      commented = columnsOf(record.cells) ?? commented
      continue
    }
    if (columns === undefined) {
      columns = columnsOf(record.cells)
      if (columns) continue
      columns = commented ?? PLAIN
    }
    readLine(record, columns, reading)
  }
  const { problems, lines, bad, refused, duplicates } = reading
  return { indicators: [...reading.found.values()], problems, lines, bad, refused, duplicates }
}

const isComment = (cell: string) =>
  cell.startsWith('#') || cell.startsWith('//') || cell.startsWith(';')

/** The separator of the first line that is no comment, else of the first comment (a header behind `#`). */
function separatorOf(text: string): string {
  const lines = text.slice(0, 16_384).split('\n')
  const first =
    lines.find((line) => line.trim() !== '' && !isComment(line.trim())) ?? lines[0] ?? ''
  const count = (sign: string) => first.split(sign).length
  return [',', ';', '\t'].reduce((best, sign) => (count(sign) > count(best) ? sign : best))
}

function readLine(record: CsvRecord, columns: Columns, reading: Reading): void {
  reading.lines += 1
  if (record.problem !== undefined) {
    noteBad(reading, { line: record.line, code: 'csv.quote', text: record.problem })
    return
  }
  const cell = (name: keyof Columns['at']) => record.cells[columns.at[name] ?? -1]?.trim() ?? ''
  const raw = columns === PLAIN ? cell('value').replace(/\s+(#|\/\/).*$/, '') : cell('value')
  const kind = kindOfWord(columns.impliedKind ?? cell('kind'))
  const normal = normaliseIndicator(raw, kind)
  if (!normal.ok) {
    const shown = raw.length > 60 ? `${raw.slice(0, 57)}…` : raw
    const text = `${JSON.stringify(shown)}: ${WORDS[normal.code] ?? 'is not what its type says'}`
    noteBad(reading, { line: record.line, code: normal.code, text })
    return
  }
  const refused = reading.guard(normal.value)
  if (refused !== undefined) {
    reading.refused += 1
    const text = `${normal.value.value} ${refused}`
    note(reading, { line: record.line, code: 'refused', text })
    return
  }
  const { now, path } = reading.context
  keep(reading, {
    id: derivedId('ind', [normal.value.kind, normal.value.value]),
    ...normal.value,
    confidence: parseConfidence(cell('confidence')),
    ...validity(normal.value.kind, { from: cell('validFrom'), until: cell('validUntil'), now }),
    feed: `${path}:${record.line}`,
    description: cell('description').slice(0, 500),
    techniques: techniquesIn(cell('technique')),
  })
}

const WORDS: Readonly<Record<string, string>> = {
  'indicator.empty': 'has no value',
  'indicator.range': 'is a range; only single addresses are matched',
  'indicator.too-long': 'is too long',
  'indicator.unknown': 'is no address, domain, URL, e-mail address or hash',
}

/** Without a start it is valid for all of the past, so that old logs can be searched with a new list. */
function validity(kind: IndicatorKind, given: { from: string; until: string; now: Micros }) {
  const validFrom = parseMoment(given.from) ?? 0
  const born = Math.max(validFrom, given.now)
  return { validFrom, validUntil: parseMoment(given.until) ?? born + VALID_DAYS[kind] * DAY_MICROS }
}

function techniquesIn(text: string): string[] {
  const found = text.toUpperCase().match(/\bT\d{4}(?:\.\d{3})?\b/g) ?? []
  return [...new Set(found)]
}

function keep(reading: Reading, indicator: Indicator): void {
  const known = reading.found.get(indicator.id)
  if (known) {
    reading.duplicates += 1
    reading.found.set(indicator.id, mergeIndicators(known, indicator))
  } else if (reading.found.size >= MAX_INDICATORS)
    noteBad(reading, {
      line: Number(indicator.feed.split(':').at(-1)),
      code: 'csv.too-many',
      text: `only ${MAX_INDICATORS} indicators are kept of one file`,
    })
  else reading.found.set(indicator.id, indicator)
}

/** The more confident one speaks; what the other adds in validity and techniques is kept. */
function mergeIndicators(left: Indicator, right: Indicator): Indicator {
  const [best, other] = right.confidence > left.confidence ? [right, left] : [left, right]
  return {
    ...best,
    description: best.description === '' ? other.description : best.description,
    validFrom: Math.min(left.validFrom, right.validFrom),
    validUntil: Math.max(left.validUntil, right.validUntil),
    techniques: [...new Set([...best.techniques, ...other.techniques])],
  }
}

function noteBad(reading: Reading, problem: FeedProblem): void {
  reading.bad += 1
  note(reading, problem)
}

function note(reading: Reading, problem: FeedProblem): void {
  if (reading.problems.length < MAX_PROBLEMS) reading.problems.push(problem)
}
