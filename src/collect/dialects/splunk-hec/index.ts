import type { RawRecord } from '#base/journal.ts'
import type { DialectContext, DialectRequest, DialectResponse, HttpDialect } from '../../dialect.ts'
import { cutAll } from '../../framing/cut-all.ts'
import { createLineSplitter, MAX_LINE_BYTES } from '../../framing/lines.ts'
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
import { type HecEvents, readHecEvents } from './events.ts'

const FEED = 'hec'
const ROOT = '/services/collector'

/** The HTTP event collector of Splunk, as its senders know it. */
export const splunkHecDialect: HttpDialect = {
  name: 'splunk-hec',
  summary: 'Takes what is sent to a Splunk HTTP event collector: events and raw lines.',
  routes: [
    { method: 'POST', path: ROOT },
    { method: 'POST', path: `${ROOT}/event` },
    { method: 'POST', path: `${ROOT}/event/1.0` },
    { method: 'POST', path: `${ROOT}/raw` },
    { method: 'POST', path: `${ROOT}/raw/1.0` },
    { method: 'POST', path: `${ROOT}/ack` },
    { method: 'GET', path: `${ROOT}/health` },
    { method: 'GET', path: `${ROOT}/health/1.0` },
  ],
  auth: [
    'Authorization: Splunk <token>',
    'Authorization: Basic (any user, token as password)',
    '?token=<token>',
  ],
  async handle(request, context) {
    if (/\/health(?:\/1\.0)?$/.test(request.path)) return reply(200, 17, 'HEC is healthy')
    const denied = deny(request, context)
    if (denied) return denied
    if (request.path.endsWith('/ack')) return reply(400, 14, 'ACK is disabled')
    const options: BodyOptions = { request, context, feed: FEED, refuse }
    return withBody(options, (body) => take(options, body))
  },
}

async function take(options: BodyOptions, body: Uint8Array): Promise<DialectResponse> {
  const { request, context } = options
  const base = { feed: FEED, received: context.clock.micros() }
  const isRaw = /\/raw(?:\/1\.0)?$/.test(request.path)
  const events = isRaw ? readRaw(request, body) : readHecEvents(body)
  if (!events) return refuse(await buryBody(options, TOO_MANY))
  const records = events.pieces.map(
    (piece): RawRecord => ({ ...base, ...piece, meta: { peer: request.peer, ...piece.meta } }),
  )
  if (records.length === 0) return reply(400, 5, 'No data')
  const stored = await store(records, context)
  if (!stored.ok) return refuse(stored.refusal)
  if (!events.fault) return reply(200, 0, 'Success')
  const { code, text, number } = events.fault
  return answerJson(400, { text, code, 'invalid-event-number': number })
}

function reply(status: number, code: number, text: string): DialectResponse {
  return answerJson(status, { text, code })
}

function refuse(refusal: Refusal): DialectResponse {
  const headers = refusalHeaders(refusal)
  if (refusal.status === 503) return answerJson(503, { text: 'Server is busy', code: 9 }, headers)
  return answerJson(refusal.status, { text: refusal.message, code: 6 }, headers)
}

function deny(request: DialectRequest, context: DialectContext): DialectResponse | undefined {
  const { means, token } = presentedToken(request)
  if (means === 'none') return reply(401, 2, 'Token is required')
  if (means === 'unknown' || token === '') return reply(401, 3, 'Invalid authorization')
  return context.tokens.isValid(token) ? undefined : reply(403, 4, 'Invalid token')
}

/** Each line is a record; what the sender knows stands in the query. */
function readRaw(request: DialectRequest, body: Uint8Array): HecEvents | undefined {
  const meta: Record<string, string> = {}
  for (const name of ['host', 'source', 'sourcetype', 'index', 'time']) {
    const value = request.query[name]
    if (value) meta[name] = value
  }
  const splitter = createLineSplitter({ maxLineBytes: 16 * MAX_LINE_BYTES })
  const lines = cutAll(splitter, body)
  if (!lines) return undefined
  return {
    pieces: lines.map(({ bytes, tooLong }) =>
      tooLong ? { bytes, meta, dead: 'file.line-too-long' } : { bytes, meta },
    ),
  }
}
