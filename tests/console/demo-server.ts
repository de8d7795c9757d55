import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const START_MS = 60_000
const POLL_MS = 100

/** True when the event store's engine is installed: nothing starts without it. */
export const hasEngine = existsSync(join(ROOT, 'node_modules', 'chdb'))

/** `vedette demo` as a process of its own, on free ports, in a folder that goes with it. */
export interface DemoServer {
  readonly url: string
  /** The one-time link that it printed. */
  readonly link: string
  /** Milliseconds since its process was started. */
  age(): number
  /** Ends it as an operator does, and removes its folder. */
  stop(): Promise<void>
}

/** Starts the demo and gives it as soon as it has printed its link; the story is still being told then. */
export async function startDemo(): Promise<DemoServer> {
  if (!existsSync(join(ROOT, 'dist', 'console', 'index.html')))
    throw new Error('the console is not built: npm run build')
  const folder = await mkdtemp(join(tmpdir(), 'vedette-demo-'))
  const started = performance.now()
  const child = spawn(
    process.execPath,
    [join(ROOT, 'bin', 'vedette.js'), 'demo', '--data', join(folder, 'data'), '--port', '0'],
    { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] },
  )
  const age = () => performance.now() - started
  try {
    const link = await linkOf(child, age)
    return { url: new URL(link).origin, link, age, stop: () => stop(child, folder) }
  } catch (error) {
    await stop(child, folder)
    throw error
  }
}

/** Signs in with the printed link, in a page of a fresh browser. */
export async function signIn(page: Page, server: DemoServer): Promise<void> {
  await page.goto(server.link)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.waitForURL(`${server.url}/`)
}

/** What the API answers to the signed-in page. */
export async function api(page: Page, path: string): Promise<unknown> {
  const answer = await page.request.get(new URL(path, page.url()).href)
  if (!answer.ok()) throw new Error(`${path} answered ${answer.status()}: ${await answer.text()}`)
  return answer.json()
}

/** Opens a page and waits until it has read everything that it shows. */
export async function openPage(page: Page, url: string): Promise<void> {
  await page.goto(url)
  await page.locator('h1').first().waitFor()
  // Asked from outside: the content policy forbids the page to evaluate what a wait inside it would need.
  await eventually(`${url} to be read`, {
    timeoutMs: 20_000,
    read: async () => ((await page.locator('.waiting').count()) === 0 ? true : undefined),
  })
}

/** Polls until `read` gives something; fails with what it waited for. */
export async function eventually<T>(
  what: string,
  options: { read: () => Promise<T | undefined>; timeoutMs: number },
): Promise<T> {
  const deadline = performance.now() + options.timeoutMs
  for (;;) {
    const found = await options.read()
    if (found !== undefined) return found
    if (performance.now() > deadline) throw new Error(`waited ${options.timeoutMs} ms for ${what}`)
    await wait(POLL_MS)
  }
}

/** Servers that were told to end. */
const asked = new WeakSet<ChildProcess>()

async function linkOf(child: ChildProcess, age: () => number): Promise<string> {
  let printed = ''
  const take = (part: Buffer) => {
    printed += part.toString()
  }
  child.stdout?.on('data', take)
  child.stderr?.on('data', take)
  // A server that ends before it is asked to says why: every later failure is only a consequence.
  child.on('exit', (code, signal) => {
    if (!asked.has(child))
      process.stderr.write(`the demo ended by itself (${code ?? signal}):\n${printed}\n`)
  })
  for (;;) {
    const link = /http:\S+\/sign-in\?code=[\w-]+(?=\s)/.exec(printed)?.[0]
    if (link) return link
    if (child.exitCode !== null)
      throw new Error(`the demo ended with ${child.exitCode}: ${printed}`)
    if (age() > START_MS) throw new Error(`the demo did not start in ${START_MS} ms: ${printed}`)
    await wait(POLL_MS)
  }
}

async function stop(child: ChildProcess, folder: string): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    const ended = new Promise((resolve) => child.once('exit', resolve))
    asked.add(child)
    child.kill('SIGTERM')
    await ended
  }
  await rm(folder, { recursive: true, force: true })
}
