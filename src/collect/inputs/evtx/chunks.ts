import { type FileHandle, open } from 'node:fs/promises'

/** Size of a chunk of an EVTX file. */
const CHUNK_BYTES = 64 * 1024
const FILE_HEADER_BYTES = 4096

/** One chunk: up to 64 KiB that can be read on their own. */
export interface EvtxChunk {
  /** Position in the file, from 0. */
  readonly number: number
  readonly bytes: Uint8Array
}

/** True when a file begins as an EVTX file. */
export function isEvtx(start: Uint8Array): boolean {
  return Buffer.from(start.subarray(0, 8)).toString('latin1') === 'ElfFile\0'
}

/**
 * Chunks from `first` on, in order. Places that hold no chunk (never used or wiped) are left out; a chunk cut by the end of the
 * file is given as it is. Source: [MS-EVEN6] section 2.2.17, libevtx format description.
 */
export async function* readChunks(path: string, first = 0): AsyncGenerator<EvtxChunk> {
  const file = await open(path, 'r')
  try {
    for (let number = first; ; number += 1) {
      const bytes = await readChunk(file, number)
      if (bytes.length === 0) return
      if (bytes.toString('latin1', 0, 8) === 'ElfChnk\0') yield { number, bytes }
    }
  } finally {
    await file.close()
  }
}

async function readChunk(file: FileHandle, number: number): Promise<Buffer> {
  const buffer = Buffer.alloc(CHUNK_BYTES)
  const position = FILE_HEADER_BYTES + number * CHUNK_BYTES
  const { bytesRead } = await file.read(buffer, 0, CHUNK_BYTES, position)
  return buffer.subarray(0, bytesRead)
}
