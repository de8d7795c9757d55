import { z } from 'zod'
import { type App, type Context, callerOf, found } from '../app.ts'
import { TokenCreated, TokenList, TokenRequest } from '../contract/access.ts'
import { IdParams } from '../contract/values.ts'

/** API tokens, for admins. */
export function tokenRoutes(app: App, { system }: Context): void {
  const role = 'admin'
  app.get(
    '/api/tokens',
    {
      config: { role },
      schema: { summary: 'API tokens', tags: ['access'], response: { 200: TokenList } },
    },
    async () => ({ items: await system.access.listTokens() }),
  )
  app.post(
    '/api/tokens',
    {
      config: { role },
      schema: {
        summary: 'Make an API token; its secret is shown only now',
        tags: ['access'],
        body: TokenRequest,
        response: { 201: TokenCreated },
      },
    },
    async (request, reply) => {
      const who = callerOf(request)
      const made = await system.access.createToken(request.body, who)
      const detail = `${made.name} (${made.role})`
      await system.audit.append({ who, what: 'token.create', subject: made.id, detail })
      return reply.status(201).send(made)
    },
  )
  app.delete(
    '/api/tokens/:id',
    {
      config: { role },
      schema: {
        summary: 'Revoke an API token',
        tags: ['access'],
        params: IdParams,
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      const who = callerOf(request)
      const { id } = request.params
      found((await system.access.revokeToken(id)) || undefined, 'token')
      await system.audit.append({ who, what: 'token.revoke', subject: id, detail: '' })
      return reply.status(204).send(null)
    },
  )
}
