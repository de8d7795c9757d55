import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { unpack } from './unpack.ts'

const text = Buffer.from('a line of a log\n')

test('unpacks gzip and zstd and leaves plain bytes alone', () => {
  for (const [bytes, encoding] of [
    [gzipSync(text), 'gzip'],
    [zstdCompressSync(text), 'zstd'],
    [text, 'identity'],
  ] as const) {
    const result = unpack(bytes, encoding, 1_000)
    assert.ok(result.ok)
    assert.equal(Buffer.from(result.value).toString(), text.toString())
  }
})

test('stops at the limit, so a bomb costs no more than the limit', () => {
  const bomb = gzipSync(Buffer.alloc(50 * 1024 * 1024))
  const result = unpack(bomb, 'gzip', 1024 * 1024)
  assert.equal(result.ok === false && result.code, 'unpack.too-large')
})

test('names damage and unknown encodings', () => {
  const damaged = unpack(Buffer.from('not gzip'), 'gzip', 1_000)
  assert.equal(damaged.ok === false && damaged.code, 'unpack.damaged')
  const unknown = unpack(text, 'br2', 1_000)
  assert.equal(unknown.ok === false && unknown.code, 'unpack.unknown')
})
