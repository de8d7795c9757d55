import { type App, type Context, callerOf, found } from '../app.ts'
import { RejectRequest, Run, RunPage, RunQuery } from '../contract/run.ts'
import { IdParams } from '../contract/values.ts'

/** Playbook runs: read by all, decided by analysts. */
export function runRoutes(app: App, context: Context): void {
  readRoutes(app, context)
  decideRoutes(app, context)
  undoRoute(app, context)
}

function readRoutes(app: App, { system }: Context): void {
  app.get(
    '/api/runs',
    {
      config: { role: 'viewer' },
      schema: {
        summary: 'Playbook runs, newest first',
        tags: ['runs'],
        querystring: RunQuery,
        response: { 200: RunPage },
      },
    },
    async (request) => system.runs.list(request.query),
  )
  app.get(
    '/api/runs/:id',
    {
      config: { role: 'viewer' },
      schema: { summary: 'One run', tags: ['runs'], params: IdParams, response: { 200: Run } },
    },
    async (request) => found(await system.runs.get(request.params.id), 'run'),
  )
}

function decideRoutes(app: App, { system }: Context): void {
  app.post(
    '/api/runs/:id/approve',
    {
      config: { role: 'analyst' },
      schema: {
        summary: 'Let a waiting run act',
        tags: ['runs'],
        params: IdParams,
        response: { 200: Run },
      },
    },
    async (request) => {
      const who = callerOf(request)
      const { id } = request.params
      const run = found(await system.runs.approve(id, who), 'run')
      await system.audit.append({ who, what: 'run.approve', subject: id, detail: run.playbookId })
      return run
    },
  )
  app.post(
    '/api/runs/:id/reject',
    {
      config: { role: 'analyst' },
      schema: {
        summary: 'Refuse a waiting run',
        tags: ['runs'],
        params: IdParams,
        body: RejectRequest,
        response: { 200: Run },
      },
    },
    async (request) => {
      const who = callerOf(request)
      const { id } = request.params
      const { reason } = request.body
      const run = found(await system.runs.reject(id, reason, who), 'run')
      await system.audit.append({ who, what: 'run.reject', subject: id, detail: reason })
      return run
    },
  )
}

function undoRoute(app: App, { system }: Context): void {
  app.post(
    '/api/runs/:id/undo',
    {
      config: { role: 'analyst' },
      schema: {
        summary: 'Take back what a run did, as far as its actions can',
        tags: ['runs'],
        params: IdParams,
        response: { 200: Run },
      },
    },
    async (request) => {
      const who = callerOf(request)
      const { id } = request.params
      const run = found(await system.runs.undo(id, who), 'run')
      await system.audit.append({ who, what: 'run.undo', subject: id, detail: run.playbookId })
      return run
    },
  )
}
