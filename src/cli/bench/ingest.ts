import type { ChildProcess } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { systemClock } from '#base/clock.ts'
import { createEgress } from '#base/egress.ts'
import { Failure } from '#base/failure.ts'
import { isObject, parseJson, parseJsonObject } from '#base/json.ts'
import { forkModule } from '#base/process.ts'
import { openBeside } from '#run/index.ts'
import { benchRecords } from './records.ts'

/** How the bench is run. */
export interface IngestOptions {
  readonly rules: readonly string[]
  /** Records a second of the steady phase, and its length. */
  readonly rate: number
  readonly seconds: number
  /** Records of the phase that goes as fast as it is acknowledged. */
  readonly burst: number
  readonly say: (line: string) => void
}

/** What was measured. Rates are records a second, times milliseconds. */
export interface IngestFigures {
  readonly rules: number
  readonly steady: {
    readonly offered: number
    readonly reached: number
    readonly p50Ms: number
    readonly p99Ms: number
    readonly lagAtEnd: number
  }
  readonly burst: { readonly perSecond: number; readonly perCoreSecond: number }
  /** CPU per record against JSON.parse of the same bytes in this run. */
  readonly ratioToParse: number
  readonly sent: number
  readonly stored: number
  readonly dead: number
  readonly findings: number
  readonly engineBytes: number
  readonly serverBytes: number
}

const START_TIMEOUT_MS = 120_000
const DRAIN_TIMEOUT_MS = 300_000
const POLL_MS = 50
/** Asking costs the server a little too: seldom enough not to measure the asking. */
const ASK_MS = 400

/** Starts a real server in an empty folder, sends from another process, and measures until everything is stored. */
export async function benchIngest(options: IngestOptions): Promise<IngestFigures> {
  const folder = mkdtempSync(join(tmpdir(), 'vedette-bench-'))
  const server = startServer(folder, options.rules)
  try {
    const probe = await openProbe(join(folder, 'data'), server)
    options.say(`server is up with ${await probe.metric('vedette_detect_rules')} rules`)
    const steady = await runSteady(probe, options)
    options.say(
      `steady ${steady.offered} records/s: reached ${Math.round(steady.reached)}, p50 ${steady.p50Ms.toFixed(0)} ms, p99 ${steady.p99Ms.toFixed(0)} ms from receipt to kept finding`,
    )
    const burst = await runBurst(probe, options)
    const parseCpu = parseCpuPerRecord()
    const totals = await probe.totals()
    return {
      rules: await probe.metric('vedette_detect_rules'),
      steady,
      burst,
      ratioToParse: 1 / burst.perCoreSecond / parseCpu,
      ...totals,
      findings: await probe.metric('vedette_detect_findings_total'),
      engineBytes: await probe.metric('vedette_store_engine_resident_bytes'),
      serverBytes: residentBytes(server.pid ?? 0),
    }
  } finally {
    await ended(server)
    rmSync(folder, { recursive: true, force: true })
  }
}

function startServer(folder: string, rules: readonly string[]): ChildProcess {
  const config = join(folder, 'vedette.yaml')
  const settings = {
    listen: { http: '127.0.0.1:0', syslog: '127.0.0.1:0' },
    rules: rules.map((path) => resolve(path)),
    ownLogs: false,
  }
  writeFileSync(config, JSON.stringify(settings))
  const main = fileURLToPath(new URL('../main.ts', import.meta.url))
  return forkModule(main, {
    args: ['up', '--config', config, '--data', join(folder, 'data'), '--quiet'],
  })
}

async function ended(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null) return
  const exit = new Promise((resolve) => server.once('exit', resolve))
  server.kill('SIGTERM')
  await Promise.race([exit, systemClock.sleep(20_000)])
  if (server.exitCode === null) server.kill('SIGKILL')
}

type Probe = Awaited<ReturnType<typeof openProbe>>

/** Eyes on the server: its API, its metrics, its processes. */
async function openProbe(data: string, server: ChildProcess) {
  const runFile = join(data, 'run.json')
  await until(() => existsSync(runFile) || server.exitCode !== null, START_TIMEOUT_MS)
  if (!existsSync(runFile))
    throw new Failure('run.not-running', 'the server of the bench did not start')
  const run = parseJsonObject(readFileSync(runFile, 'utf8'))
  const url = run.ok ? String(run.value['url']) : ''
  const listening =
    run.ok && Array.isArray(run.value['listening']) ? run.value['listening'].map(String) : []
  const beside = await openBeside(data)
  const token = await beside.state.access.createToken({
    name: 'bench',
    scopes: ['admin'],
    createdBy: 'bench',
  })
  const intakeToken = await beside.state.access.intakeToken()
  await beside.close()
  const egress = createEgress({ allow: [new URL(url).host] })
  const get = async (path: string) => {
    const headers = { authorization: `Bearer ${token.secret}` }
    return (await egress.send({ method: 'GET', url: `${url}${path}`, headers, timeoutMs: 60_000 }))
      .body
  }
  const pipeline = async () => {
    const status = parseJson(await get('/api/status'))
    const found =
      status.ok && isObject(status.value) && isObject(status.value['pipeline'])
        ? status.value['pipeline']
        : {}
    const number = (key: string) => Number(found[key] ?? 0)
    return {
      received: number('received'),
      stored: number('stored'),
      dead: number('dead'),
      lag: number('lagRecords'),
    }
  }
  return {
    syslog:
      listening
        .find((line) => line.startsWith('syslog tcp '))
        ?.split(' ')
        .at(-1) ?? '',
    url,
    intakeToken,
    pipeline,
    async metric(name: string) {
      const line = (await get('/metrics')).split('\n').find((text) => text.startsWith(`${name} `))
      return Number(line?.slice(name.length + 1) ?? 0)
    },
    async totals() {
      const { received, stored, dead } = await pipeline()
      return { sent: received, stored, dead }
    },
    cpuSeconds: () => cpuSecondsOfTree(server.pid ?? 0),
  }
}

