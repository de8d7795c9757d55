import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { createEgress, isPublicAddress } from './egress.ts'
import { Failure } from './failure.ts'

const refused = [
  '127.0.0.1',
  '10.1.2.3',
  '192.168.1.1',
  '169.254.169.254',
  '::1',
  'fe80::1',
  'fc00::1',
  '::ffff:10.0.0.1',
  '0.0.0.0',
  '224.0.0.1',
  'text',
]

test('only addresses of the public internet are public', () => {
  for (const address of refused) assert.equal(isPublicAddress(address), false, address)
  assert.equal(isPublicAddress('93.184.216.34'), true)
  assert.equal(isPublicAddress('2606:2800:220:1::1'), true)
})

test('refuses loopback unless it is allowed, other schemes always', async () => {
  const egress = createEgress({ allow: [] })
  for (const url of ['http://127.0.0.1:1/', 'http://[::1]:1/', 'file:///etc/passwd', 'not a url'])
    await assert.rejects(
      egress.send({ method: 'GET', url }),
      (error) => error instanceof Failure && error.code === 'egress.blocked',
    )
})

test('reaches an allowed address, cuts long answers, follows no redirect', async () => {
  const server = createServer((request, response) => {
    if (request.url === '/moved') response.writeHead(302, { location: '/long' })
    response.end('x'.repeat(10_000))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const egress = createEgress({ allow: [`127.0.0.1:${port}`] })
  const url = `http://127.0.0.1:${port}`
  const long = await egress.send({ method: 'GET', url: `${url}/long`, maxBytes: 100 })
  assert.equal(long.body.length, 100)
  const moved = await egress.send({ method: 'GET', url: `${url}/moved` })
  assert.equal(moved.status, 302)
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
  await assert.rejects(
    egress.send({ method: 'GET', url }),
    (error) => error instanceof Failure && error.code === 'egress.failed',
  )
})
