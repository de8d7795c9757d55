import { silentLog } from '#base/log.ts'
import { createFakeClock, type FakeClock } from '#base/testing/fake-clock.ts'
import type { App } from '../app.ts'
import type { Role } from '../contract/access.ts'
import { createServer, type ServerOptions } from '../server.ts'
import type { IntakeRoute } from '../system.ts'
import { createFakeSystem, type FakeSystem } from './fake-system.ts'

/** A server over a fake system on a fake clock, spoken to by `inject`. */
export interface TestServer {
  readonly app: App
  readonly system: FakeSystem
  readonly clock: FakeClock
  /** Headers of somebody with the role: a fresh API token. */
  as(role: Role): Promise<Record<string, string>>
  /** Headers of a browser that signed in by link: cookie and own origin. */
  signIn(role: Role): Promise<Record<string, string>>
}

/** The Host header of `inject` in these tests. */
export const TEST_HOST = '127.0.0.1:8514'

/** Opens one for the time of `act`. */
export async function withServer(
  options: Partial<ServerOptions> & { intake?: readonly IntakeRoute[] },
  act: (server: TestServer) => Promise<void>,
): Promise<void> {
  const clock = createFakeClock()
  const system = createFakeSystem({ clock, intake: options.intake ?? [] })
  const app = await createServer({
    system,
    consoleFolder: '/no-such-folder',
    log: silentLog,
    hostnames: ['siem.example'],
    clock,
    ...options,
  })
  try {
    await act({
      app,
      system,
      clock,
      async as(role) {
        const { token } = await system.access.createToken({ name: role, role }, 'test')
        return { authorization: `Bearer ${token}`, host: TEST_HOST }
      },
      async signIn(role) {
        const code = await system.access.createCode('dana', role)
        const reply = await app.inject({
          method: 'POST',
          url: '/sign-in',
          headers: { ...FORM, origin: `http://${TEST_HOST}`, host: TEST_HOST },
          payload: `code=${code}`,
        })
        const cookie = String(reply.headers['set-cookie']).split(';')[0] ?? ''
        return { cookie, host: TEST_HOST, origin: `http://${TEST_HOST}` }
      },
    })
  } finally {
    await app.close()
  }
}

/** The content type of a form. */
export const FORM = { 'content-type': 'application/x-www-form-urlencoded' }
