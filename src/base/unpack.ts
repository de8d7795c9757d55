import type { Readable } from 'node:stream'
import { createGunzip, gunzipSync, inflateSync, zstdDecompressSync } from 'node:zlib'
import { bad, good, type Outcome } from './outcome.ts'

/**
 * Unpacks a body of at most `maxBytes` result. Answers `unpack.too-large` for a bomb, `unpack.damaged`
 * for bytes that are not what they claim to be, `unpack.unknown` for another encoding. The one door to inflate.
 */
export function unpack(bytes: Uint8Array, encoding: string, maxBytes: number): Outcome<Uint8Array> {
  const options = { maxOutputLength: maxBytes }
  try {
    if (encoding === 'identity' || encoding === '') return good(bytes)
    if (encoding === 'gzip' || encoding === 'x-gzip') return good(gunzipSync(bytes, options))
    if (encoding === 'deflate') return good(inflateSync(bytes, options))
    if (encoding === 'zstd') return good(zstdDecompressSync(bytes, options))
    return bad('unpack.unknown', { detail: encoding })
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : ''
    return code === 'ERR_BUFFER_TOO_LARGE' ? bad('unpack.too-large') : bad('unpack.damaged')
  }
}

/**
 * Unpacks a gzip file piece by piece, in bounded memory whatever its size; several members one behind the other are one
 * text. Throws what zlib says of damaged bytes after the good pieces were given.
 */
export async function* unpackStream(source: Readable): AsyncGenerator<Uint8Array> {
  const gunzip = createGunzip()
  source.once('error', (error) => gunzip.destroy(error))
  try {
    for await (const chunk of source.pipe(gunzip)) yield chunk
  } finally {
    source.destroy()
    gunzip.destroy()
  }
}
