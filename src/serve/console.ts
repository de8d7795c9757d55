import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fastifyStatic } from '@fastify/static'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { Failure } from '#base/failure.ts'
import { problemOf, sendProblem } from './problem.ts'
import type { IntakeReply } from './system.ts'

const NOT_BUILT =
  '<!doctype html><html lang="en"><meta charset="utf-8"><title>Vedette</title><p>The console is not built. Run <code>npm run build:console</code>, then start again. The API works.'

/** The console's start page when a browser asks for a page, undefined when a program asks. '' = not built. */
export async function consolePage(
  request: FastifyRequest,
  folder: string,
): Promise<IntakeReply | undefined> {
  if (!wantsPage(request)) return undefined
  const headers = { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-cache' }
  const body = folder === '' ? NOT_BUILT : await readFile(join(folder, 'index.html'))
  return { status: 200, headers, body }
}

/**
 * Serves the built console: hashed assets for ever, the start page for every page address, a problem for everything
 * else. The files hold no data and are open; all data come from the API.
 */
export function mountConsole(app: FastifyInstance, folder: string, rootTaken: boolean): void {
  app.addHook('onRoute', (route) => {
    route.config = { ...route.config, open: 'console' }
    route.schema = { ...route.schema, ...{ hide: true } }
  })
  if (!rootTaken)
    app.get('/', async (request, reply) => {
      const page = await consolePage(request, folder)
      return page
        ? reply.headers({ ...page.headers }).send(page.body)
        : reply.redirect('/api/openapi.json')
    })
  if (folder !== '')
    void app.register(fastifyStatic, {
      root: join(folder, 'assets'),
      prefix: '/assets/',
      index: false,
      maxAge: '365d',
      immutable: true,
    })
  app.setNotFoundHandler(async (request, reply) => {
    const page = request.url.startsWith('/api/') ? undefined : await consolePage(request, folder)
    if (page) return reply.headers({ ...page.headers }).send(page.body)
    return sendProblem(reply, problemOf(new Failure('api.not-found', 'There is no such address.')))
  })
}

function wantsPage(request: FastifyRequest): boolean {
  return request.method === 'GET' && (request.headers.accept ?? '').includes('text/html')
}
