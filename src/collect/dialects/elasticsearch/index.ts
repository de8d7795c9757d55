import type { DialectRequest, DialectResponse, DialectRoute, HttpDialect } from '../../dialect.ts'
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
import { type BulkItem, readBulk } from './bulk.ts'

const FEED = 'bulk'
/** What clients that ask for a version are told: young enough for the checks of today's shippers. */
const VERSION = '8.17.0'
const ACKNOWLEDGED = { acknowledged: true }

type Answer = (request: DialectRequest) => unknown

/** The questions that shippers ask before they send, and what makes them go on without setting anything up. */
const HANDSHAKE: readonly (DialectRoute & { readonly answer: Answer })[] = [
  { method: 'GET', path: '/', answer: greet },
  { method: 'HEAD', path: '/', answer: greet },
  {
    method: 'GET',
    path: '/_license',
    answer: () => ({
      license: {
        uid: 'vedette',
        type: 'basic',
        status: 'active',
        expiry_date_in_millis: 4102444800000,
      },
    }),
  },
  { method: 'GET', path: '/_xpack', answer: () => ({ features: {} }) },
  { method: 'GET', path: '/_ilm/policy', answer: () => ({}) },
  { method: 'GET', path: '/_ilm/policy/:name', answer: () => ({}) },
  { method: 'PUT', path: '/_ilm/policy/:name', answer: () => ACKNOWLEDGED },
  { method: 'HEAD', path: '/_index_template/:name', answer: () => ({}) },
  { method: 'GET', path: '/_index_template/:name', answer: () => ({ index_templates: [] }) },
  { method: 'PUT', path: '/_index_template/:name', answer: () => ACKNOWLEDGED },
  { method: 'HEAD', path: '/_template/:name', answer: () => ({}) },
  { method: 'PUT', path: '/_template/:name', answer: () => ACKNOWLEDGED },
  { method: 'PUT', path: '/_component_template/:name', answer: () => ACKNOWLEDGED },
  { method: 'GET', path: '/_data_stream/:name', answer: () => ({ data_streams: [] }) },
  { method: 'PUT', path: '/_data_stream/:name', answer: () => ACKNOWLEDGED },
  { method: 'GET', path: '/_ingest/pipeline/:name', answer: () => ({}) },
  { method: 'PUT', path: '/_ingest/pipeline/:name', answer: () => ACKNOWLEDGED },
  { method: 'GET', path: '/_nodes/http', answer: () => ({ cluster_name: 'vedette', nodes: {} }) },
  { method: 'GET', path: '/_cluster/health', answer: health },
  { method: 'GET', path: '/_cat/health', answer: () => [health()] },
]

/** The bulk API of Elasticsearch: Beats, Logstash, Fluent Bit, Vector, rsyslog and syslog-ng send with it. */
export const elasticsearchDialect: HttpDialect = {
  name: 'elasticsearch',
  summary: 'Takes documents sent to an Elasticsearch bulk API.',
  routes: [
    { method: 'POST', path: '/_bulk' },
    { method: 'PUT', path: '/_bulk' },
    { method: 'POST', path: '/:index/_bulk' },
    { method: 'PUT', path: '/:index/_bulk' },
    ...HANDSHAKE.map(({ method, path }) => ({ method, path })),
  ],
  auth: [
    'Authorization: Basic (any user, token as password)',
    'Authorization: ApiKey <token>',
    'Authorization: Bearer <token>',
  ],
  async handle(request, context) {
    const { token } = presentedToken(request)
    if (token === '' || !context.tokens.isValid(token)) return unauthorized()
    const options: BodyOptions = { request, context, feed: FEED, refuse }
    if (request.path.endsWith('/_bulk')) return withBody(options, (body) => takeBulk(options, body))
    const entry = HANDSHAKE.find(
      (one) => one.method === request.method && matches(one.path, request.path),
    )
    if (!entry) return error(404, 'resource_not_found_exception', 'no such endpoint here')
    const body = entry.answer(request)
    if (request.path.endsWith('/_cat/health') && request.query['format'] !== 'json')
      return answer(
        200,
        `${context.clock.now()} vedette green 1 1 0 0 0 0 0 0 - 100.0%\n`,
        'text/plain',
      )
    return request.method === 'HEAD' ? answer(200, '') : answer(200, JSON.stringify(body))
  },
}

