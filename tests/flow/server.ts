import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'

/** The real server as a process of its own, in a folder that goes with it. */
export interface FlowServer {
  readonly folder: string
  readonly data: string
  readonly url: string
  /** TCP syslog. */
  readonly syslog: { readonly host: string; readonly port: number }
  readonly udpPort: number
  readonly intakeToken: string
  readonly pid: number
  /** Everything it printed so far. */
  output(): string
  /** GET of the API as an admin. */
  api(path: string): Promise<unknown>
  /** Ends it at once, as a power cut does for a process. */
  kill(): Promise<void>
  /** Ends it as an operator does. */
  stop(): Promise<number>
}

const ROOT = new URL('../../', import.meta.url).pathname
const BIN = join(ROOT, 'bin', 'vedette.js')

/** True when the event store's engine is installed: everything that starts a server needs it. */
export const hasEngine = existsSync(join(ROOT, 'node_modules', 'chdb'))

/** Polls until the condition holds; fails with what it waited for. */
export async function until(
  what: string,
  holds: () => Promise<boolean> | boolean,
  timeoutMs = 60_000,
) {
  const deadline = performance.now() + timeoutMs
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`waited ${timeoutMs} ms for: ${what}`)
    await wait(40)
  }
}

/** An empty folder below the system's temp folder. */
export function flowFolder(): string {
  return mkdtempSync(join(tmpdir(), 'vedette-flow-'))
}

/** Removes a folder made by `flowFolder`. */
export function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true })
}

/** Starts `vedette up` on free ports of loopback with the given configuration beside. */
export async function startServer(
  folder: string,
  options: { config?: object; data?: string; verb?: readonly string[] } = {},
): Promise<FlowServer> {
  const data = options.data ?? join(folder, 'data')
  mkdirSync(folder, { recursive: true })
  const config = join(folder, 'vedette.yaml')
  const settings = {
    listen: { http: '127.0.0.1:0', syslog: '127.0.0.1:0' },
    ownLogs: false,
    ...options.config,
  }
  writeFileSync(config, JSON.stringify(settings))
  const args = options.verb ?? ['up', '--config', config, '--data', data]
  const child = spawn(process.execPath, [BIN, ...args], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let printed = ''
  const take = (part: Buffer) => {
    printed += part.toString()
  }
  child.stdout.on('data', take)
  child.stderr.on('data', take)
  const runFile = join(data, 'run.json')
  await until('the server to start', () => {
    if (child.exitCode !== null)
      throw new Error(`the server ended with ${child.exitCode}:\n${printed}`)
    return printed.includes('Stop with Ctrl-C') && existsSync(runFile)
  })
  return serverView({ folder, data, child, output: () => printed })
}

async function serverView(parts: {
  folder: string
  data: string
  child: ChildProcess
  output: () => string
}): Promise<FlowServer> {
  const { folder, data, child } = parts
  const run = JSON.parse(readFileSync(join(data, 'run.json'), 'utf8'))
  const portOf = (kind: string) => {
    const line = run.listening.find((text: string) => text.startsWith(`syslog ${kind} `)) ?? ':0'
    return Number(line.slice(line.lastIndexOf(':') + 1))
  }
  let cookie = ''
  const ended = new Promise<number>((resolve) => child.once('exit', (code) => resolve(code ?? -1)))
  const api = async (path: string): Promise<unknown> => {
    cookie ||= await signIn(run.url, parts.output())
    const answer = await fetch(`${run.url}${path}`, { headers: { cookie } })
    if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`)
    return answer.json()
  }
  return {
    folder,
    data,
    url: run.url,
    syslog: { host: '127.0.0.1', port: portOf('tcp') },
    udpPort: portOf('udp'),
    intakeToken: readFileSync(join(data, 'intake.token'), 'utf8').trim(),
    pid: child.pid ?? 0,
    output: parts.output,
    api,
    async kill() {
      child.kill('SIGKILL')
      await ended
      rmSync(join(data, 'run.json'), { force: true })
    },
    async stop() {
      child.kill('SIGTERM')
      return ended
    },
  }
}

/** Presses the button behind the one-time link and keeps the cookie. */
async function signIn(url: string, output: string): Promise<string> {
  const code = /code=([\w-]+)/.exec(output)?.[1]
  if (!code) throw new Error(`no sign-in link was printed:\n${output}`)
  const answer = await fetch(`${url}/sign-in`, {
    method: 'POST',
    redirect: 'manual',
    headers: { 'content-type': 'application/x-www-form-urlencoded', origin: url },
    body: `code=${code}`,
  })
  const cookie = answer.headers.get('set-cookie')?.split(';')[0]
  if (!cookie) throw new Error(`sign-in answered ${answer.status}`)
  return cookie
}

/** Runs one verb to its end. */
export function runVerb(
  args: readonly string[],
  options: { cwd?: string; input?: string } = {},
): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [BIN, ...args], {
      cwd: options.cwd ?? ROOT,
      stdio: ['pipe', 'pipe', 'pipe'],
    })
    let stdout = ''
    let stderr = ''
    child.stdout.on('data', (part: Buffer) => {
      stdout += part.toString()
    })
    child.stderr.on('data', (part: Buffer) => {
      stderr += part.toString()
    })
    child.stdin.end(options.input ?? '')
    child.on('close', (code) => resolve({ code: code ?? -1, stdout, stderr }))
  })
}

/** How the pipeline stands. */
interface PipelineStatus {
  readonly received: number
  readonly stored: number
  readonly dead: number
  readonly lagRecords: number
}

/** The pipeline of a server, asked over its API. */
export async function pipelineOf(server: FlowServer): Promise<PipelineStatus> {
  const status = (await server.api('/api/status')) as { pipeline: PipelineStatus }
  return status.pipeline
}

/** Exact number of stored events that a search finds, whatever their time. */
export async function countOf(server: FlowServer, text: string): Promise<number> {
  const to = String((Date.now() + 400 * 86_400_000) * 1000)
  const query = new URLSearchParams({ text, from: '0', to, limit: '1' })
  return ((await server.api(`/api/search?${query}`)) as { total: number }).total
}

/** Waits until so many records came in and everything is stored and judged. */
export async function settled(server: FlowServer, records: number): Promise<void> {
  await until(`${records} records to be stored`, async () => {
    const { received, lagRecords } = await pipelineOf(server)
    return received >= records && lagRecords === 0
  })
}
