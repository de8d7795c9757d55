import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FORM, TEST_HOST, withServer } from './testing/open-server.ts'

const HOST = { host: TEST_HOST }

/** Every documented route of the server, from its own description. */
async function routesOf(
  app: Parameters<Parameters<typeof withServer>[1]>[0]['app'],
  headers: Record<string, string>,
): Promise<{ method: 'GET' | 'POST' | 'DELETE'; url: string }[]> {
  const description = (await app.inject({ url: '/api/openapi.json', headers })).json()
  return Object.entries<object>(description.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => ({
      method: method === 'post' ? 'POST' : method === 'delete' ? 'DELETE' : 'GET',
      url: path.replace('{id}', 'x'),
    })),
  )
}

test('every route of the API asks who is there; only the sign of life does not', async () => {
  await withServer({}, async ({ app, as }) => {
    const routes = await routesOf(app, await as('admin'))
    assert.ok(routes.length >= 25, `${routes.length} routes`)
    for (const { method, url } of [
      ...routes,
      { method: 'GET' as const, url: '/api/openapi.json' },
    ]) {
      const reply = await app.inject({ method, url, headers: HOST })
      assert.equal(reply.statusCode, url === '/health' ? 200 : 401, `${method} ${url}`)
    }
  })
})

test('a viewer changes nothing, an analyst touches neither tokens nor the audit trail', async () => {
  await withServer({}, async ({ app, as }) => {
    const admin = await as('admin')
    const viewer = await as('viewer')
    const analyst = await as('analyst')
    for (const { method, url } of await routesOf(app, admin)) {
      const forAdmin = /^\/api\/(?:tokens|audit)/.test(url)
      if (forAdmin) {
        const reply = await app.inject({ method, url, headers: analyst })
        assert.equal(reply.statusCode, 403, `analyst ${method} ${url}`)
      }
      if (method === 'GET' || url === '/api/sign-out') continue
      const reply = await app.inject({ method, url, headers: viewer, payload: {} })
      assert.equal(reply.statusCode, 403, `viewer ${method} ${url}`)
    }
  })
})

test('opening the link changes nothing; pressing the button signs in, once', async () => {
  await withServer({}, async ({ app, system }) => {
    const code = await system.access.createCode('dana', 'admin')
    const url = `/sign-in?code=${code}`
    for (let preview = 0; preview < 3; preview += 1) {
      const page = await app.inject({ url, headers: HOST })
      assert.equal(page.statusCode, 200)
      assert.ok(page.body.includes(code))
      assert.match(String(page.headers['content-security-policy']), /default-src 'none'/)
      assert.equal(page.headers['set-cookie'], undefined)
    }
    const press = () =>
      app.inject({
        method: 'POST',
        url: '/sign-in',
        headers: { ...HOST, ...FORM },
        payload: `code=${code}`,
      })
    const first = await press()
    assert.equal(first.statusCode, 303)
    assert.match(
      String(first.headers['set-cookie']),
      /^vedette-8514=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=604800$/,
    )
    const second = await press()
    assert.equal(second.statusCode, 401)
    assert.equal(second.headers['set-cookie'], undefined)
  })
})

test('a code with markup in it is not put into the page', async () => {
  await withServer({}, async ({ app }) => {
    const url = `/sign-in?code=${encodeURIComponent('"><script>alert(1)</script>aaaaaaaaaa')}`
    const page = await app.inject({ url, headers: HOST })
    assert.ok(!page.body.includes('<script'))
    assert.ok(page.body.includes('vedette sign-in'))
  })
})

test('a foreign site cannot act with the session of a reader, a foreign name reaches nothing', async () => {
  await withServer({}, async ({ app, signIn }) => {
    const headers = await signIn('admin')
    const close = (more: Record<string, string>) =>
      app.inject({
        method: 'POST',
        url: '/api/incidents/incident-5d1f0a7b3c2e/close',
        headers: { ...headers, ...more },
        payload: { reason: 'true' },
      })
    assert.equal((await close({ origin: 'http://evil.example' })).statusCode, 403)
    assert.equal((await close({ 'sec-fetch-site': 'cross-site' })).statusCode, 403)
    const rebound = await close({ host: 'evil.example:8514', origin: 'http://evil.example:8514' })
    assert.equal(rebound.statusCode, 421)
    assert.equal((await close({})).statusCode, 200)
  })
})

