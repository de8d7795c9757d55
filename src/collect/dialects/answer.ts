import { Failure, reasonOf } from '#base/failure.ts'
import type { JournalWriter, RawRecord } from '#base/journal.ts'
import { unpack } from '#base/unpack.ts'
import type { DialectContext, DialectRequest, DialectResponse } from '../dialect.ts'
import { MAX_RECORDS } from '../framing/cut-all.ts'
import { KEEP_BYTES } from '../framing/lines.ts'

const MAX_BODY_BYTES = 64 * 1024 * 1024
const MAX_UNPACKED_BYTES = 256 * 1024 * 1024
/** What a sender is told to wait when the disk is full. */
const RETRY_AFTER_SECONDS = '10'

/** A JSON answer. */
export function answerJson(
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): DialectResponse {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
    body: JSON.stringify(body),
  }
}

/** Why a request was not taken; each dialect says it in its own words. */
export interface Refusal {
  readonly status: 400 | 413 | 415 | 503
  readonly code: string
  readonly message: string
  /** Reason of the dead letter that is left. */
  readonly dead?: string
}

/** Headers that go with a refusal: when to try again. */
export function refusalHeaders(refusal: Refusal): Record<string, string> {
  return refusal.status === 503 ? { 'retry-after': RETRY_AFTER_SECONDS } : {}
}

/** What opening a body needs. */
export interface BodyOptions {
  readonly request: DialectRequest
  readonly context: DialectContext
  /** Feed of the dead letter when the body cannot be opened. */
  readonly feed: string
  /** Says a refusal in the words of the dialect. */
  refuse(refusal: Refusal): DialectResponse
}

/** Unpacked bytes that are being worked on, by journal: small requests can unpack to much. */
const unpackedBytes = new WeakMap<JournalWriter, number>()

/**
 * Answers with what `act` makes of the unpacked body. A bomb or a damaged body is refused and leaves a dead letter with its
 * beginning; when too much is being worked on, the sender is told to come again.
 */
export async function withBody(
  options: BodyOptions,
  act: (body: Uint8Array) => Promise<DialectResponse>,
): Promise<DialectResponse> {
  const { request, context, refuse } = options
  const { journal } = context
  const encoding = (request.headers['content-encoding'] ?? 'identity').trim().toLowerCase()
  const maxBytes = context.maxBodyBytes ?? MAX_BODY_BYTES
  if ((unpackedBytes.get(journal) ?? 0) > MAX_UNPACKED_BYTES) {
    context.refused(options.feed, 'http.busy', 1)
    return refuse({
      status: 503,
      code: 'http.busy',
      message: 'Too much is being worked on. Try again later.',
    })
  }
  const opened = unpack(request.body, encoding, maxBytes)
  if (!opened.ok) return refuse(await buryBody(options, refusalOf(opened.code, encoding)))
  if (opened.value.length > maxBytes)
    return refuse(await buryBody(options, refusalOf('unpack.too-large', encoding)))
  const sizeBytes = opened.value.length
  const count = (change: number) =>
    unpackedBytes.set(journal, (unpackedBytes.get(journal) ?? 0) + change)
  count(sizeBytes)
  try {
    return await act(opened.value)
  } finally {
    count(-sizeBytes)
  }
}

/** Keeps the beginning of a body that cannot be used. Gives the refusal, or that of the journal. */
export async function buryBody(options: BodyOptions, refusal: Refusal): Promise<Refusal> {
  if (refusal.status === 415) return refusal
  const { request, context, feed } = options
  const record: RawRecord = {
    feed,
    received: context.clock.micros(),
    bytes: request.body.slice(0, KEEP_BYTES),
    meta: {
      peer: request.peer,
      encoding: request.headers['content-encoding'] ?? '',
      sizeBytes: String(request.body.length),
    },
    dead: refusal.dead ?? 'http.damaged',
  }
  const stored = await store([record], context)
  return stored.ok ? refusal : stored.refusal
}

/** The refusal of a request with more than MAX_RECORDS records. */
export const TOO_MANY: Refusal = {
  status: 413,
  code: 'http.too-many-records',
  dead: 'http.too-many-records',
  message: `A request may hold ${MAX_RECORDS} records. Send smaller requests.`,
}

function refusalOf(code: string, encoding: string): Refusal {
  if (code === 'unpack.too-large')
    return {
      status: 413,
      code,
      dead: 'http.bomb',
      message: 'The unpacked body is too large. Send smaller requests.',
    }
  if (code === 'unpack.unknown')
    return {
      status: 415,
      code,
      message: `Content-Encoding ${encoding} is not supported: use gzip, deflate or zstd.`,
    }
  return { status: 400, code, message: `The body is not valid ${encoding}.` }
}

/** Appends; a full disk becomes a refusal with 503 and is counted, so that the sender keeps the records and tries again. */
export async function store(
  records: readonly RawRecord[],
  context: DialectContext,
): Promise<{ ok: true; firstSeq: number } | { ok: false; refusal: Refusal }> {
  try {
    return { ok: true, firstSeq: await context.journal.append(records) }
  } catch (error) {
    const code = error instanceof Failure ? error.code : 'http.lost'
    context.refused(records[0]?.feed ?? 'http', code, records.length)
    if (!(error instanceof Failure))
      context.log.error('records were not stored', { reason: reasonOf(error) })
    return {
      ok: false,
      refusal: {
        status: 503,
        code,
        message: 'The records could not be stored now. Try again later.',
      },
    }
  }
}

/** What was presented for sign-in: by which means, and the token. */
export interface Presented {
  readonly means: 'bearer' | 'basic' | 'splunk' | 'apikey' | 'query' | 'none' | 'unknown'
  readonly token: string
}

/** The token of `Authorization` (Bearer, Basic with the token as password, Splunk, ApiKey) or of `?token=`. */
export function presentedToken(request: DialectRequest): Presented {
  const header = request.headers['authorization']?.trim()
  if (!header) {
    const token = request.query['token']
    return token ? { means: 'query', token } : { means: 'none', token: '' }
  }
  const [, scheme = '', value = ''] = /^([A-Za-z]+)\s+(\S+)$/.exec(header) ?? []
  switch (scheme.toLowerCase()) {
    case 'bearer':
      return { means: 'bearer', token: value }
    case 'splunk':
      return { means: 'splunk', token: value }
    case 'basic':
      return { means: 'basic', token: passwordOf(value) }
    case 'apikey':
      return { means: 'apikey', token: apiKeyOf(value) }
    default:
      return { means: 'unknown', token: '' }
  }
}

function passwordOf(encoded: string): string {
  const text = Buffer.from(encoded, 'base64').toString()
  const colon = text.indexOf(':')
  return colon === -1 ? '' : text.slice(colon + 1)
}

/** Elasticsearch clients send base64 of `id:key`, some people the bare token. */
function apiKeyOf(value: string): string {
  const inner = passwordOf(value)
  return /^[\x21-\x7e]+$/.test(inner) ? inner : value
}
