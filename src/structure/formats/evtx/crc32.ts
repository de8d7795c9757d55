/** Tables for four bytes at a time: entry `[k * 256 + byte]` is the byte's share when k bytes follow. */
const TABLES = buildTables()

function buildTables(): Uint32Array {
  const tables = new Uint32Array(1024)
  for (let byte = 0; byte < 256; byte += 1) {
    let value = byte
    for (let bit = 0; bit < 8; bit += 1) value = (value >>> 1) ^ ((value & 1) * 0xedb8_8320)
    tables[byte] = value
  }
  for (let at = 256; at < 1024; at += 1) {
    const before = tables[at - 256] ?? 0
    tables[at] = (before >>> 8) ^ (tables[before & 255] ?? 0)
  }
  return tables
}

/** CRC-32 (IEEE 802.3) of `bytes[start..end)` as an unsigned number. */
export function crc32(bytes: Uint8Array, start: number, end: number): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let crc = 0xffff_ffff
  let at = start
  for (; at + 4 <= end; at += 4) {
    const word = crc ^ view.getUint32(at, true)
    const low = entry(768 + (word & 255)) ^ entry(512 + ((word >>> 8) & 255))
    crc = low ^ entry(256 + ((word >>> 16) & 255)) ^ entry(word >>> 24)
  }
  for (; at < end; at += 1) crc = (crc >>> 8) ^ entry((crc ^ view.getUint8(at)) & 255)
  return (crc ^ 0xffff_ffff) >>> 0
}

function entry(at: number): number {
  return TABLES[at] ?? 0
}
