import type { Clock } from '#base/clock.ts'
import type { Log } from '#base/log.ts'
import { planRoutes } from '#plan/index.ts'
import type { Responder } from '#respond/index.ts'
import type { Access, System } from '#serve/index.ts'
import { type Absorber, openAbsorber } from './absorb.ts'
import { LAST_CONTENT } from './beside.ts'
import { createJudge, type Judge } from './judge.ts'
import { createLatency } from './latency.ts'
import { createLive, type Live } from './live.ts'
import type { Loaded } from './load.ts'
import type { OwnLog } from './own-logs.ts'
import { type Pipeline, startPipeline } from './pipeline/host.ts'
import { createRefusals, type Refusals } from './refusals.ts'
import { startResponder } from './responder.ts'
import { watchSilence } from './silence.ts'
import type { OpenData } from './start.ts'
import { createStatus, type StatusView } from './status.ts'
import { createAccess } from './system/access.ts'
import { intakeRoutes } from './system/intake.ts'
import { createSystem } from './system/system.ts'
import { createTurns } from './turns.ts'

/** What the rooms are wired with. */
export interface RoomParts extends OpenData {
  readonly loaded: Loaded
  readonly clock: Clock
  readonly log: Log
  readonly version: string
  readonly intakeToken: string
  readonly ownLogs: readonly OwnLog[]
  /** Filled while the server starts; shown by the status. */
  readonly listening: readonly string[]
  readonly onBroken: (reason: string) => void
}

/** The rooms, wired and running; nothing listens yet. */
export interface Rooms {
  readonly system: System
  readonly access: Access
  refused(feed: string, reason: string, count: number): void
  unknowns(): Promise<readonly string[]>
  stop(): Promise<void>
}

const PIPELINE_LIMITS = { spanRecords: 20_000, spanMs: 1_000, snapshotMs: 10_000, openSpans: 4 }

/** Starts pipeline, judge, responder and watch over the open stores. */
export async function startRooms(parts: RoomParts): Promise<Rooms> {
  const { loaded, clock, log, state, events } = parts
  const live = createLive()
  const refusals = createRefusals()
  const latency = createLatency()
  const alone = createTurns()
  const { responder, problems } = startResponder(parts)
  const absorber = await openAbsorber({
    ...parts,
    plan: loaded.plan,
    live,
    latency,
    alone,
    onIncident: async (incident) => {
      const runs = await responder.onIncident(incident)
      for (const run of runs) live.tell({ kind: 'run', id: run.id })
    },
  })
  const pipeline = await openPipeline(parts, { live, absorber })
  const rules = () => pipeline.rules
  const judge = createJudge({ plan: loaded.plan, events, state, clock, rules })
  const access = createAccess(state.access, clock)
  const stopWatch = watchSilence({
    plan: loaded.plan,
    clock,
    log,
    since: clock.micros(),
    facts: judge.facts,
    onFindings: absorber.take,
  })
  const views = { ...parts, playbookProblems: problems, pipeline, judge, refusals, latency }
  const status = createStatus(views)
  return {
    system: wireSystem({ ...views, status, live, access, alone, responder, absorber }),
    access,
    refused: refusals.add,
    unknowns: status.unknowns,
    async stop() {
      stopWatch()
      await pipeline.stop()
      await absorber.drained()
    },
  }
}

async function openPipeline(
  parts: RoomParts,
  to: { live: Live; absorber: Absorber },
): Promise<Pipeline> {
  const { config, plan, planPath, rulePaths, ruleFiles, indicators } = parts.loaded
  await parts.state.settings.put(LAST_CONTENT, {
    planPath,
    rulePaths,
    retentionDays: config.retention.days,
  })
  return startPipeline(
    {
      ...parts,
      log: parts.log.child('pipeline'),
      onFindings: to.absorber.take,
      onStored: seldom(parts.clock, () => to.live.tell({ kind: 'source', id: '' })),
    },
    { routes: planRoutes(plan), zone: config.zone, ruleFiles, indicators, limits: PIPELINE_LIMITS },
  )
}

type SystemWiring = RoomParts & {
  readonly pipeline: Pipeline
  readonly judge: Judge
  readonly refusals: Refusals
  readonly status: StatusView
  readonly live: Live
  readonly access: Access
  readonly alone: ReturnType<typeof createTurns>
  readonly responder: Responder
  readonly absorber: Absorber
}

function wireSystem(wiring: SystemWiring): System {
  const { pipeline, status, loaded } = wiring
  return createSystem({
    ...wiring,
    rules: () => pipeline.rules,
    ruleProblems: () =>
      pipeline.problems.map((problem) => ({ ...problem, path: `${problem.path}:${problem.line}` })),
    intake: intakeRoutes({
      journal: wiring.journal,
      clock: wiring.clock,
      log: wiring.log.child('collect'),
      token: wiring.intakeToken,
      webhooks: loaded.config.webhooks,
      refused: wiring.refusals.add,
    }),
    onIncidentChanged: wiring.absorber.changed,
    status: status.status,
    metrics: status.metrics,
  })
}

const SELDOM_MS = 2_000

/** Calls at most once in two seconds; the calls between are one. */
function seldom(clock: Clock, act: () => void): () => void {
  let last = 0
  return () => {
    if (clock.now() - last < SELDOM_MS) return
    last = clock.now()
    act()
  }
}
