/** Most records that one request may hold: an array of tiny ones would need far more memory than the request itself. */
export const MAX_RECORDS = 500_000

const SLICE_BYTES = 64 * 1024

/** Everything a splitter gives for these bytes; undefined when that is more than MAX_RECORDS. */
export function cutAll<Piece>(
  splitter: { push(chunk: Uint8Array): Piece[]; finish(): Piece[] },
  bytes: Uint8Array,
): Piece[] | undefined {
  const all: Piece[] = []
  for (let at = 0; at < bytes.length; at += SLICE_BYTES) {
    for (const piece of splitter.push(bytes.subarray(at, at + SLICE_BYTES))) all.push(piece)
    if (all.length > MAX_RECORDS) return undefined
  }
  all.push(...splitter.finish())
  return all
}
