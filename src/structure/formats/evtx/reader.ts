/**
 * Reads little-endian values from one chunk. A read beyond the end gives 0 and sets `fault`; nothing throws.
 * Whoever loops must look at `fault`.
 */
export class ChunkReader {
  readonly bytes: Buffer
  readonly view: DataView
  pos = 0
  /** First byte that may not be read. */
  end: number
  /** Reason code of the first thing found wrong. */
  fault = ''

  constructor(chunk: Uint8Array) {
    this.bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
    this.view = new DataView(chunk.buffer, chunk.byteOffset, chunk.byteLength)
    this.end = chunk.byteLength
  }

  /** Goes to a window of the chunk and forgets the fault. */
  open(start: number, end: number): void {
    this.pos = start
    this.end = end
    this.fault = end <= this.bytes.length && start <= end ? '' : 'evtx.out-of-bounds'
  }

  /** Notes what is wrong; the first reason stays. */
  fail(code: string): void {
    if (this.fault === '') this.fault = code
  }

  /** Moves over `size` bytes and gives where they start, or -1 when they do not exist. */
  take(size: number): number {
    const start = this.pos
    if (this.fault !== '' || size > this.end - start) {
      this.fail('evtx.out-of-bounds')
      return -1
    }
    this.pos = start + size
    return start
  }

  u8(): number {
    const at = this.take(1)
    return at < 0 ? 0 : this.view.getUint8(at)
  }

  u16(): number {
    const at = this.take(2)
    return at < 0 ? 0 : this.view.getUint16(at, true)
  }

  u32(): number {
    const at = this.take(4)
    return at < 0 ? 0 : this.view.getUint32(at, true)
  }

  /** UTF-16LE text of `units` code units. */
  text(units: number): string {
    const at = this.take(units * 2)
    return at < 0 ? '' : this.bytes.toString('utf16le', at, at + units * 2)
  }
}
