import type { App, Context } from '../app.ts'
import { RuleList } from '../contract/rule.ts'

/** Rules. */
export function ruleRoutes(app: App, { system }: Context): void {
  app.get(
    '/api/rules',
    {
      config: { role: 'viewer' },
      schema: {
        summary: 'Rules that run, and files that do not',
        tags: ['rules'],
        response: { 200: RuleList },
      },
    },
    async () => system.rules(),
  )
}
