import type { Clock } from '#base/clock.ts'
import { sameSecret } from '#base/hash.ts'
import type { Log } from '#base/log.ts'
import type { Secret } from '#base/secret.ts'
import { DIALECTS, type DialectContext, type Journal } from '#collect/index.ts'
import type { IntakeRoute } from '#serve/index.ts'

/** What the HTTP intake needs. */
export interface IntakeParts {
  readonly journal: Journal
  readonly clock: Clock
  readonly log: Log
  readonly token: string
  readonly webhooks: Readonly<Record<string, { readonly secret: Secret }>>
  refused(feed: string, reason: string, count: number): void
}

/** All HTTP dialects as routes of the one port. */
export function intakeRoutes(parts: IntakeParts): IntakeRoute[] {
  const context: DialectContext = {
    journal: parts.journal,
    clock: parts.clock,
    log: parts.log,
    tokens: { isValid: (token) => sameSecret(token, parts.token) },
    webhookSecret: (source) =>
      Object.hasOwn(parts.webhooks, source) ? parts.webhooks[source]?.secret : undefined,
    refused: parts.refused,
  }
  return DIALECTS.flatMap((dialect) =>
    dialect.routes.map(({ method, path }) => ({
      method,
      path,
      handle: (request) =>
        dialect.handle(
          { ...request, query: Object.fromEntries(new URLSearchParams(request.query)) },
          context,
        ),
    })),
  )
}
