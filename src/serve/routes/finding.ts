import { type App, type Context, found } from '../app.ts'
import { Finding, FindingPage, FindingQuery } from '../contract/finding.ts'
import { IdParams } from '../contract/values.ts'

/** Findings. */
export function findingRoutes(app: App, { system }: Context): void {
  app.get(
    '/api/findings',
    {
      config: { role: 'viewer' },
      schema: {
        summary: 'Findings, newest first',
        tags: ['findings'],
        querystring: FindingQuery,
        response: { 200: FindingPage },
      },
    },
    async (request) => system.findings.list(request.query),
  )
  app.get(
    '/api/findings/:id',
    {
      config: { role: 'viewer' },
      schema: {
        summary: 'One finding',
        tags: ['findings'],
        params: IdParams,
        response: { 200: Finding },
      },
    },
    async (request) => found(await system.findings.get(request.params.id), 'finding'),
  )
}
