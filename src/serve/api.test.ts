import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FAILURES } from '#base/failures.ts'
import type { Log } from '#base/log.ts'
import { silentLog } from '#base/log.ts'
import { createFakeClock } from '#base/testing/fake-clock.ts'
import { createServer } from './server.ts'
import { createFakeSystem } from './testing/fake-system.ts'
import { withServer } from './testing/open-server.ts'

const INCIDENT = '/api/incidents/incident-5d1f0a7b3c2e'

test('every list and thing of the contract is answered under its own schema', async () => {
  await withServer({}, async ({ app, as }) => {
    const headers = await as('admin')
    for (const url of [
      '/api/audit',
      '/api/dead-letters',
      '/api/events/7-13',
      '/api/findings?incident=incident-5d1f0a7b3c2e',
      '/api/incidents?status=all',
      INCIDENT,
      '/api/ledger',
      '/api/plan',
      '/api/rules',
      '/api/runs',
      '/api/runs/run-contain-1',
      '/api/search?text=user:mira.castell&from=0&to=9007199254740991&bars=60',
      '/api/sources',
      '/api/status',
      '/api/tokens',
      '/metrics',
    ]) {
      const reply = await app.inject({ url, headers })
      assert.equal(reply.statusCode, 200, `${url} ${reply.body.slice(0, 200)}`)
    }
  })
})

test('bad input is refused with a problem that names the field, and never is a server error', async () => {
  const cases = [
    { url: '/api/search' },
    { url: '/api/search?from=x&to=1' },
    { url: '/api/search?from=2&to=1' },
    { url: '/api/search?from=0&to=1&limit=1001' },
    { url: '/api/search?from=0&to=1&limit=1&bars=1e9' },
    { url: '/api/search?from=-1&to=1e300' },
    { url: `/api/search?from=0&to=1&text=${'x'.repeat(4001)}` },
    { url: '/api/incidents?status=wrong' },
    { url: '/api/incidents?limit=0' },
    { url: '/api/incidents?limit=NaN' },
    { url: '/api/incidents?typo=1' },
    { url: '/api/incidents?status=open&status=closed' },
    { url: '/api/%zz' },
    { method: 'POST', url: `${INCIDENT}/close`, payload: {} },
    { method: 'POST', url: `${INCIDENT}/close`, payload: { reason: 'because' } },
    { method: 'POST', url: `${INCIDENT}/close`, payload: { reason: 'true', more: 1 } },
    { method: 'POST', url: `${INCIDENT}/close`, payload: '[[[', type: 'application/json' },
    {
      method: 'POST',
      url: `${INCIDENT}/close`,
      payload: '['.repeat(5000),
      type: 'application/json',
    },
    { method: 'POST', url: `${INCIDENT}/close`, payload: 'null', type: 'application/json' },
    { method: 'POST', url: `${INCIDENT}/close`, payload: 'reason=true', type: 'text/plain' },
    { method: 'POST', url: '/api/runs/run-contain-1/reject', payload: { reason: '  ' } },
    { method: 'POST', url: '/api/tokens', payload: { name: '', role: 'root' } },
  ] as const
  await withServer({}, async ({ app, as }) => {
    const headers = await as('admin')
    for (const one of cases) {
      const type = 'type' in one ? { 'content-type': one.type } : {}
      const reply = await app.inject({
        method: 'method' in one ? one.method : 'GET',
        url: one.url,
        headers: { ...headers, ...type },
        ...('payload' in one && { payload: one.payload }),
      })
      const name = `${one.url.slice(0, 60)} ${reply.body.slice(0, 200)}`
      assert.ok(reply.statusCode >= 400 && reply.statusCode < 500, name)
      assert.match(String(reply.headers['content-type']), /problem\+json/, name)
      const problem = reply.json()
      assert.equal(problem.status, reply.statusCode, name)
      assert.ok(Object.hasOwn(FAILURES, problem.code), name)
    }
  })
})

test('a problem says which field is wrong and what to do', async () => {
  await withServer({}, async ({ app, as }) => {
    const reply = await app.inject({
      method: 'POST',
      url: `${INCIDENT}/close`,
      headers: await as('analyst'),
      payload: { reason: 'because' },
    })
    const problem = reply.json()
    assert.equal(problem.code, 'api.bad-request')
    assert.match(problem.details[0], /body\.reason/)
    assert.ok(problem.hint.length > 0)
  })
})

test('what is too large or of a wrong kind is refused before it is read', async () => {
  await withServer({}, async ({ app, as }) => {
    const headers = await as('admin')
    const large = await app.inject({
      method: 'POST',
      url: '/api/tokens',
      headers,
      payload: { name: 'x'.repeat(300_000), role: 'viewer' },
    })
    assert.equal(large.statusCode, 413)
    assert.equal(large.json().code, 'api.too-large')
  })
})

