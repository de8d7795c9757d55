import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inspect } from 'node:util'
import { systemClock } from './clock.ts'
import { Failure, systemCodeOf } from './failure.ts'
import { FAILURES } from './failures.ts'
import { fileFailure } from './files.ts'
import { derivedId, sameSecret } from './hash.ts'
import { compilePattern } from './pattern.ts'
import { runCommand } from './process.ts'
import { createQueue } from './queue.ts'
import { Secret } from './secret.ts'
import { createFakeClock } from './testing/fake-clock.ts'

test('failure codes are listed in the order of the alphabet and each has a way out', () => {
  const codes = Object.keys(FAILURES)
  assert.deepEqual(codes, [...codes].sort())
  for (const kind of Object.values(FAILURES)) assert.ok(kind.hint.length > 10)
})

test('a full disk has a code of its own', () => {
  const failure = fileFailure(Object.assign(new Error('no space'), { code: 'ENOSPC' }), '/data/x')
  assert.equal(failure.code, 'files.full')
  assert.equal(systemCodeOf(failure.cause), 'ENOSPC')
  assert.ok(failure instanceof Failure)
})

test('a secret shows itself nowhere but in reveal', () => {
  const secret = new Secret('hunter2')
  for (const text of [String(secret), JSON.stringify({ secret }), inspect(secret), `${secret}`])
    assert.ok(!text.includes('hunter2'))
  assert.equal(secret.reveal(), 'hunter2')
})

test('derived ids depend on every part and on nothing else', () => {
  assert.equal(derivedId('finding', ['a', 1]), derivedId('finding', ['a', 1]))
  assert.notEqual(derivedId('finding', ['a', 'b1']), derivedId('finding', ['ab', '1']))
  assert.ok(sameSecret('x', 'x') && !sameSecret('x', 'xy'))
})

test('foreign patterns are searches in linear time, and look-around is refused', () => {
  const pattern = compilePattern('(a+)+$', { i: true })
  assert.ok(pattern.ok)
  assert.equal(pattern.value.test('xA'), true)
  assert.equal(pattern.value.test(`${'a'.repeat(5_000)}b`), false)
  assert.equal(compilePattern('(?=x)').ok, false)
  assert.equal(compilePattern('x'.repeat(5_000)).ok, false)
})

test('a full queue makes the sender wait and a closed one says so', async () => {
  const queue = createQueue<number>(2)
  assert.ok(queue.offer(1) && queue.offer(2))
  assert.equal(queue.offer(3), false)
  const waiting = queue.put(3)
  assert.deepEqual(await queue.take(1), [1])
  assert.equal(await waiting, true)
  queue.close()
  assert.deepEqual(await queue.take(5), [2, 3])
  assert.deepEqual(await queue.take(5), [])
  assert.equal(await queue.put(4), false)
})

test('the fake clock runs what falls due in order', async () => {
  const clock = createFakeClock(0)
  const seen: string[] = []
  const stop = clock.every(10, () => seen.push(`tick ${clock.now()}`))
  void clock.sleep(15).then(() => seen.push(`slept ${clock.now()}`))
  await clock.advance(25)
  stop()
  await clock.advance(50)
  assert.deepEqual(seen, ['tick 10', 'slept 15', 'tick 20'])
})

test('the system clock agrees with itself and sleeps until it is called', async () => {
  assert.ok(Math.abs(systemClock.micros() / 1000 - systemClock.now()) < 100)
  const controller = new AbortController()
  const slept = systemClock.sleep(60_000, controller.signal)
  controller.abort()
  await slept
})

test('a command gets its arguments as they are, and one that is missing is a status', async () => {
  const shown = await runCommand(
    process.execPath,
    ['-e', 'console.log(process.argv[1])', '$(id); a"b'],
    { timeoutMs: 10_000 },
  )
  assert.equal(shown.stdout.trim(), '$(id); a"b')
  const missing = await runCommand('/nonexistent/program', [], { timeoutMs: 1_000 })
  assert.equal(missing.status, -1)
})
