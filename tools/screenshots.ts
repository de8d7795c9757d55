import { mkdirSync, statSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { openBrowser, SKIP } from '../tests/console/browser.ts'
import { api, eventually, openPage, signIn, startDemo } from '../tests/console/demo-server.ts'
import { ROOT } from './sources.ts'

const FOLDER = new URL('docs/assets/', ROOT)
const MOST_BYTES = 250_000
const STORY_MS = 180_000
const LOOK = { width: 1440, height: 900, scheme: 'light' } as const

/** Takes the pictures of the README from the running demo, so that they never show what the console does not. */
async function takeAll(): Promise<void> {
  if (SKIP !== false) throw new Error(`no pictures without a browser: ${SKIP}`)
  mkdirSync(FOLDER, { recursive: true })
  const server = await startDemo()
  try {
    const browser = await openBrowser(LOOK)
    try {
      const page = browser.context.pages()[0] ?? (await browser.context.newPage())
      await signIn(page, server)
      const id = await storyTold(page)
      await take(page, { name: 'home', url: `${server.url}/` })
      await take(page, { name: 'incident', url: `${server.url}/incidents/${id}` })
      await take(page, { name: 'plan', url: `${server.url}/plan` })
    } finally {
      await browser.close()
    }
  } finally {
    await server.stop()
  }
}

/** Waits until the intrusion is one incident that no longer grows, and gives its id. */
async function storyTold(page: Page): Promise<string> {
  let before = ''
  return eventually('the incident of the demo to be complete', {
    timeoutMs: STORY_MS,
    async read() {
      await page.waitForTimeout(3_000)
      // The API's own shape: incident pages hold items with id and number of findings.
      const { items } = (await api(page, '/api/incidents')) as {
        items: { id: string; findingCount: number }[]
      }
      const now = items.map(({ id, findingCount }) => `${id} ${findingCount}`).join()
      const isStill = now !== '' && now === before
      before = now
      return isStill ? items[0]?.id : undefined
    },
  })
}

async function take(page: Page, shot: { name: string; url: string }): Promise<void> {
  await openPage(page, shot.url)
  const file = new URL(`${shot.name}.png`, FOLDER)
  await page.screenshot({ path: file.pathname })
  const { size } = statSync(file)
  process.stdout.write(`docs/assets/${shot.name}.png ${Math.round(size / 1000)} kB\n`)
  if (size > MOST_BYTES) throw new Error(`${shot.name}.png has ${size} bytes, over ${MOST_BYTES}`)
}

await takeAll()
