import type { Clock } from '#base/clock.ts'
import { reasonOf } from '#base/failure.ts'
import type { JournalRecord } from '#base/journal.ts'
import { readLogFile, walkFiles } from '#collect/index.ts'
import { compileRules, createDetector, type RuleSet } from '#detect/index.ts'
import type { DeadLetter, Event } from '#shape/event.ts'
import type { Finding } from '#shape/finding.ts'
import type { Indicator } from '#shape/indicator.ts'
import type { SourceRoute } from '#shape/route.ts'
import { createStructurer } from '#structure/index.ts'
import type { ContentFile } from './content.ts'

/** What to look through, and with what. */
export interface ScanOptions {
  readonly paths: readonly string[]
  readonly ruleFiles: readonly ContentFile[]
  readonly routes: readonly SourceRoute[]
  readonly indicators: readonly Indicator[]
  readonly zone: string
  readonly clock: Clock
  /** Called as findings are made, before the end. */
  readonly onFinding: (finding: Finding, file: string) => void
}

/** What was read. A file that could not be read, or not to its end, is in `failed`. */
export interface ScanResult {
  readonly ruleSet: RuleSet
  readonly files: number
  readonly records: number
  readonly events: number
  readonly bytes: number
  readonly findings: number
  readonly families: Readonly<Record<string, number>>
  /** Dead letters by reason. */
  readonly dead: Readonly<Record<string, number>>
  readonly failed: readonly { readonly path: string; readonly reason: string }[]
}

const BATCH_EVENTS = 500

/** Looks once through files and folders. Correlations see all of them as one stream, judged at the end, by event time. */
export async function scan(options: ScanOptions): Promise<ScanResult> {
  const ruleSet = compileRules(options.ruleFiles)
  const detector = createDetector({
    ruleSet,
    indicators: options.indicators,
    latenessMs: Number.POSITIVE_INFINITY,
  })
  const count = { files: 0, records: 0, events: 0, bytes: 0, findings: 0 }
  const families: Record<string, number> = {}
  const dead: Record<string, number> = {}
  const failed: { path: string; reason: string }[] = []
  const fileOf = new Map<number, string>()
  const hand = (findings: readonly Finding[]) => {
    count.findings += findings.length
    for (const finding of findings) options.onFinding(finding, fileFor(fileOf, finding))
  }
  let batch: Event[] = []
  const flush = () => {
    hand(detector.push(batch, options.clock.micros()))
    batch = []
  }
  const take = (
    record: JournalRecord,
    events: readonly Event[],
    letters: readonly DeadLetter[],
  ) => {
    count.records += 1
    count.bytes += record.bytes.length
    count.events += events.length
    for (const event of events) families[event.family] = (families[event.family] ?? 0) + 1
    for (const letter of letters) dead[letter.reason] = (dead[letter.reason] ?? 0) + 1
    batch.push(...events)
    if (batch.length >= BATCH_EVENTS) flush()
  }
  const structurer = createStructurer({ routes: options.routes, zone: options.zone })
  for await (const path of walkFiles(options.paths)) {
    count.files += 1
    fileOf.set(count.records, path)
    try {
      for await (const raw of readLogFile(path, { clock: options.clock })) {
        const record = { ...raw, partition: 0, seq: count.records }
        const structured = structurer.structure(record)
        take(record, structured.events, structured.dead)
      }
    } catch (error) {
      failed.push({ path, reason: reasonOf(error) })
    }
  }
  flush()
  hand(detector.advance(Number.POSITIVE_INFINITY, options.clock.micros()))
  return { ruleSet, ...count, families, dead, failed }
}

/** The file of a finding's last record: the one that began at or before its seq. */
function fileFor(fileOf: ReadonlyMap<number, string>, finding: Finding): string {
  const last = finding.positions.at(-1) ?? ''
  const seq = Number(/^\d+-(\d+)/.exec(last)?.[1] ?? -1)
  let found = ''
  for (const [first, path] of fileOf) {
    if (first > seq) break
    found = path
  }
  return found
}
