import type { Clock } from '#base/clock.ts'
import type { System } from '#serve/index.ts'
import type { PlanReport } from '#shape/report.ts'
import type { Judge } from './judge.ts'
import type { Latency } from './latency.ts'
import type { Loaded } from './load.ts'
import type { OwnLog } from './own-logs.ts'
import type { Pipeline } from './pipeline/host.ts'
import type { Refusals } from './refusals.ts'
import type { OpenData } from './start.ts'

/** What the status is read from. */
export interface StatusParts extends OpenData {
  readonly loaded: Loaded
  readonly clock: Clock
  readonly version: string
  readonly ownLogs: readonly OwnLog[]
  readonly playbookProblems: readonly string[]
  readonly listening: readonly string[]
  readonly pipeline: Pipeline
  readonly judge: Judge
  readonly refusals: Refusals
  readonly latency: Latency
}

/** What the server knows of itself, and what it does not. */
export interface StatusView {
  readonly status: System['status']
  readonly metrics: System['metrics']
  unknowns(): Promise<readonly string[]>
}

const LAG_DEGRADED_RECORDS = 50_000

/** Makes the view. Health is `unknown` as long as the plan cannot be judged green or not. */
export function createStatus(parts: StatusParts): StatusView {
  const startedAt = parts.clock.micros()
  const unknowns = async () => unknownSentences(parts, await parts.judge.report())
  return {
    unknowns,
    async status() {
      const [totals, report, engine] = await Promise.all([
        sums(parts),
        parts.judge.report(),
        parts.events.checkHealth(),
      ])
      return {
        version: parts.version,
        startedAt,
        now: parts.clock.micros(),
        listening: parts.listening.map(listeningRow),
        ownLogs: parts.ownLogs.map(({ name, state, text }) => ({ name, state, text })),
        pipeline: {
          ...totals,
          lagRecords: parts.pipeline.lag,
          lagMs: parts.pipeline.lagMs,
        },
        health: healthOf(parts, report, engine.state),
        unknowns: unknownSentences(parts, report),
      }
    },
    metrics: () => metricsText(parts),
  }
}

async function sums(parts: StatusParts) {
  const rows = await parts.state.ledger.totals({ from: 0, to: Number.MAX_SAFE_INTEGER })
  const sum = (key: 'stored' | 'dead' | 'dropped') => rows.reduce((all, row) => all + row[key], 0)
  return {
    received: parts.journal.durable,
    stored: sum('stored'),
    dead: sum('dead'),
    dropped: sum('dropped'),
  }
}

/** `syslog udp 127.0.0.1:5514` or `http http://127.0.0.1:7480` as a row. */
function listeningRow(line: string) {
  const [name = '', ...rest] = line.split(' ')
  const last = rest.at(-1) ?? ''
  if (name === 'http') {
    const url = new URL(last)
    return { name, address: url.hostname, port: Number(url.port), url: url.origin }
  }
  const colon = last.lastIndexOf(':')
  const kind = rest.length > 1 ? `${name}-${rest[0]}` : name
  return { name: kind, address: last.slice(0, colon), port: Number(last.slice(colon + 1)) }
}

function healthOf(parts: StatusParts, report: PlanReport, engine: string) {
  const troubles = [
    engine === 'up' ? '' : 'the event store restarts',
    parts.pipeline.lag > LAG_DEGRADED_RECORDS
      ? `${parts.pipeline.lag} records wait to be judged`
      : '',
    parts.refusals.total > 0 ? `${parts.refusals.total} records could not be taken` : '',
  ].filter(Boolean)
  if (troubles.length > 0)
    return { state: 'degraded' as const, sentence: `${troubles.join('; ')}.` }
  return { state: report.green ? ('ok' as const) : ('unknown' as const), sentence: report.sentence }
}

