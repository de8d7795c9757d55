import { z } from 'zod'
import { type App, type Context, callerOf, principalOf } from '../app.ts'
import { Principal } from '../contract/access.ts'
import { cookieFor } from '../sign-in.ts'

/** Who I am, and leaving. Signing in is a page of its own, outside the API. */
export function sessionRoutes(app: App, { system, streams }: Context): void {
  app.get(
    '/api/me',
    {
      config: { role: 'viewer' },
      schema: { summary: 'Who asks', tags: ['access'], response: { 200: Principal } },
    },
    async (request) => principalOf(request),
  )
  app.post(
    '/api/sign-out',
    {
      config: { role: 'viewer' },
      schema: { summary: 'End this session', tags: ['access'], response: { 204: z.null() } },
    },
    async (request, reply) => {
      const who = callerOf(request)
      if (request.principal?.via === 'session') {
        await system.access.signOut(request.credential)
        streams.close(request.credential)
        await system.audit.append({ who, what: 'session.end', subject: who, detail: '' })
      }
      reply.header('set-cookie', cookieFor(request, '', { seconds: 0, secure: false }))
      return reply.status(204).send(null)
    },
  )
}
