import type { Micros } from '#base/clock.ts'
import type { RuleProblem } from '#detect/index.ts'
import type { Finding, RuleInfo } from '#shape/finding.ts'
import type { LedgerRow } from '#shape/health.ts'
import type { Indicator } from '#shape/indicator.ts'
import type { SourceRoute } from '#shape/route.ts'

/** What the pipeline worker is started with. */
export interface PipelineStart {
  readonly journalFolder: string
  readonly spoolFolder: string
  readonly routes: readonly SourceRoute[]
  readonly zone: string
  readonly ruleFiles: readonly { readonly path: string; readonly text: string }[]
  readonly indicators: readonly Indicator[]
  /** First seq whose events are not in the store yet. */
  readonly storeFrom: number
  /** Detector state and the first seq that it has not seen. */
  readonly snapshot?: { readonly position: number; readonly text: string }
  readonly limits: PipelineLimits
}

/** How much the worker takes at once. */
interface PipelineLimits {
  /** A span is closed at this many records or after this time, whichever is first. */
  readonly spanRecords: number
  readonly spanMs: number
  /** Detector state is handed out this often. */
  readonly snapshotMs: number
  /** Spans handed over and not yet stored; more wait in the journal. */
  readonly openSpans: number
}

/** Main to worker. */
export type ToWorker =
  | { readonly kind: 'durable'; readonly durable: number }
  | { readonly kind: 'stored'; readonly to: number }
  | { readonly kind: 'indicators'; readonly indicators: readonly Indicator[] }
  | { readonly kind: 'stop' }

/** A run of records whose events are ready for the store: seq `from` to `to`, both inclusive. */
export interface Span {
  readonly from: number
  readonly to: number
  /** When the last record of the span was received. */
  readonly received: Micros
  readonly events: number
  readonly dead: number
  readonly ledger: readonly LedgerRow[]
}

/** Worker to main, in the order of the journal. */
export type FromWorker =
  | {
      readonly kind: 'ready'
      readonly rules: readonly RuleInfo[]
      readonly problems: readonly RuleProblem[]
      /** What the restored detector state says about itself; '' when it fits. */
      readonly restored: string
    }
  | { readonly kind: 'findings'; readonly findings: readonly Finding[] }
  | { readonly kind: 'span'; readonly span: Span }
  | { readonly kind: 'snapshot'; readonly position: number; readonly text: string }
  | {
      readonly kind: 'beat'
      readonly next: number
      readonly busyMicros: Micros
      readonly stats: Readonly<Record<string, number>>
    }
  | { readonly kind: 'stopped' }

/** Names of the files of a span in the spool; equal spans have equal names, which are the store's tokens. */
export function spanFiles(span: Pick<Span, 'from' | 'to'>): {
  token: string
  events: string
  dead: string
  manifest: string
} {
  const pad = (seq: number) => String(seq).padStart(15, '0')
  const token = `0-${pad(span.from)}-${pad(span.to)}`
  return {
    token,
    events: `${token}.events.ndjson`,
    dead: `${token}.dead.ndjson`,
    manifest: `${token}.span.json`,
  }
}
