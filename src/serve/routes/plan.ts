import type { App, Context } from '../app.ts'
import { PlanReport } from '../contract/plan.ts'

/** The plan judged against live data. */
export function planRoutes(app: App, { system }: Context): void {
  app.get(
    '/api/plan',
    {
      config: { role: 'viewer' },
      schema: {
        summary: 'Coverage, blind spots, noise, obligations and budget',
        tags: ['plan'],
        response: { 200: PlanReport },
      },
    },
    async () => system.plan(),
  )
}
