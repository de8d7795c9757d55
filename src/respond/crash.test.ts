import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createResponder } from './index.ts'
import { exampleParts, withServer } from './testing/fakes.ts'
import { BLOCK, hook, planned } from './testing/playbooks.ts'

test('a crash after the effect and before its record: the probe finds it and it happens once', async () => {
  const { parts, store, nft } = exampleParts({ playbooks: [BLOCK] })
  const run = await planned(parts)
  store.dieWhen = (written) => written.steps[0]?.status === 'done'
  await assert.rejects(createResponder(parts).approve(run.id, 'ann'), /killed/)
  assert.equal(store.runs.get(run.id)?.steps[0]?.status, 'running')
  assert.equal(nft.sets.get('blocked4')?.size, 1)
  store.dieWhen = () => false
  const [resumed] = await createResponder(parts).resume()
  assert.equal(resumed?.status, 'done')
  assert.match(resumed?.steps[0]?.detail ?? '', /in place already/)
  assert.equal(nft.log.filter((line) => line === '-f -').length, 1)
  assert.deepEqual(await createResponder(parts).resume(), [])
})

test('a crash before the effect: the probe finds nothing and it happens once', async () => {
  const { parts, store, nft } = exampleParts({ playbooks: [BLOCK] })
  const run = await planned(parts)
  store.runs.set(run.id, {
    ...run,
    status: 'running',
    steps: run.steps.map((step) => ({ ...step, status: 'running' })),
  })
  const [resumed] = await createResponder(parts).resume()
  assert.equal(resumed?.status, 'done')
  assert.equal(nft.sets.get('blocked4')?.size, 1)
})

test('a crash after the approval was kept: the run is finished', async () => {
  const { parts, store, nft } = exampleParts({ playbooks: [BLOCK] })
  const run = await planned(parts)
  store.dieWhen = (written) => written.status === 'running'
  await assert.rejects(createResponder(parts).approve(run.id, 'ann'), /killed/)
  store.dieWhen = () => false
  assert.equal((await createResponder(parts).resume())[0]?.status, 'done')
  assert.equal(nft.sets.get('blocked4')?.size, 1)
})

test('without a record of the approval nothing happens', async () => {
  const { parts, store, nft } = exampleParts({ playbooks: [BLOCK] })
  const run = await planned(parts)
  store.dieWhen = (written) => written.status === 'approved'
  await assert.rejects(createResponder(parts).approve(run.id, 'ann'), /killed/)
  assert.deepEqual(await createResponder(parts).resume(), [])
  assert.equal(nft.sets.size, 0)
})

test('an interrupted call that nobody can look up is left unknown; one that the receiver deduplicates is repeated with the same key', async () => {
  for (const [more, status, calls] of [
    ['', 'unknown', 1],
    [', receiverDeduplicates: true', 'done', 2],
  ] as const)
    await withServer(
      () => ({ status: 200 }),
      async (url, seen) => {
        const { parts, store } = exampleParts({ playbooks: [hook(url, more)] })
        const run = await planned(parts)
        store.dieWhen = (written) => written.steps[0]?.status === 'done'
        await assert.rejects(createResponder(parts).approve(run.id, 'ann'), /killed/)
        store.dieWhen = () => false
        const [resumed] = await createResponder(parts).resume()
        assert.equal(resumed?.steps[0]?.status, status)
        assert.equal(seen.length, calls)
        assert.equal(new Set(seen.map((one) => one.headers['idempotency-key'])).size, 1)
      },
    )
})