async function takeBulk(options: BodyOptions, body: Uint8Array): Promise<DialectResponse> {
  const { request, context } = options
  const startMs = context.clock.now()
  const received = context.clock.micros()
  const read = readBulk(body, request.params['index'])
  if (!read) return refuse(await buryBody(options, TOO_MANY))
  const records = read.records.map((record) => ({
    feed: FEED,
    received,
    ...record,
    meta: { peer: request.peer, ...record.meta },
  }))
  const stored = await store(records, context)
  if (!stored.ok) return refuse(stored.refusal)
  if (!read.ok) return error(400, 'illegal_argument_exception', read.reason)
  const items = read.items.map((item) => itemAnswer(item, stored.firstSeq))
  const errors = read.items.some((item) => item.fault !== undefined)
  return answer(200, JSON.stringify({ took: context.clock.now() - startMs, errors, items }))
}

/** Exactly one key with a `status`: the streaming readers of shippers fail on anything else. */
function itemAnswer(item: BulkItem, firstSeq: number): object {
  const place = { _index: item.index, _id: item.id ?? String(firstSeq + item.recordAt) }
  if (item.fault !== undefined) {
    const error = { type: 'mapper_parsing_exception', reason: item.fault }
    return { [item.action]: { ...place, status: 400, error } }
  }
  if (item.action === 'delete') return { delete: { ...place, status: 404, result: 'not_found' } }
  const isUpdate = item.action === 'update'
  return {
    [item.action]: {
      ...place,
      status: isUpdate ? 200 : 201,
      result: isUpdate ? 'updated' : 'created',
    },
  }
}

function greet(): unknown {
  return {
    name: 'vedette',
    cluster_name: 'vedette',
    cluster_uuid: 'vedette-intake',
    version: {
      number: VERSION,
      build_flavor: 'default',
      build_type: 'tar',
      lucene_version: '9.12.0',
      minimum_wire_compatibility_version: '7.17.0',
      minimum_index_compatibility_version: '7.0.0',
    },
    tagline: 'You Know, for Search',
  }
}

function health() {
  return {
    cluster_name: 'vedette',
    cluster: 'vedette',
    status: 'green',
    timed_out: false,
    number_of_nodes: 1,
  }
}

/** True when the end of a path fits a pattern with `:name` parts; what stands before is a prefix of the server. */
function matches(pattern: string, path: string): boolean {
  const wanted = pattern.split('/').filter((part) => part !== '')
  const given = path.split('/').filter((part) => part !== '')
  if (wanted.length === 0) return !given.some((part) => part.startsWith('_'))
  const tail = given.slice(-wanted.length)
  return wanted.every((part, at) => part.startsWith(':') || part === tail[at])
}

function unauthorized(): DialectResponse {
  const refused = error(401, 'security_exception', 'missing or wrong credentials')
  return {
    ...refused,
    headers: { ...refused.headers, 'www-authenticate': 'Basic realm="vedette"' },
  }
}

function refuse(refusal: Refusal): DialectResponse {
  const made = error(refusal.status, 'vedette_exception', refusal.message)
  return { ...made, headers: { ...made.headers, ...refusalHeaders(refusal) } }
}

function error(status: number, type: string, reason: string): DialectResponse {
  const cause = { type, reason }
  return answer(status, JSON.stringify({ error: { root_cause: [cause], ...cause }, status }))
}

function answer(status: number, body: string, type = 'application/json'): DialectResponse {
  const base = answerJson(status, null, {
    'content-type': type,
    'x-elastic-product': 'Elasticsearch',
  })
  return { ...base, body }
}
