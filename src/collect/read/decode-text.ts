import { TextDecoder } from 'node:util'

/** Gives UTF-16 text (told by its byte order mark) as UTF-8 and all else as it is. */
export async function* decodeText(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let decoder: TextDecoder | undefined
  let isDecided = false
  for await (const chunk of chunks) {
    if (!isDecided) decoder = decoderFor(chunk)
    isDecided = true
    yield decoder ? Buffer.from(decoder.decode(chunk, { stream: true })) : chunk
  }
  if (decoder) yield Buffer.from(decoder.decode())
}

function decoderFor(start: Uint8Array): TextDecoder | undefined {
  if (start[0] === 0xff && start[1] === 0xfe) return new TextDecoder('utf-16le')
  if (start[0] === 0xfe && start[1] === 0xff) return new TextDecoder('utf-16be')
  return undefined
}
