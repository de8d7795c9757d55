import { z } from 'zod'
import type { App, Context } from '../app.ts'
import { Health, Status } from '../contract/status.ts'

/** What the server says of itself, from the bare sign of life to all its counters. */
export function statusRoutes(app: App, { system }: Context): void {
  app.get(
    '/api/status',
    {
      config: { role: 'viewer' },
      schema: {
        summary: 'What the server knows of itself, and what it does not know yet',
        tags: ['server'],
        response: { 200: Status },
      },
    },
    async () => system.status(),
  )
  app.get(
    '/health',
    {
      config: { open: 'health' },
      schema: { summary: 'Sign of life', tags: ['server'], response: { 200: Health } },
    },
    async () => ({ status: (await system.status()).health.state }),
  )
  app.get(
    '/metrics',
    {
      config: { role: 'viewer' },
      schema: {
        summary: 'Counters as OpenMetrics text',
        tags: ['server'],
        response: { 200: z.string() },
      },
    },
    async (_request, reply) => {
      const text = await system.metrics()
      return reply
        .type('application/openmetrics-text; version=1.0.0; charset=utf-8')
        .serializer((value: unknown) => String(value))
        .send(text)
    },
  )
}
