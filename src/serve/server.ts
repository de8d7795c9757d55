import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fastifySwagger } from '@fastify/swagger'
import { type FastifyRequest, fastify } from 'fastify'
import {
  jsonSchemaTransform,
  serializerCompiler,
  validatorCompiler,
  type ZodTypeProvider,
} from 'fastify-type-provider-zod'
import { type Clock, systemClock } from '#base/clock.ts'
import { Failure } from '#base/failure.ts'
import { parseJson } from '#base/json.ts'
import type { Log } from '#base/log.ts'
import type { App, Context } from './app.ts'
import { consolePage, mountConsole } from './console.ts'
import { createGuard } from './guard.ts'
import { mountIntake } from './intake.ts'
import { createErrorHandler, problemOf, sendProblem } from './problem.ts'
import { ROUTES } from './routes.ts'
import { signInRoutes } from './sign-in.ts'
import { createStreams } from './stream.ts'
import type { System } from './system.ts'

const API_BODY_BYTES = 256 * 1024
const REQUEST_TIMEOUT_MS = 120_000

/** What a server is made of. */
export interface ServerOptions {
  readonly system: System
  /** Folder of the built console; a missing one is said on the page instead. */
  readonly consoleFolder: string
  readonly log: Log
  /** Names besides loopback ones and addresses that browsers may use for this server. */
  readonly hostnames: readonly string[]
  /** True when browsers reach it by https (a proxy in front): cookies are then marked Secure. */
  readonly https?: boolean
  readonly version?: string
  readonly clock?: Clock
}

/** The HTTP server, ready to `listen`. Its streams end at `close`. */
export async function createServer(options: ServerOptions): Promise<App> {
  const { system, log, hostnames, clock = systemClock } = options
  const app = createApp()
  const streams = createStreams(clock, (listener) => system.subscribe(listener))
  const context: Context = { system, streams, clock, log }
  app.decorateRequest('principal', null)
  app.decorateRequest('credential', '')
  app.addHook('onRequest', createGuard({ access: system.access, hostnames }))
  app.addHook('preClose', async () => streams.stop())
  app.setErrorHandler(createErrorHandler(log))
  await mountApi(app, context, options)
  const consoleFolder = existsSync(join(options.consoleFolder, 'index.html'))
    ? options.consoleFolder
    : ''
  const claimsRoot = system.intake.some((route) => route.method === 'GET' && route.path === '/')
  const page = (request: FastifyRequest) => consolePage(request, consoleFolder)
  await app.register((scope, _options, done) => {
    mountIntake(scope, { routes: system.intake, page })
    done()
  })
  await app.register((scope, _options, done) => {
    mountConsole(scope, consoleFolder, claimsRoot)
    done()
  })
  return app
}

function createApp(): App {
  const app = fastify({
    logger: false,
    bodyLimit: API_BODY_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    exposeHeadRoutes: false,
    // An address that cannot be read never reaches a route, nor the error handler.
    frameworkErrors: (error, _request, reply) => {
      sendProblem(reply, problemOf(new Failure('api.bad-request', error.message)))
    },
    // Idle connections are closed at once; requests under way get their answer.
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 200 },
  }).withTypeProvider<ZodTypeProvider>()
  app.setValidatorCompiler(validatorCompiler)
  app.setSerializerCompiler(serializerCompiler)
  app.removeAllContentTypeParsers()
  app.addContentTypeParser(
    'application/json',
    { parseAs: 'string' },
    async (_request: FastifyRequest, body: string | Buffer) => {
      if (body === '') return undefined
      const parsed = parseJson(String(body))
      if (!parsed.ok) throw new Failure('api.bad-request', `The body is not JSON (${parsed.code}).`)
      return parsed.value
    },
  )
  return app
}

async function mountApi(app: App, context: Context, options: ServerOptions): Promise<void> {
  const info = { title: 'Vedette', version: options.version ?? '0' }
  await app.register(fastifySwagger, {
    openapi: {
      openapi: '3.1.0',
      info,
      components: {
        securitySchemes: {
          session: { type: 'apiKey', in: 'cookie', name: 'vedette-<port>' },
          token: { type: 'http', scheme: 'bearer' },
        },
      },
      security: [{ session: [] }, { token: [] }],
    },
    transform: jsonSchemaTransform,
  })
  await app.register((plain, _options, done) => {
    const scope: App = plain.withTypeProvider<ZodTypeProvider>()
    scope.addHook('onSend', async (_request, reply) => {
      if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store')
    })
    scope.get(
      '/api/openapi.json',
      { config: { role: 'viewer' }, schema: { hide: true } },
      async () => scope.swagger(),
    )
    for (const addRoutes of ROUTES) addRoutes(scope, context)
    done()
  })
  await app.register((plain, _options, done) => {
    signInRoutes(plain.withTypeProvider<ZodTypeProvider>(), context, options.https === true)
    done()
  })
}