test('closing needs a reason, happens once, and is written down', async () => {
  await withServer({}, async ({ app, as, system }) => {
    const headers = await as('analyst')
    const close = () =>
      app.inject({
        method: 'POST',
        url: `${INCIDENT}/close`,
        headers,
        payload: { reason: 'benign', note: 'a drill' },
      })
    const first = await close()
    assert.equal(first.json().closeReason, 'benign')
    const second = await close()
    assert.equal(second.statusCode, 409)
    assert.equal(second.json().code, 'api.conflict')
    const trail = await system.audit.list({ limit: 10 })
    assert.equal(trail.total, 1)
    assert.equal(trail.items[0]?.detail, 'benign: a drill')
    assert.equal(trail.items[0]?.who, 'analyst')
  })
})

test('a run is decided once, by name', async () => {
  await withServer({}, async ({ app, as }) => {
    const headers = await as('analyst')
    const url = '/api/runs/run-contain-1/reject'
    const reply = await app.inject({ method: 'POST', url, headers, payload: { reason: 'not him' } })
    assert.equal(reply.json().decidedBy, 'analyst')
    const again = await app.inject({ method: 'POST', url, headers, payload: { reason: 'not him' } })
    assert.equal(again.statusCode, 409)
  })
})

test('a page has a cursor when there is more, and none at the end', async () => {
  await withServer({}, async ({ app, as }) => {
    const headers = await as('viewer')
    const first = (await app.inject({ url: '/api/findings?limit=3', headers })).json()
    assert.equal(first.items.length, 3)
    assert.equal(first.total, 5)
    const rest = await app.inject({ url: `/api/findings?limit=3&cursor=${first.next}`, headers })
    assert.equal(rest.json().items.length, 2)
    assert.equal(rest.json().next, undefined)
  })
})

test('a defect is logged with its cause, and the caller learns nothing of it', async () => {
  const lines: string[] = []
  const log: Log = {
    ...silentLog,
    error: (message, fields) => lines.push(JSON.stringify({ message, ...fields })),
  }
  const clock = createFakeClock()
  const fake = createFakeSystem({ clock })
  const broken = {
    ...fake,
    plan: () => Promise.reject(new Error('password=hunter2 in /etc/secret')),
  }
  const app = await createServer({
    system: broken,
    consoleFolder: '/no-such-folder',
    log,
    hostnames: [],
    clock,
  })
  const { token } = await fake.access.createToken({ name: 't', role: 'viewer' }, 'test')
  const headers = { authorization: `Bearer ${token}`, host: 'localhost' }
  const reply = await app.inject({ url: '/api/plan?code=secret', headers })
  await app.close()
  assert.equal(reply.statusCode, 500)
  assert.ok(!reply.body.includes('hunter2'))
  assert.equal(lines.length, 1)
  assert.match(lines[0] ?? '', /hunter2/)
  assert.ok(!lines[0]?.includes(token))
  assert.ok(!lines[0]?.includes('code=secret'))
})

test('the description covers every route with a summary, a tag and its answers', async () => {
  await withServer({ version: '1.2.3' }, async ({ app, as }) => {
    const reply = await app.inject({ url: '/api/openapi.json', headers: await as('viewer') })
    const description = reply.json()
    assert.equal(description.openapi, '3.1.0')
    assert.equal(description.info.version, '1.2.3')
    for (const [path, methods] of Object.entries<Record<string, Record<string, unknown>>>(
      description.paths,
    ))
      for (const [method, operation] of Object.entries(methods)) {
        assert.ok(operation['summary'], `${method} ${path} has no summary`)
        assert.ok(operation['tags'], `${method} ${path} has no tag`)
        assert.ok(operation['responses'], `${method} ${path} has no answers`)
      }
  })
})

test('one huge record does not make a search huge; the event itself is whole', async () => {
  const clock = createFakeClock()
  const fake = createFakeSystem({ clock })
  const huge = 'x'.repeat(5_000_000)
  const event = async (id: string) => {
    const row = await fake.event(id)
    return row && { ...row, raw: huge, fields: { long: huge } }
  }
  const search: typeof fake.search = async (query, signal) => {
    const result = await fake.search(query, signal)
    const row = await event('7-13')
    return { ...result, rows: row ? [row] : [] }
  }
  const app = await createServer({
    system: { ...fake, event, search },
    consoleFolder: '/no-such-folder',
    log: silentLog,
    hostnames: [],
    clock,
  })
  const { token } = await fake.access.createToken({ name: 't', role: 'viewer' }, 'test')
  const headers = { authorization: `Bearer ${token}` }
  const found = await app.inject({ url: '/api/search?from=0&to=9&limit=1', headers })
  const whole = await app.inject({ url: '/api/events/7-13', headers })
  await app.close()
  assert.equal(found.statusCode, 200)
  assert.ok(found.body.length < 40_000)
  assert.equal(whole.json().raw.length, huge.length)
})
