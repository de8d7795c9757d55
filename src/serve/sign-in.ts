import { createHash } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { App, Context } from './app.ts'
import { cookieNameOf } from './guard.ts'

const STYLE = `
:root{color-scheme:light dark}
body{margin:0;min-height:100vh;display:grid;place-items:center;font:16px/1.5 system-ui,sans-serif;background:Canvas;color:CanvasText}
main{max-width:26rem;padding:2rem}
h1{font-size:1.25rem;margin:0 0 .5rem}
p{margin:0 0 1.25rem}
button{font:inherit;font-weight:600;padding:.6rem 1.4rem;border:0;border-radius:.4rem;background:#0d5c63;color:#fff;cursor:pointer}
button:focus-visible{outline:3px solid #6fd0d6;outline-offset:2px}
code{font-family:ui-monospace,monospace}
`

const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64')

/** The page has no script and no foreign content; its form must send a usable Origin, hence the referrer policy. */
const PAGE_HEADERS = {
  'content-security-policy': `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'`,
  'referrer-policy': 'same-origin',
  'cache-control': 'no-store',
}

/**
 * Sign-in by one-time link. Opening the link shows a button and changes nothing, so that link previews, prefetching and
 * mail scanners do not burn the code; pressing it posts the code, which works once, and leads to the console.
 */
export function signInRoutes(app: App, context: Context, secureCookie: boolean): void {
  app.removeContentTypeParser('application/x-www-form-urlencoded')
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string', bodyLimit: 4096 },
    async (_request: FastifyRequest, body: string | Buffer) => codeOf(String(body)),
  )
  const options = { config: { open: 'sign-in' }, schema: { hide: true } } as const
  app.get('/sign-in', options, async (request, reply) => {
    const code = codeOf(request.url.split('?')[1] ?? '')
    return sendPage(reply, code === '' ? askForLink() : askToPress(code))
  })
  app.post('/sign-in', options, async (request, reply) => {
    const code = typeof request.body === 'string' ? request.body : ''
    const grant = code === '' ? undefined : await context.system.access.consumeCode(code)
    if (!grant) return sendPage(reply.status(401), linkIsUsed())
    await context.system.audit.append({
      who: grant.name,
      what: 'session.start',
      subject: grant.name,
      detail: `from ${request.ip}`,
    })
    const seconds = Math.max(1, Math.floor((grant.expires - context.clock.micros()) / 1_000_000))
    return reply
      .header('set-cookie', cookieFor(request, grant.token, { seconds, secure: secureCookie }))
      .header('cache-control', 'no-store')
      .redirect('/', 303)
  })
}

/** The Set-Cookie value that starts a session, or with 0 seconds ends it. */
export function cookieFor(
  request: FastifyRequest,
  token: string,
  options: { seconds: number; secure: boolean },
): string {
  const secure = options.secure ? '; Secure' : ''
  const name = cookieNameOf(request.headers.host)
  return `${name}=${token}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${options.seconds}${secure}`
}

/** The code in a query string or form body; '' when absent or not of the form that codes have. */
function codeOf(text: string): string {
  const code = new URLSearchParams(text).get('code') ?? ''
  return /^[\w-]{16,128}$/.test(code) ? code : ''
}

function sendPage(reply: FastifyReply, body: string): FastifyReply {
  return reply
    .headers(PAGE_HEADERS)
    .type('text/html; charset=utf-8')
    .send(
      `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Sign in · Vedette</title><meta name="viewport" content="width=device-width"><style>${STYLE}</style></head><body><main>${body}</main></body></html>`,
    )
}

function askToPress(code: string): string {
  return `<h1>Vedette</h1><p>This link signs you in once, in this browser.</p><form method="post" action="/sign-in"><input type="hidden" name="code" value="${code}"><button autofocus>Sign in</button></form>`
}

function askForLink(): string {
  return '<h1>Sign in to Vedette</h1><p>Run <code>vedette sign-in</code> on the server and open the link that it prints. There is no password.</p>'
}

function linkIsUsed(): string {
  return '<h1>This link does not work any more</h1><p>A sign-in link works once and for 15 minutes. Run <code>vedette sign-in</code> on the server for a new one.</p>'
}
