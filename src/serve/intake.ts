import type { Readable } from 'node:stream'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { Failure } from '#base/failure.ts'
import type { IntakeReply, IntakeRequest, IntakeRoute } from './system.ts'

const MAX_BODY_BYTES = 64 * 1024 * 1024
const MAX_IN_FLIGHT_BYTES = 256 * 1024 * 1024

/** Bytes of request bodies in memory now, over all intake requests, against one bound. */
interface Budget {
  used: number
}

/** Mounts the intake dialects: raw bodies of every content type, nothing decoded, bounded one by one and all together. */
export function mountIntake(
  app: FastifyInstance,
  options: {
    routes: readonly IntakeRoute[]
    maxInFlightBytes?: number
    /** Answers a browser that opens a path which a dialect uses too (`/`). */
    page?: (request: FastifyRequest) => Promise<IntakeReply | undefined>
  },
): void {
  const budget: Budget = { used: 0 }
  const limit = options.maxInFlightBytes ?? MAX_IN_FLIGHT_BYTES
  const held = new WeakMap<object, number>()
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', async (request: FastifyRequest, payload: Readable) => {
    const chunks: Buffer[] = []
    let size = 0
    checkSize(Number(request.headers['content-length'] ?? 0), budget.used, limit)
    // The stream outlives a refusal: destroying it would cut the connection before the answer is read.
    for await (const chunk of payload.iterator({ destroyOnReturn: false })) {
      const part = Buffer.from(chunk)
      size += part.length
      budget.used += part.length
      held.set(request, size)
      checkSize(size, budget.used - size, limit)
      chunks.push(part)
    }
    return Buffer.concat(chunks)
  })
  const release = (request: FastifyRequest) => {
    budget.used -= held.get(request) ?? 0
    held.delete(request)
  }
  app.addHook('onResponse', async (request) => release(request))
  app.addHook('onRequestAbort', async (request) => release(request))
  for (const route of options.routes) mountOne(app, route, options.page)
}

/** Throws when one body, or all of them together, are more than may be held. */
function checkSize(size: number, others: number, limit: number): void {
  if (size > MAX_BODY_BYTES)
    throw new Failure('api.too-large', 'A request body may have at most 64 MiB.')
  if (others + size > limit)
    throw new Failure('api.busy', 'Too many large requests at the same time.')
}

function mountOne(
  app: FastifyInstance,
  route: IntakeRoute,
  page?: (request: FastifyRequest) => Promise<IntakeReply | undefined>,
): void {
  app.route({
    method: route.method,
    url: route.path,
    bodyLimit: MAX_BODY_BYTES,
    config: { open: 'intake' },
    // Answered in the dialect's own words, which have no schema of ours.
    schema: { hide: true },
    handler: async (request, reply) => {
      const shown = await page?.(request)
      const answer = shown ?? (await route.handle(intakeRequestOf(request)))
      return reply
        .status(answer.status)
        .headers({ 'content-type': 'application/json', ...answer.headers })
        .send(answer.body)
    },
  })
}

function intakeRequestOf(request: FastifyRequest): IntakeRequest {
  const mark = request.url.indexOf('?')
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(request.headers))
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value
  const params: Record<string, string> = {}
  const given: unknown = request.params
  if (typeof given === 'object' && given !== null)
    for (const [name, value] of Object.entries(given)) params[name] = String(value)
  return {
    method: request.method,
    path: mark === -1 ? request.url : request.url.slice(0, mark),
    query: Object.fromEntries(new URLSearchParams(mark === -1 ? '' : request.url.slice(mark + 1))),
    params,
    headers,
    body: Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0),
    peer: request.ip,
  }
}
