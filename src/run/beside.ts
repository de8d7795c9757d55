import { existsSync, readFileSync } from 'node:fs'
import { systemClock } from '#base/clock.ts'
import { createEgress } from '#base/egress.ts'
import { Failure } from '#base/failure.ts'
import { systemIds } from '#base/ids.ts'
import { isObject, parseJson, parseJsonObject } from '#base/json.ts'
import { silentLog } from '#base/log.ts'
import { compileRules } from '#detect/index.ts'
import { defaultPlan, type Plan } from '#plan/index.ts'
import type { PlanReport } from '#shape/report.ts'
import {
  type EventStore,
  type LedgerTotals,
  openEventStore,
  openStateStore,
  type StateStore,
} from '#store/index.ts'
import { type RunAddress, serverEyes } from './beside-server.ts'
import { readContent } from './content.ts'
import { createJudge, type EventFacts } from './judge.ts'
import { readPlan } from './load.ts'
import { type DataPlaces, dataPlaces } from './places.ts'

/** What a verb of the CLI can ask of a data folder, whether its server runs or not. */
export interface Beside {
  readonly state: StateStore
  /** A one-time link to the console of the running server. Throws `run.not-running` without one. */
  signInLink(name: string, role: 'admin' | 'analyst' | 'viewer'): Promise<string>
  /** The plan judged against live data: the given one, else the one that the server was last started with. */
  planReport(plan?: Plan): Promise<PlanReport>
  ledgerTotals(hours: number, source?: string): Promise<LedgerTotals[]>
  /** Compares positions, ledger and stored rows. */
  verifyLedger(): Promise<{ ok: boolean; lines: readonly string[] }>
  close(): Promise<void>
}

/** What a server keeps in the settings, so that a verb without a server judges by the same content. */
interface LastContent {
  readonly planPath: string
  readonly rulePaths: readonly string[]
  /** Days that the server keeps events: a verb that opens the store must not expire them earlier. */
  readonly retentionDays?: number
}

/** Key of LastContent in the settings. */
export const LAST_CONTENT = 'run.content'

/** Opens a data folder beside its server. Throws `run.not-running` when there is no such folder. */
export async function openBeside(dataFolder: string): Promise<Beside> {
  const places = dataPlaces(dataFolder)
  if (!existsSync(places.stateFile))
    throw new Failure('run.not-running', `${dataFolder} is no data folder of Vedette`)
  const state = await openStateStore({ path: places.stateFile, clock: systemClock, ids: systemIds })
  const server = runningServer(places)
  let opened: EventStore | undefined
  const store = async () => {
    const { retentionDays } = await lastContent(state)
    opened ??= await openEventStore({
      folder: places.events,
      log: silentLog,
      ...(retentionDays === undefined ? {} : { retentionDays }),
    })
    return opened
  }
  return {
    state,
    async signInLink(name, role) {
      if (!server) throw new Failure('run.not-running', `no server runs on ${dataFolder}`)
      const user = await state.access.putUser({ id: name, name, roles: [role] })
      return `${server.url}/sign-in?code=${await state.access.createSignInCode(user.id, 15 * 60_000)}`
    },
    async planReport(plan) {
      const eyes = server && serverEyes(egressTo(server), state)
      if (eyes && !plan) return eyes.planReport()
      const last = await lastContent(state)
      const events: EventFacts = eyes ? eyes.facts : await store()
      const rules = compileRules(
        readContent(last.rulePaths.filter((path) => existsSync(path))).files,
      ).rules
      const wanted = plan ?? (last.planPath === '' ? defaultPlan() : readPlan(last.planPath))
      return createJudge({
        plan: wanted,
        events,
        state,
        clock: systemClock,
        rules: () => rules,
      }).report()
    },
    ledgerTotals(hours, source) {
      const to = Math.floor(systemClock.now() / 60_000) + 1
      const from = Math.max(0, to - Math.ceil(hours * 60))
      return state.ledger.totals({ from, to, ...(source === undefined ? {} : { source }) })
    },
    verifyLedger: async () =>
      verify({ state, ...(await lastContent(state)) }, server ? undefined : await store()),
    async close() {
      await opened?.close()
      await state.close()
    },
  }
}

