/** UTF-16 forms of the encoding modifiers. `utf16` is little endian with a byte order mark. */
export const UTF16_FORMS = ['utf16', 'utf16be', 'utf16le', 'wide'] as const

/** One of the UTF-16 forms. */
export type Utf16Form = (typeof UTF16_FORMS)[number]

/** The UTF-8 bytes of a text. */
export function utf8Bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}

/** The UTF-16 bytes of a text. */
export function utf16Bytes(text: string, form: Utf16Form): Uint8Array {
  const bytes: number[] = form === 'utf16' ? [0xff, 0xfe] : []
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at)
    if (form === 'utf16be') bytes.push(unit >> 8, unit & 0xff)
    else bytes.push(unit & 0xff, unit >> 8)
  }
  return Uint8Array.from(bytes)
}

/** Base64 with padding. Source: RFC 4648 section 4. */
export function base64(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))
}

/**
 * What the bytes look like inside a longer base64 text, for each of the three alignments; characters that also
 * carry bits of the neighbours are cut off.
 */
export function base64Offsets(bytes: Uint8Array): string[] {
  return [0, 1, 2].map((shift) => {
    const padded = new Uint8Array(bytes.length + shift)
    padded.set(bytes, shift)
    const first = [0, 2, 3][shift] ?? 0
    const wholeChars = Math.floor((padded.length * 8) / 6)
    return base64(padded).slice(first, wholeChars)
  })
}
