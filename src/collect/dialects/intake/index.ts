import { hmacSha256, sameSecret } from '#base/hash.ts'
import type { RawRecord } from '#base/journal.ts'
import type { DialectContext, DialectRequest, DialectResponse, HttpDialect } from '../../dialect.ts'
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
import { cutBody } from './cut-body.ts'

const SOURCE_NAME = /^[A-Za-z0-9][\w.-]{0,63}$/

/** Our own way in: anything posted to `/intake/<source>`, also webhooks of GitHub. */
export const intakeDialect: HttpDialect = {
  name: 'intake',
  summary: 'Takes NDJSON, JSON objects, arrays or text lines, and signed GitHub webhooks.',
  routes: [{ method: 'POST', path: '/intake/:source' }],
  auth: ['Authorization: Bearer <token>', '?token=<token>', 'X-Hub-Signature-256 (webhook secret)'],
  async handle(request, context) {
    const source = request.params['source'] ?? ''
    if (!SOURCE_NAME.test(source))
      return problem(400, 'intake.bad-source', 'A source is 1 to 64 letters, digits, dots, dashes.')
    const denied = denyReason(request, context, source)
    if (denied) return unauthorized(denied)
    const feed = `http:${source}`
    const options: BodyOptions = { request, context, feed, refuse }
    return withBody(options, (body) => take(options, body))
  },
}

async function take(options: BodyOptions, body: Uint8Array): Promise<DialectResponse> {
  const { request, context, feed } = options
  const records = recordsOf(request, body, { feed, received: context.clock.micros() })
  if (!records) return refuse(await buryBody(options, TOO_MANY))
  if (records.length === 0)
    return isPing(request) ? answerJson(200, { accepted: 0, invalid: 0 }) : emptyBody()
  const stored = await store(records, context)
  if (!stored.ok) return refuse(stored.refusal)
  const invalid = records.filter((record) => record.dead !== undefined).length
  return answerJson(200, { accepted: records.length - invalid, invalid })
}

function isPing(request: DialectRequest): boolean {
  return request.headers['x-github-event'] === 'ping'
}

function emptyBody(): DialectResponse {
  return problem(400, 'intake.empty', 'The body holds no record.')
}

/** Undefined when the request may come in. A source with a webhook secret takes webhooks only with a right signature. */
function denyReason(
  request: DialectRequest,
  context: DialectContext,
  source: string,
): string | undefined {
  const signature = request.headers['x-hub-signature-256']
  const secret = context.webhookSecret?.(source)
  const isWebhook = signature !== undefined || request.headers['x-github-event'] !== undefined
  if (secret && isWebhook) {
    const wanted = `sha256=${hmacSha256(secret.reveal(), request.body)}`
    return sameSecret(wanted, signature ?? '') ? undefined : 'The webhook signature is not right.'
  }
  const { token } = presentedToken(request)
  return token !== '' && context.tokens.isValid(token, source)
    ? undefined
    : 'A token that may send to this source is required.'
}

function recordsOf(
  request: DialectRequest,
  body: Uint8Array,
  base: Pick<RawRecord, 'feed' | 'received'>,
): RawRecord[] | undefined {
  const meta = metaOf(request)
  const isWebhook = 'event' in meta
  return cutBody(body, {
    isOneRecord: isWebhook,
    contentType: request.headers['content-type'] ?? '',
  })?.map(({ bytes, dead }) => ({ ...base, bytes, meta, ...(dead === undefined ? {} : { dead }) }))
}

function metaOf(request: DialectRequest): Record<string, string> {
  const event = request.headers['x-github-event']
  const delivery = request.headers['x-github-delivery']
  return {
    peer: request.peer,
    transport: 'http',
    ...(event === undefined ? {} : { event: event.slice(0, 128) }),
    ...(delivery === undefined ? {} : { delivery: delivery.slice(0, 128) }),
  }
}

function unauthorized(detail: string): DialectResponse {
  const body = { status: 401, code: 'intake.unauthorized', detail }
  return answerJson(401, body, { 'www-authenticate': 'Bearer' })
}

function refuse(refusal: Refusal): DialectResponse {
  const { status, code, message } = refusal
  return answerJson(status, { status, code, detail: message }, refusalHeaders(refusal))
}

function problem(status: number, code: string, detail: string): DialectResponse {
  return answerJson(status, { status, code, detail })
}
