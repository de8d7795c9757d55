import { type App, type Context, callerOf, found } from '../app.ts'
import {
  AssignRequest,
  CloseRequest,
  Incident,
  IncidentPage,
  IncidentQuery,
} from '../contract/incident.ts'
import { IdParams } from '../contract/values.ts'

/** Incidents: read by all, worked on by analysts. */
export function incidentRoutes(app: App, context: Context): void {
  readRoutes(app, context)
  workRoutes(app, context)
}

function readRoutes(app: App, { system }: Context): void {
  app.get(
    '/api/incidents',
    {
      config: { role: 'viewer' },
      schema: {
        summary: 'Incidents: open first, strongest first',
        tags: ['incidents'],
        querystring: IncidentQuery,
        response: { 200: IncidentPage },
      },
    },
    async (request) => system.incidents.list(request.query),
  )
  app.get(
    '/api/incidents/:id',
    {
      config: { role: 'viewer' },
      schema: {
        summary: 'One incident',
        tags: ['incidents'],
        params: IdParams,
        response: { 200: Incident },
      },
    },
    async (request) => found(await system.incidents.get(request.params.id), 'incident'),
  )
}

function workRoutes(app: App, { system }: Context): void {
  app.post(
    '/api/incidents/:id/close',
    {
      config: { role: 'analyst' },
      schema: {
        summary: 'Close an incident with a reason',
        tags: ['incidents'],
        params: IdParams,
        body: CloseRequest,
        response: { 200: Incident },
      },
    },
    async (request) => {
      const who = callerOf(request)
      const { id } = request.params
      const closed = found(await system.incidents.close(id, request.body, who), 'incident')
      const detail = `${request.body.reason}${request.body.note && `: ${request.body.note}`}`
      await system.audit.append({ who, what: 'incident.close', subject: id, detail })
      return closed
    },
  )
  app.post(
    '/api/incidents/:id/assign',
    {
      config: { role: 'analyst' },
      schema: {
        summary: 'Say who works on an incident',
        tags: ['incidents'],
        params: IdParams,
        body: AssignRequest,
        response: { 200: Incident },
      },
    },
    async (request) => {
      const who = callerOf(request)
      const { id } = request.params
      const { owner } = request.body
      const assigned = found(await system.incidents.assign(id, owner, who), 'incident')
      await system.audit.append({ who, what: 'incident.assign', subject: id, detail: owner })
      return assigned
    },
  )
}
