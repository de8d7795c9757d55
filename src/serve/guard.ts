import { isIP } from 'node:net'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Failure } from '#base/failure.ts'
import { ROLES, type Role } from './contract/access.ts'
import type { Access } from './system.ts'

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS'])

const CONTENT_POLICY = [
  "default-src 'self'",
  "img-src 'self' data:",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ')

/** Headers of every answer: no foreign content, no framing, no sniffing, no referrer. */
const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': CONTENT_POLICY,
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
}

/**
 * Host name of a Host header: lower case, no port, no brackets, no final dot. '' when the header is not one.
 * Source: RFC 9110 §7.2.
 */
export function hostnameOf(header: string | undefined): string {
  const match = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9_.-]+))(?::\d{1,5})?$/i.exec(header ?? '')
  return (match?.[1] ?? match?.[2] ?? '').toLowerCase().replace(/\.$/, '')
}

/**
 * True when a browser that sends this Host was really pointed here. An address cannot be rebound, a foreign name can;
 * names are allowed only when they are loopback names or configured.
 */
export function isOwnHost(header: string | undefined, hostnames: readonly string[]): boolean {
  const name = hostnameOf(header)
  if (name === '') return false
  if (isIP(name) !== 0 || name === 'localhost' || name.endsWith('.localhost')) return true
  return hostnames.some((own) => own.toLowerCase() === name)
}

/**
 * True when a request that changes something comes from our own pages, or from no browser at all.
 * `Origin: null` (a form under a strict referrer policy) counts only with `Sec-Fetch-Site: same-origin`.
 */
export function isOwnOrigin(headers: FastifyRequest['headers']): boolean {
  const { origin, host } = headers
  const site = headers['sec-fetch-site']
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return false
  if (origin === undefined) return true
  if (origin === 'null') return site === 'same-origin'
  return origin === `http://${host}` || origin === `https://${host}`
}

/** Name of the session cookie: browsers do not tell ports apart, so the port is part of it. */
export function cookieNameOf(host: string | undefined): string {
  return `vedette-${/:(\d{1,5})$/.exec(host ?? '')?.[1] ?? 'session'}`
}

/** Value of a cookie, '' when absent. */
export function cookieOf(header: string | undefined, name: string): string {
  for (const part of (header ?? '').split(';')) {
    const at = part.indexOf('=')
    if (at > 0 && part.slice(0, at).trim() === name) return part.slice(at + 1).trim()
  }
  return ''
}

/** The first hook of every request: host, origin, then who asks and whether they may. */
export function createGuard(options: { access: Access; hostnames: readonly string[] }) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    reply.headers(SECURITY_HEADERS)
    const config = request.routeOptions.config
    checkPlace(request, options.hostnames)
    if (request.is404 || config.open !== undefined) return
    await identify(request, options.access)
    if (!mayDo(request.principal?.role, config.role ?? 'admin'))
      throw new Failure('api.forbidden', `This needs the role ${config.role ?? 'admin'}.`)
  }
}

/**
 * Programs may use any name for this host: shippers, probes, holders of a token, which no rebound page knows.
 * Browsers (they send Origin or Sec-Fetch-Site, or come with a cookie) may not.
 */
function checkPlace(request: FastifyRequest, hostnames: readonly string[]): void {
  const { headers } = request
  const { open } = request.routeOptions.config
  const browser = headers.origin !== undefined || headers['sec-fetch-site'] !== undefined
  const program = open === 'intake' || open === 'health' || headers.authorization !== undefined
  if (program && !browser) return
  if (!isOwnHost(headers.host, hostnames))
    throw new Failure('api.wrong-host', `This server does not answer to ${shown(headers.host)}.`)
  if (!SAFE_METHODS.has(request.method) && !isOwnOrigin(headers))
    throw new Failure('api.forbidden', 'Another site sent this request.')
}

async function identify(request: FastifyRequest, access: Access): Promise<void> {
  const { authorization, cookie, host } = request.headers
  const bearer = /^bearer +([\w.~+/-]{8,200}=*)$/i.exec(authorization ?? '')?.[1]
  const credential = authorization === undefined ? cookieOf(cookie, cookieNameOf(host)) : bearer
  if (credential === undefined || credential === '' || credential.length > 200)
    throw new Failure('api.unauthorized', 'Sign in first.')
  const principal = await (bearer === undefined
    ? access.session(credential)
    : access.principalOfToken(credential))
  if (!principal)
    throw new Failure('api.unauthorized', 'The session or token is not valid (any more).')
  request.principal = principal
  request.credential = credential
}

function mayDo(role: Role | undefined, needed: Role): boolean {
  return role !== undefined && ROLES.indexOf(role) >= ROLES.indexOf(needed)
}

function shown(host: string | undefined): string {
  return host === undefined || host === '' ? 'a request without Host' : host.slice(0, 100)
}