test('a wrong token is refused, whatever cookie comes with it', async () => {
  await withServer({}, async ({ app, signIn }) => {
    const headers = await signIn('admin')
    for (const authorization of [
      'Bearer vdt_wrongwrongwrong',
      'Bearer ',
      'Basic abc',
      'Bearer a b',
    ])
      assert.equal(
        (await app.inject({ url: '/api/me', headers: { ...headers, authorization } })).statusCode,
        401,
        authorization,
      )
  })
})

test('signing out ends the session and takes the cookie back', async () => {
  await withServer({}, async ({ app, signIn, system }) => {
    const headers = await signIn('viewer')
    assert.equal((await app.inject({ url: '/api/me', headers })).json().name, 'dana')
    const out = await app.inject({ method: 'POST', url: '/api/sign-out', headers })
    assert.equal(out.statusCode, 204)
    assert.match(String(out.headers['set-cookie']), /Max-Age=0/)
    assert.equal((await app.inject({ url: '/api/me', headers })).statusCode, 401)
    const trail = await system.audit.list({ limit: 10 })
    assert.deepEqual(
      trail.items.map((entry) => entry.what),
      ['session.end', 'session.start'],
    )
  })
})

test('every answer carries the security headers, data are never stored by the browser', async () => {
  await withServer({}, async ({ app, as }) => {
    for (const url of ['/api/me', '/api/nothing', '/health', '/', '/sign-in']) {
      const reply = await app.inject({ url, headers: await as('viewer') })
      assert.equal(reply.headers['x-content-type-options'], 'nosniff', url)
      assert.match(String(reply.headers['content-security-policy']), /frame-ancestors 'none'/, url)
      assert.doesNotMatch(String(reply.headers['content-security-policy']), /unsafe/, url)
    }
    const me = await app.inject({ url: '/api/me', headers: await as('viewer') })
    assert.equal(me.headers['cache-control'], 'no-store')
  })
})

test('the secret of a new token is given once and works until it is revoked', async () => {
  await withServer({}, async ({ app, as }) => {
    const headers = await as('admin')
    const made = await app.inject({
      method: 'POST',
      url: '/api/tokens',
      headers,
      payload: { name: 'ci', role: 'viewer', days: 30 },
    })
    assert.equal(made.statusCode, 201)
    const { id, token } = made.json()
    const list = await app.inject({ url: '/api/tokens', headers })
    assert.ok(!list.body.includes(token))
    const his = { authorization: `Bearer ${token}`, host: TEST_HOST }
    assert.equal((await app.inject({ url: '/api/me', headers: his })).json().name, 'ci')
    await app.inject({ method: 'DELETE', url: `/api/tokens/${id}`, headers })
    assert.equal((await app.inject({ url: '/api/me', headers: his })).statusCode, 401)
  })
})

test('a program with a token may use any name for this host, a browser with a session may not', async () => {
  await withServer({}, async ({ app, as, signIn }) => {
    const token = { ...(await as('viewer')), host: 'vedette.monitoring.svc:8514' }
    assert.equal((await app.inject({ url: '/metrics', headers: token })).statusCode, 200)
    const page = { ...token, origin: 'http://vedette.monitoring.svc:8514' }
    assert.equal((await app.inject({ url: '/metrics', headers: page })).statusCode, 421)
    const { cookie = '' } = await signIn('viewer')
    const rebound = { cookie, host: 'evil.example:8514' }
    assert.equal((await app.inject({ url: '/api/me', headers: rebound })).statusCode, 421)
    const probe = await app.inject({ url: '/health', headers: { host: 'pod-7' } })
    assert.equal(probe.statusCode, 200)
  })
})
