import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BrowserContext, chromium, type Page } from 'playwright-core'

const CHROMIUM = '/usr/bin/chromium'

/** Why these tests cannot run here, or false. */
export const SKIP = existsSync(CHROMIUM) ? false : `needs ${CHROMIUM}`

const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** A browser with a fresh profile, and how to leave it. */
export interface Browser {
  readonly context: BrowserContext
  /** What the pages said to the console as an error, and what they threw. */
  readonly complaints: string[]
  close(): Promise<void>
}

/** Starts the system's Chromium with a fresh profile. */
export async function openBrowser(options: {
  width: number
  height: number
  scheme: 'light' | 'dark'
}): Promise<Browser> {
  const profile = await mkdtemp(join(tmpdir(), 'vedette-browser-'))
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: CHROMIUM,
    headless: true,
    args: FLAGS,
    viewport: { width: options.width, height: options.height },
    colorScheme: options.scheme,
    timezoneId: 'Europe/Berlin',
  })
  const complaints: string[] = []
  context.on('console', (message) => {
    if (message.type() === 'error') complaints.push(`${message.text()} ${message.location().url}`)
  })
  context.on('weberror', (error) => complaints.push(error.error().message))
  return {
    context,
    complaints,
    async close() {
      await context.close()
      await rm(profile, { recursive: true, force: true })
    },
  }
}

/** The axe violations of a page, one line each. The source is evaluated, so the content policy stays as it is. */
export async function axeViolations(page: Page): Promise<string[]> {
  const path = createRequire(import.meta.url).resolve('axe-core/axe.min.js')
  await page.evaluate(await readFile(path, 'utf8'))
  // Evaluated in the page, where axe is a global that this program does not know.
  const found: unknown = await page.evaluate(`axe.run().then((result) =>
    result.violations.flatMap((violation) =>
      violation.nodes.map((node) => violation.id + ': ' + node.target.join(' ') + ' ' + (node.any[0]?.message ?? ''))))`)
  return Array.isArray(found) ? found.map(String) : [`axe did not answer: ${String(found)}`]
}

/** True when the page is wider than its window: something sticks out. */
export async function sticksOut(page: Page): Promise<boolean> {
  return page.evaluate(
    'document.documentElement.scrollWidth > document.documentElement.clientWidth',
  )
}

/** How far things moved while the page was loading, as the browser scores it: 0 for not at all. Source: W3C Layout Instability. */
export async function layoutShift(page: Page): Promise<number> {
  const score: unknown = await page.evaluate(`new Promise((resolve) => {
    let sum = 0
    new PerformanceObserver((list) => { for (const entry of list.getEntries()) sum += entry.value })
      .observe({ type: 'layout-shift', buffered: true })
    setTimeout(() => resolve(sum), 50)
  })`)
  return Number(score)
}