async function lastContent(state: StateStore): Promise<LastContent> {
  const kept = await state.settings.get(LAST_CONTENT)
  if (!isObject(kept)) return { planPath: '', rulePaths: [] }
  const { planPath, rulePaths, retentionDays } = kept
  return {
    planPath: typeof planPath === 'string' ? planPath : '',
    rulePaths: Array.isArray(rulePaths) ? rulePaths.map(String) : [],
    ...(typeof retentionDays === 'number' ? { retentionDays } : {}),
  }
}

/** The server of this folder when its process lives. */
function runningServer(places: DataPlaces): RunAddress | undefined {
  if (!existsSync(places.runFile)) return undefined
  const read = parseJsonObject(readFileSync(places.runFile, 'utf8'))
  if (!read.ok) return undefined
  const { pid, url } = read.value
  if (typeof pid !== 'number' || typeof url !== 'string') return undefined
  try {
    process.kill(pid, 0)
    return { url }
  } catch {
    return undefined
  }
}

function egressTo(server: RunAddress) {
  const egress = createEgress({ allow: [new URL(server.url).host] })
  return async (path: string, token: string): Promise<unknown> => {
    const answer = await egress.send({
      method: 'GET',
      url: `${server.url}${path}`,
      headers: { authorization: `Bearer ${token}` },
      timeoutMs: 30_000,
      maxBytes: 64 * 1024 * 1024,
    })
    const parsed = parseJson(answer.body)
    if (answer.status !== 200 || !parsed.ok)
      throw new Failure('run.not-running', `${server.url}${path} answered ${answer.status}`)
    return parsed.value
  }
}

const DAY_MINUTES = 24 * 60
/** Rows that expire while they are counted are left out. */
const EXPIRY_MARGIN_MINUTES = 60
const DEFAULT_RETENTION_DAYS = 90

/**
 * Every record below the position must be in the ledger once, and what the ledger calls stored must be in the store once, as
 * far as events are kept.
 */
async function verify(
  kept: { state: StateStore; retentionDays?: number },
  store: EventStore | undefined,
): Promise<{ ok: boolean; lines: readonly string[] }> {
  const { state } = kept
  const totals = await state.ledger.totals({ from: 0, to: Number.MAX_SAFE_INTEGER })
  const position = await state.spans.position('pipeline')
  const received = sumOf(totals, 'received')
  const parts = (['stored', 'dropped', 'dead'] as const).map(
    (key) => `${key} ${sumOf(totals, key)}`,
  )
  const checks = [
    {
      text: `${position} records went through the journal, ${received} are in the ledger`,
      ok: position === received,
    },
    {
      text: `received ${received} = ${parts.join(' + ')}`,
      ok: totals.every((row) => row.received === row.stored + row.dropped + row.dead),
    },
  ]
  if (store) {
    const days = kept.retentionDays ?? DEFAULT_RETENTION_DAYS
    const expired = Math.floor(systemClock.now() / 60_000) - days * DAY_MINUTES
    const from = Math.max(0, expired + EXPIRY_MARGIN_MINUTES)
    checks.push(await compareRows({ state, store }, { position, from }))
  }
  const lines = checks.map((check) => `${check.ok ? 'ok  ' : 'NOT '} ${check.text}`)
  if (!store) lines.push('–    stored rows were not compared: the server is running')
  return { ok: checks.every((check) => check.ok), lines }
}

/** Events counted against rows stored, of what was received in minute `from` or later. */
async function compareRows(
  stores: { state: StateStore; store: EventStore },
  span: { position: number; from: number },
) {
  const kept = await stores.state.ledger.totals({ from: span.from, to: Number.MAX_SAFE_INTEGER })
  const events = sumOf(kept, 'events')
  const since = span.from * 60_000_000
  const rows = await stores.store.rowCount({ partition: 0, from: 0, below: span.position, since })
  return {
    text: `${events} events counted, ${rows.events} rows stored, ${rows.events - rows.distinctEvents} twice, of what is kept`,
    ok: rows.events === events && rows.events === rows.distinctEvents,
  }
}

function sumOf(
  totals: readonly LedgerTotals[],
  key: 'received' | 'stored' | 'dropped' | 'dead' | 'events',
): number {
  return totals.reduce((all, row) => all + row[key], 0)
}
