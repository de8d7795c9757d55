import type { App, Context } from '../app.ts'
import { checkRoom } from '../stream.ts'

/** The event stream: what changed, so that pages read it again. */
export function streamRoutes(app: App, { system, streams }: Context): void {
  app.get(
    '/api/stream',
    {
      config: { role: 'viewer' },
      schema: {
        summary: 'Changes as server-sent events',
        description:
          '`change` carries a list of {kind, id}; `resync` means: read everything again. A comment each 15 s keeps the connection alive.',
        tags: ['server'],
      },
    },
    (request, reply) => {
      checkRoom(streams)
      const { credential, principal } = request
      reply.hijack()
      // Hijacked answers bypass Fastify's header writing; the guard's headers must go along.
      for (const [name, value] of Object.entries(reply.getHeaders()))
        if (value !== undefined) reply.raw.setHeader(name, value)
      reply.raw.writeHead(200, {
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        'x-accel-buffering': 'no',
      })
      const { access } = system
      const still = async () =>
        principal?.via === 'token'
          ? (await access.principalOfToken(credential)) !== undefined
          : (await access.session(credential)) !== undefined
      streams.open(reply.raw, credential, still)
    },
  )
}
