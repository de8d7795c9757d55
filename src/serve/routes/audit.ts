import type { App, Context } from '../app.ts'
import { AuditPage, AuditQuery } from '../contract/audit.ts'

/** The audit trail, for admins. */
export function auditRoutes(app: App, { system }: Context): void {
  app.get(
    '/api/audit',
    {
      config: { role: 'admin' },
      schema: {
        summary: 'Who did what, newest first',
        tags: ['access'],
        querystring: AuditQuery,
        response: { 200: AuditPage },
      },
    },
    async (request) => system.audit.list(request.query),
  )
}