function unknownSentences(parts: StatusParts, report: PlanReport): string[] {
  const { loaded, pipeline } = parts
  const rejected = new Set(
    pipeline.problems
      .filter((problem) => problem.severity === 'rejected')
      .map((problem) => problem.path),
  )
  const never = report.sources
    .filter((source) => source.state === 'never')
    .map((source) => source.id)
  const unproven = report.coverage.filter((cell) => cell.state === 'unproven').length
  return [
    loaded.planPath === ''
      ? 'What you protect: there is no plan yet. `vedette plan init` writes a first one.'
      : '',
    never.length > 0 ? `Whether these sources live, they never reported: ${never.join(', ')}.` : '',
    unproven > 0
      ? `Whether the rules against ${unproven} of ${report.coverage.length} threats work: none of them ever fired.`
      : '',
    loaded.indicators.length === 0
      ? 'Known bad addresses and files: no indicators are loaded.'
      : '',
    rejected.size > 0
      ? `What rules in ${rejected.size} ${rejected.size === 1 ? 'file' : 'files'} would find: they did not load. \`vedette rules check\` says why.`
      : '',
    ...parts.playbookProblems.slice(0, 5).map((text) => `What this playbook would do: ${text}`),
    ...loaded.complaints.slice(0, 5).map(({ path, reason }) => `${path}: ${reason}`),
    pipeline.lost === 0
      ? ''
      : `Whether records are missing: the journal on disk ended ${pipeline.lost} records before what was judged at the last stop. Check the disk, or which backup was restored.`,
    pipeline.restored === ''
      ? ''
      : `Counts that were under way at the last stop: the kept state did not fit (${pipeline.restored}).`,
  ].filter(Boolean)
}

async function metricsText(parts: StatusParts): Promise<string> {
  const totals = await sums(parts)
  const engine = await parts.events.checkHealth()
  const rows: readonly (readonly [string, 'counter' | 'gauge', string, number])[] = [
    ['vedette_collect_records', 'counter', 'Records in the journal.', totals.received],
    [
      'vedette_collect_refused_records',
      'counter',
      'Records that could not be taken since the start.',
      parts.refusals.total,
    ],
    ['vedette_store_records', 'counter', 'Records stored.', totals.stored],
    [
      'vedette_structure_dead_records',
      'counter',
      'Records that could not become an event.',
      totals.dead,
    ],
    [
      'vedette_run_lag_records',
      'gauge',
      'Records in the journal that are not stored yet.',
      parts.pipeline.lag,
    ],
    [
      'vedette_run_busy_seconds',
      'counter',
      'Time spent on structuring and detection.',
      parts.pipeline.busySeconds,
    ],
    ['vedette_detect_rules', 'gauge', 'Rules in force.', parts.pipeline.rules.length],
    ['vedette_detect_findings', 'counter', 'Findings kept since the start.', parts.latency.count],
    [
      'vedette_store_engine_resident_bytes',
      'gauge',
      'Memory of the store engine.',
      engine.residentBytes,
    ],
    ['vedette_store_engine_restarts', 'counter', 'Restarts of the store engine.', engine.restarts],
    ['vedette_store_disk_bytes', 'gauge', 'Stored events on disk.', engine.diskBytes],
  ]
  const lines = rows.flatMap(([name, type, help, value]) => [
    `# TYPE ${name} ${type}`,
    `# HELP ${name} ${help}`,
    `${name}${type === 'counter' ? '_total' : ''} ${value}`,
  ])
  const quantiles = [0.5, 0.99].map(
    (share) =>
      `vedette_run_finding_latency_seconds{quantile="${share}"} ${parts.latency.quantile(share) / 1000}`,
  )
  return [
    ...lines,
    '# TYPE vedette_run_finding_latency_seconds summary',
    '# HELP vedette_run_finding_latency_seconds From receipt to a kept finding, last 10,000.',
    ...quantiles,
    `vedette_run_finding_latency_seconds_count ${parts.latency.count}`,
    '# EOF',
    '',
  ].join('\n')
}
