import type { App, Context } from '../app.ts'
import { SourceList } from '../contract/plan.ts'

/** Sources and what their live data say. */
export function sourceRoutes(app: App, { system }: Context): void {
  app.get(
    '/api/sources',
    {
      config: { role: 'viewer' },
      schema: {
        summary: 'Each source, planned or not, with its state',
        tags: ['sources'],
        response: { 200: SourceList },
      },
    },
    async () => ({ items: await system.sources() }),
  )
}
