/** Bytes that came and were not used yet. Appending and consuming cost time only for the bytes that move. */
export interface ByteBuffer {
  readonly length: number
  append(chunk: Uint8Array): void
  /** What is inside; valid until the next append. */
  view(): Buffer
  /** Drops this many bytes from the front. */
  consume(count: number): void
}

/** Makes an empty one. It grows by doubling and gives memory back when it is emptied. */
export function createByteBuffer(): ByteBuffer {
  let store = Buffer.alloc(0)
  let start = 0
  let end = 0
  const grow = (needed: number) => {
    const held = end - start
    const room =
      store.length >= needed ? store : Buffer.allocUnsafe(Math.max(needed, held * 2, 4096))
    store.copy(room, 0, start, end)
    store = room
    start = 0
    end = held
  }
  return {
    get length() {
      return end - start
    },
    append(chunk) {
      if (end + chunk.length > store.length) grow(end - start + chunk.length)
      store.set(chunk, end)
      end += chunk.length
    },
    view: () => store.subarray(start, end),
    consume(count) {
      start += count
      if (start < end) return
      start = 0
      end = 0
      if (store.length > 65_536) store = Buffer.alloc(0)
    },
  }
}
