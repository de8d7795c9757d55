import type { Clock } from '#base/clock.ts'
import type { JournalWriter } from '#base/journal.ts'
import type { Log } from '#base/log.ts'
import type { Secret } from '#base/secret.ts'

/** A request as any HTTP server can hand it over. */
export interface DialectRequest {
  readonly method: string
  /** Path without query, as received. */
  readonly path: string
  readonly params: Readonly<Record<string, string>>
  readonly query: Readonly<Record<string, string>>
  /** Header names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  /** The body as received, still compressed. */
  readonly body: Uint8Array
  /** Address of the other side. */
  readonly peer: string
}

/** The answer. */
export interface DialectResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** Who may send. */
interface IntakeTokens {
  /** True when the token may send; with `source`, when it may send to this source. */
  isValid(token: string, source?: string): boolean
}

/** What a dialect gets to work with. */
export interface DialectContext {
  readonly journal: JournalWriter
  readonly clock: Clock
  readonly log: Log
  readonly tokens: IntakeTokens
  /** Webhook secret of a source, when one is configured. */
  webhookSecret?(source: string): Secret | undefined
  /** Told of records that came but could not be taken (`files.full`). */
  refused(feed: string, reason: string, count: number): void
  /** Greatest size of an unpacked body; 64 MiB by default. */
  readonly maxBodyBytes?: number
}

/** One path of a dialect. */
export interface DialectRoute {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT'
  /** In fastify syntax: `/intake/:source`. */
  readonly path: string
}

/** A way of other systems to send records over HTTP. */
export interface HttpDialect {
  readonly name: string
  readonly summary: string
  readonly routes: readonly DialectRoute[]
  /** How a sender presents its token, one form each, for the docs. */
  readonly auth: readonly string[]
  /** Answers success only after the records are durable. Never rejects for bad input. */
  handle(request: DialectRequest, context: DialectContext): Promise<DialectResponse>
}
