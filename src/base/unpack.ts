import { gunzipSync, inflateSync, zstdDecompressSync } from 'node:zlib'
import { bad, good, type Outcome } from './outcome.ts'

/** Compressions that senders use. */
export type Encoding = 'gzip' | 'deflate' | 'zstd' | 'identity'

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
