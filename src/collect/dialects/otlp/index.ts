import type { RawRecord } from '#base/journal.ts'
import { parseJsonObject } from '#base/json.ts'
import type { DialectResponse, HttpDialect } from '../../dialect.ts'
import {
  answerJson,
  type BodyOptions,
  buryBody,
  presentedToken,
  type Refusal,
  refusalHeaders,
  store,
  TOO_MANY,
  withBody,
} from '../answer.ts'
import { readLogRecords } from './log-records.ts'

const FEED = 'otlp'
/** Codes of google.rpc.Status, which the protocol asks for in error bodies. */
const INVALID_ARGUMENT = 3
const UNAVAILABLE = 14
const UNAUTHENTICATED = 16

/** OpenTelemetry logs over HTTP as JSON. Source: OTLP specification 1.5, OTLP/HTTP. */
export const otlpDialect: HttpDialect = {
  name: 'otlp',
  summary: 'Takes OpenTelemetry logs sent over HTTP as JSON.',
  routes: [{ method: 'POST', path: '/v1/logs' }],
  auth: [
    'Authorization: Bearer <token>',
    'Authorization: Basic (any user, token as password)',
    '?token=<token>',
  ],
  async handle(request, context) {
    const { token } = presentedToken(request)
    if (token === '' || !context.tokens.isValid(token))
      return status(401, UNAUTHENTICATED, 'A valid token is required.')
    if (!/^application\/json\b/i.test(request.headers['content-type'] ?? ''))
      return status(
        415,
        INVALID_ARGUMENT,
        'Send JSON: set the exporter to http/json (Content-Type application/json).',
      )
    const options: BodyOptions = { request, context, feed: FEED, refuse }
    return withBody(options, (body) => take(options, body))
  },
}

async function take(options: BodyOptions, body: Uint8Array): Promise<DialectResponse> {
  const { request, context } = options
  const parsed = parseJsonObject(Buffer.from(body).toString())
  if (!parsed.ok) return refuse(await buryBody(options, malformed(parsed.code)))
  const received = context.clock.micros()
  const meta = { peer: request.peer }
  const pieces = readLogRecords(body)
  if (!pieces) return refuse(await buryBody(options, TOO_MANY))
  const records = pieces.map((piece): RawRecord => ({ feed: FEED, received, meta, ...piece }))
  const stored = await store(records, context)
  if (!stored.ok) return refuse(stored.refusal)
  const rejected = records.filter((record) => record.dead !== undefined).length
  if (rejected === 0) return answerJson(200, {})
  const errorMessage = 'Some log records are not JSON objects.'
  return answerJson(200, {
    partialSuccess: { rejectedLogRecords: String(rejected), errorMessage },
  })
}

function malformed(code: string): Refusal {
  return { status: 400, code, dead: code, message: `The body is not an export request: ${code}.` }
}

function refuse(refusal: Refusal): DialectResponse {
  const code = refusal.status === 503 ? UNAVAILABLE : INVALID_ARGUMENT
  const body = { code, message: refusal.message }
  return answerJson(refusal.status, body, refusalHeaders(refusal))
}

function status(httpStatus: number, code: number, message: string): DialectResponse {
  return answerJson(httpStatus, { code, message })
}
