import { existsSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'
import { systemClock } from '#base/clock.ts'
import { silentLog } from '#base/log.ts'
import { createServer } from '#serve/index.ts'
import { createFakeSystem, type FakeSystem } from '#serve/testing/fake-system.ts'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))

/** A running server over a fake system. */
export interface Site {
  readonly url: string
  readonly system: FakeSystem
  /** A sign-in link for an admin. */
  link(): Promise<string>
  close(): Promise<void>
}

/** Builds the console from its sources into a folder: the one that is in use elsewhere stays as it is. */
export async function buildConsole(folder: string): Promise<void> {
  await build({
    root: `${ROOT}console`,
    logLevel: 'error',
    build: { outDir: folder, emptyOutDir: true },
  })
  if (!existsSync(`${folder}/index.html`)) throw new Error('the console was not built')
}

/** Starts a server on a free loopback port. */
export async function openSite(options: { consoleFolder: string; empty?: boolean }): Promise<Site> {
  const system = createFakeSystem({ clock: systemClock, empty: options.empty === true })
  const app = await createServer({
    system,
    consoleFolder: options.consoleFolder,
    log: silentLog,
    hostnames: [],
  })
  await app.listen({ host: '127.0.0.1', port: 0 })
  const address = app.server.address()
  if (!isAddress(address)) throw new Error('the server has no port')
  const url = `http://127.0.0.1:${address.port}`
  return {
    url,
    system,
    link: async () => `${url}/sign-in?code=${await system.access.createCode('dana', 'admin')}`,
    close: async () => {
      await app.close()
    },
  }
}

function isAddress(value: string | AddressInfo | null): value is AddressInfo {
  return typeof value === 'object' && value !== null
}
