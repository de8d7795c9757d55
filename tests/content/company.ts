import type { JournalRecord } from '#base/journal.ts'
import { tellStory } from '#cli/demo/story.ts'
import type { DemoRecord, Lane } from '#cli/demo/wire.ts'
import { compileRules, createDetector } from '#detect/index.ts'
import { readIndicatorFile } from '#intel/index.ts'
import { loadPlan, type Plan, planRoutes } from '#plan/index.ts'
import type { Event } from '#shape/event.ts'
import type { Finding } from '#shape/finding.ts'
import { createStructurer } from '#structure/index.ts'
import { contentFiles, ruleFiles } from './files.ts'

/** The feed that each lane arrives by, in the words of the inputs. */
const FEEDS: Readonly<Record<Lane, string>> = {
  okta: 'http:okta',
  github: 'http:github',
  cloudtrail: 'http:cloudtrail',
  bulk: 'bulk',
  udp: 'syslog',
  tcp: 'syslog',
}

/** What a story became on its way through structure and detection. */
export interface Told {
  readonly plan: Plan
  readonly records: readonly DemoRecord[]
  /** Events by source and family, and findings in the order they were made. */
  readonly events: readonly Event[]
  readonly findings: readonly Finding[]
  readonly dead: number
  readonly sources: Readonly<Record<string, number>>
}

/** The plan of the demo company; throws with its problems. */
export function demoPlan(): Plan {
  const [file] = contentFiles('demo', 'yaml').filter(({ path }) => path.endsWith('plan.yaml'))
  const { plan, problems } = loadPlan(file?.text ?? '', file?.path ?? 'plan.yaml')
  if (!plan || problems.length > 0) throw new Error(JSON.stringify(problems))
  return plan
}

/** A record of the company as the journal would hold it. */
function journaled(record: DemoRecord, seq: number): JournalRecord {
  return {
    partition: 0,
    seq,
    feed: FEEDS[record.lane],
    received: record.time * 1000,
    bytes: new TextEncoder().encode(record.body),
    meta: record.index === undefined ? {} : { index: record.index },
  }
}

/** Tells a story to structure and detection, with all content and the indicators of the demo. */
export function tell(options: {
  seed: string
  now: number
  withIntrusion: boolean
  /** Leaves nine in ten lines of the inner firewall out: they are alike, and most of the volume. */
  isThin?: boolean
}): Told {
  const plan = demoPlan()
  const records = tellStory(options).filter(
    ({ body }, at) => options.isThin !== true || at % 10 === 0 || !body.includes(' fw-core-1 '),
  )
  const structurer = createStructurer({ routes: planRoutes(plan) })
  const indicators = contentFiles('indicators', 'csv').flatMap(
    ({ path, text }) =>
      readIndicatorFile(text, { path, now: options.now * 1000, ownNetworks: plan.networks })
        .indicators,
  )
  const detector = createDetector({ ruleSet: compileRules(ruleFiles()), indicators })
  const events: Event[] = []
  const findings: Finding[] = []
  const sources: Record<string, number> = {}
  let dead = 0
  for (const [seq, record] of records.entries()) {
    const out = structurer.structure(journaled(record, seq))
    dead += out.dead.length
    sources[out.source] = (sources[out.source] ?? 0) + 1
    events.push(...out.events)
    findings.push(...detector.push(out.events, record.time * 1000))
  }
  findings.push(...detector.advance(options.now * 1000, options.now * 1000))
  return { plan, records, events, findings, dead, sources }
}