async function runSteady(probe: Probe, options: IngestOptions): Promise<IngestFigures['steady']> {
  const count = options.rate * options.seconds
  const sent = await send(probe, { count, rate: options.rate, seed: 1 })
  const { lag } = await probe.pipeline()
  await drained(probe)
  return {
    offered: options.rate,
    reached: (sent.records / Math.max(1, sent.endedMs - sent.startedMs)) * 1000,
    p50Ms: 1000 * (await probe.metric('vedette_run_finding_latency_seconds{quantile="0.5"}')),
    p99Ms: 1000 * (await probe.metric('vedette_run_finding_latency_seconds{quantile="0.99"}')),
    lagAtEnd: lag,
  }
}

async function runBurst(probe: Probe, options: IngestOptions): Promise<IngestFigures['burst']> {
  const before = probe.cpuSeconds()
  const sent = await send(probe, { count: options.burst, rate: 0, seed: 2 })
  await drained(probe)
  const seconds = (systemClock.now() - sent.startedMs) / 1000
  const cpuSeconds = probe.cpuSeconds() - before
  return {
    perSecond: sent.records / seconds,
    perCoreSecond: sent.records / Math.max(0.01, cpuSeconds),
  }
}

async function drained(probe: Probe): Promise<void> {
  const deadline = systemClock.now() + DRAIN_TIMEOUT_MS
  while ((await probe.pipeline()).lag > 0) {
    if (systemClock.now() > deadline)
      throw new Failure('run.not-running', 'the server did not catch up')
    await systemClock.sleep(ASK_MS)
  }
}

interface Sent {
  readonly records: number
  readonly startedMs: number
  readonly endedMs: number
}

function send(probe: Probe, load: { count: number; rate: number; seed: number }): Promise<Sent> {
  const path = fileURLToPath(new URL('./sender.ts', import.meta.url))
  const { url, intakeToken, syslog } = probe
  const args = [
    '--url',
    url,
    '--token',
    intakeToken,
    '--syslog',
    syslog,
    '--count',
    String(load.count),
    '--rate',
    String(load.rate),
    '--seed',
    String(load.seed),
  ]
  return new Promise((done, reject) => {
    const sender = forkModule(path, { args })
    let sent: Sent | undefined
    sender.on('message', (message: unknown) => {
      if (isObject(message) && message['kind'] === 'sent')
        sent = {
          records: Number(message['records']),
          startedMs: Number(message['startedMs']),
          endedMs: Number(message['endedMs']),
        }
    })
    sender.on('exit', () =>
      sent
        ? done(sent)
        : reject(new Failure('egress.failed', 'the sender of the bench ended early')),
    )
  })
}

async function until(holds: () => boolean, timeoutMs: number): Promise<void> {
  const deadline = systemClock.now() + timeoutMs
  while (!holds() && systemClock.now() < deadline) await systemClock.sleep(POLL_MS)
}

/** The second way: only JSON.parse of the JSON records of the same workload, CPU seconds per record of the whole. */
function parseCpuPerRecord(): number {
  const records = benchRecords(20_000, { seed: 3, startMs: systemClock.now() })
  const before = process.cpuUsage()
  for (const record of records) if (record.lane !== 'tcp') parseJson(record.body)
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1e6 / records.length
}

const TICKS_PER_SECOND = 100

/** CPU seconds of a process and its children so far. Source: proc(5), /proc/PID/stat fields 14 and 15. */
function cpuSecondsOfTree(pid: number): number {
  const own = statFields(pid)
  const children = childrenOf(pid).reduce((sum, child) => sum + cpuSecondsOfTree(child), 0)
  return (Number(own[11] ?? 0) + Number(own[12] ?? 0)) / TICKS_PER_SECOND + children
}

/** Fields after the command name, which may hold spaces and brackets. */
function statFields(pid: number): string[] {
  const text = readProc(`/proc/${pid}/stat`)
  return text.slice(text.lastIndexOf(')') + 2).split(' ')
}

function childrenOf(pid: number): number[] {
  return readProc(`/proc/${pid}/task/${pid}/children`).split(' ').filter(Boolean).map(Number)
}

function residentBytes(pid: number): number {
  return Number(/^VmRSS:\s+(\d+)/m.exec(readProc(`/proc/${pid}/status`))?.[1] ?? 0) * 1024
}

function readProc(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
