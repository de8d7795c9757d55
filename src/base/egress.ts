import { lookup } from 'node:dns/promises'
import ipaddr from 'ipaddr.js'
import { Agent, request } from 'undici'
import { Failure, reasonOf } from './failure.ts'

/** An outbound request. The body is sent as it is. */
interface EgressRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  readonly timeoutMs?: number
  /** Longest answer read; the rest is cut. */
  readonly maxBytes?: number
}

/** What came back. */
export interface EgressResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** The one way out of the process. */
export interface Egress {
  /** Sends; `egress.blocked` when the address is not allowed, `egress.failed` when nobody answered. Follows no redirect. */
  send(request: EgressRequest, signal?: AbortSignal): Promise<EgressResponse>
}

/** Makes the guarded door. Private, loopback and link-local addresses are refused unless host or host:port is in `allow`. */
export function createEgress(options: { allow: readonly string[] }): Egress {
  const allowed = new Set(options.allow.map((host) => host.toLowerCase()))
  return {
    async send(wanted, signal) {
      const url = parseUrl(wanted.url)
      const isAllowed =
        allowed.has(url.host.toLowerCase()) || allowed.has(url.hostname.toLowerCase())
      const address = await resolvePublic(url.hostname.replace(/^\[|\]$/g, ''), isAllowed)
      return sendTo(url, address, { wanted, ...(signal ? { signal } : {}) })
    },
  }
}

function parseUrl(text: string): URL {
  const url = URL.parse(text)
  if (!url || (url.protocol !== 'https:' && url.protocol !== 'http:'))
    throw new Failure('egress.blocked', 'only http and https addresses are called')
  return url
}

/** Resolves once and pins that address, so that a second DNS answer cannot move the request inside. */
async function resolvePublic(host: string, isAllowed: boolean): Promise<string> {
  const found = await lookup(host, { all: true }).catch((error: unknown) => {
    throw new Failure('egress.failed', `${host}: ${reasonOf(error)}`, { cause: error })
  })
  const usable = found.find((entry) => isAllowed || isPublicAddress(entry.address))
  if (!usable) throw new Failure('egress.blocked', `${host} is not a public address`)
  return usable.address
}

/** True for an address of the public internet. */
export function isPublicAddress(text: string): boolean {
  if (!ipaddr.isValid(text)) return false
  return ipaddr.process(text).range() === 'unicast'
}

async function sendTo(
  url: URL,
  address: string,
  call: { wanted: EgressRequest; signal?: AbortSignal },
): Promise<EgressResponse> {
  const { wanted } = call
  const family = address.includes(':') ? 6 : 4
  const agent = new Agent({
    connect: {
      lookup: (_host, options, done) =>
        options.all ? done(null, [{ address, family }]) : done(null, address, family),
    },
  })
  const timeout = AbortSignal.timeout(wanted.timeoutMs ?? 10_000)
  try {
    const answer = await request(url, {
      dispatcher: agent,
      method: wanted.method,
      headers: { ...wanted.headers },
      ...(wanted.body === undefined ? {} : { body: wanted.body }),
      signal: call.signal ? AbortSignal.any([timeout, call.signal]) : timeout,
    })
    const headers: Record<string, string> = {}
    for (const [name, value] of Object.entries(answer.headers)) headers[name] = String(value ?? '')
    return { status: answer.statusCode, headers, body: await readCapped(answer.body, wanted) }
  } catch (error) {
    throw new Failure('egress.failed', `${url.host}: ${reasonOf(error)}`, { cause: error })
  } finally {
    await agent.destroy().catch(() => undefined)
  }
}

async function readCapped(body: AsyncIterable<Uint8Array>, wanted: EgressRequest): Promise<string> {
  const limit = wanted.maxBytes ?? 1024 * 1024
  const parts: Uint8Array[] = []
  let size = 0
  for await (const part of body) {
    parts.push(part.subarray(0, limit - size))
    size += part.length
    if (size >= limit) break
  }
  return Buffer.concat(parts).toString('utf8')
}
