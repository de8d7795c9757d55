import type {
  FastifyBaseLogger,
  FastifyInstance,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import type { Clock } from '#base/clock.ts'
import { Failure } from '#base/failure.ts'
import type { Log } from '#base/log.ts'
import type { Principal, Role } from './contract/access.ts'
import type { Streams } from './stream.ts'
import type { System } from './system.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Weakest role that may call; a route that says nothing is for admins only. */
    role?: Role
    /** Answers without knowing who asks: sign-in, sign of life, console files, intake with its own credentials. */
    open?: 'sign-in' | 'health' | 'console' | 'intake'
  }
  interface FastifyRequest {
    /** Who asks; null on open routes. */
    principal: Principal | null
    /** The session or API token that proved it; '' on open routes. */
    credential: string
  }
}

/** The Fastify instance with zod-typed routes. */
export type App = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  ZodTypeProvider
>

/** What every route works with. */
export interface Context {
  readonly system: System
  readonly streams: Streams
  readonly clock: Clock
  readonly log: Log
}

/** Adds the routes of one noun. */
export type Routes = (app: App, context: Context) => void

/** The value, or `api.not-found` when there is none. */
export function found<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Failure('api.not-found', `There is no such ${what}.`)
  return value
}

/** Who asks; `api.unauthorized` on an open route. */
export function principalOf(request: { principal: Principal | null }): Principal {
  if (!request.principal) throw new Failure('api.unauthorized', 'Sign in first.')
  return request.principal
}

/** Name of who asks, for the audit trail. */
export function callerOf(request: { principal: Principal | null }): string {
  return principalOf(request).name
}
