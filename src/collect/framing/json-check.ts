import { parseJson } from '#base/json.ts'

/** Undefined when the bytes are one JSON value; otherwise the reason: `json.invalid`, `json.too-deep`, `json.too-long`. */
export function jsonFault(bytes: Uint8Array): string | undefined {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString()
  const parsed = parseJson(text)
  return parsed.ok ? undefined : parsed.code
}
