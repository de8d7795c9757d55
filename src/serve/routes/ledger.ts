import type { App, Context } from '../app.ts'
import { DeadLetterPage, DeadLetterQuery, LedgerList, LedgerQuery } from '../contract/ledger.ts'

/** What was counted, and what could not be read. */
export function ledgerRoutes(app: App, { system }: Context): void {
  app.get(
    '/api/ledger',
    {
      config: { role: 'viewer' },
      schema: {
        summary: 'Records counted by source and minute',
        tags: ['sources'],
        querystring: LedgerQuery,
        response: { 200: LedgerList },
      },
    },
    async (request) => ({ items: await system.ledger(request.query) }),
  )
  app.get(
    '/api/dead-letters',
    {
      config: { role: 'viewer' },
      schema: {
        summary: 'Records that could not become events, newest first',
        tags: ['sources'],
        querystring: DeadLetterQuery,
        response: { 200: DeadLetterPage },
      },
    },
    async (request) => system.deadLetters(request.query),
  )
}
