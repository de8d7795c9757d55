import type { FastifyReply, FastifyRequest } from 'fastify'
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod'
import { Failure, reasonOf } from '#base/failure.ts'
import type { FailureCode } from '#base/failures.ts'
import type { Log } from '#base/log.ts'
import type { Problem } from './contract/problem.ts'

/** Words for the statuses in use. Source: RFC 9110 §15. */
const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  409: 'Conflict',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  421: 'Misdirected Request',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
}

/** The problem of a failure, with the status of its code or the given one. Source: RFC 9457. */
export function problemOf(failure: Failure, status: number = failure.kind.status): Problem {
  return {
    type: 'about:blank',
    title: TITLES[status] ?? (status < 500 ? 'Refused' : 'Failed'),
    status,
    code: failure.code,
    detail: failure.message,
    hint: failure.kind.hint,
    details: failure.details,
  }
}

/** Answers with a problem. */
export function sendProblem(reply: FastifyReply, problem: Problem): FastifyReply {
  // Serialised here: the response schema of the route is that of success.
  return reply
    .status(problem.status)
    .type('application/problem+json')
    .serializer((value: unknown) => JSON.stringify(value))
    .send(problem)
}

/** Turns anything thrown into a problem; what is not the caller's fault is logged with its cause. */
export function createErrorHandler(log: Log) {
  return (error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const problem = problemFrom(error)
    if (problem.status >= 500)
      log.error('request failed', {
        method: request.method,
        route: request.routeOptions.url ?? '',
        failure: problem.code,
        reason: reasonOf(error),
        cause: error instanceof Error && error.cause !== undefined ? reasonOf(error.cause) : '',
        stack: error instanceof Failure || !(error instanceof Error) ? '' : error.stack,
      })
    return sendProblem(reply, problem)
  }
}

function problemFrom(error: unknown): Problem {
  if (error instanceof Failure) return problemOf(error)
  if (hasZodFastifySchemaValidationErrors(error)) {
    const place = 'validationContext' in error ? String(error.validationContext) : 'request'
    const details = error.validation.map(
      (one) => `${place}${one.instancePath.replaceAll('/', '.')}: ${one.message ?? 'is not valid'}`,
    )
    return problemOf(new Failure('api.bad-request', 'The request is not valid.', { details }))
  }
  const status = clientStatusOf(error)
  if (status === undefined)
    return problemOf(new Failure('api.internal', 'The server could not answer.', { cause: error }))
  const code: FailureCode =
    status === 413 ? 'api.too-large' : status === 415 ? 'api.unsupported-media' : 'api.bad-request'
  return problemOf(new Failure(code, reasonOf(error)), status)
}

/** Fastify's own refusals (body, header, URL) carry a 4xx status; undefined for anything else. */
function clientStatusOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('statusCode' in error)) return undefined
  const { statusCode } = error
  return typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500
    ? statusCode
    : undefined
}
