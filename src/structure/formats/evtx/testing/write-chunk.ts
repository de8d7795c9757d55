/*
 * A small writer of EVTX chunks for tests: templates, values of every type, nested BinXML. It writes names and
 * templates in line at their first use and by reference afterwards, as Windows does.
 */
import { crc32 } from '../crc32.ts'

/** A piece of a template. */
export type Xml =
  | {
      readonly tag: string
      readonly attrs?: Readonly<Record<string, Xml[]>>
      readonly body?: Xml[]
    }
  | { readonly text: string }
  | { readonly slot: number; readonly type: number; readonly optional?: boolean }
  | { readonly raw: number[] }

/** A value of a record: its type byte and what writes its bytes. */
export interface Value {
  readonly type: number
  readonly write: (writer: ChunkWriter) => void
}

/** One record: a template and its values. */
export interface RecordPlan {
  readonly template: Xml[]
  readonly values: readonly Value[]
}

const FILETIME_EPOCH = 116_444_736_000_000_000n

/** Writes into one chunk of 64 KiB. */
class ChunkWriter {
  readonly bytes = new Uint8Array(65_536)
  readonly view = new DataView(this.bytes.buffer)
  pos = 512
  /** Place of the last record, and how many there are. */
  last = 0
  count = 0
  readonly names = new Map<string, number>()
  readonly templates = new Map<Xml[], number>()

  u8(value: number): void {
    this.view.setUint8(this.pos, value)
    this.pos += 1
  }

  u16(value: number): void {
    this.view.setUint16(this.pos, value, true)
    this.pos += 2
  }

  u32(value: number): void {
    this.view.setUint32(this.pos, value, true)
    this.pos += 4
  }

  u64(value: bigint): void {
    this.view.setBigUint64(this.pos, BigInt.asUintN(64, value), true)
    this.pos += 8
  }

  utf16(text: string): void {
    for (let at = 0; at < text.length; at += 1) this.u16(text.charCodeAt(at))
  }

  name(name: string): void {
    const known = this.names.get(name)
    if (known !== undefined) {
      this.u32(known)
      return
    }
    const place = this.pos + 4
    this.names.set(name, place)
    this.u32(place)
    this.u32(0)
    this.u16(0)
    this.u16(name.length)
    this.utf16(name)
    this.u16(0)
  }

  /** Writes with a length in front that is filled in afterwards. */
  sized(body: () => void): void {
    const place = this.pos
    this.u32(0)
    const start = this.pos
    body()
    this.view.setUint32(place, this.pos - start, true)
  }

  xml(nodes: readonly Xml[]): void {
    for (const node of nodes) this.node(node)
  }

  private node(node: Xml): void {
    if ('tag' in node) this.element(node)
    else if ('text' in node) this.text(node.text)
    else if ('raw' in node) for (const byte of node.raw) this.u8(byte)
    else {
      this.u8(node.optional === true ? 0x0e : 0x0d)
      this.u16(node.slot)
      this.u8(node.type)
    }
  }

  private text(text: string): void {
    this.u8(0x05)
    this.u8(0x01)
    this.u16(text.length)
    this.utf16(text)
  }

  private element(node: Extract<Xml, { tag: string }>): void {
    const attrs = Object.entries(node.attrs ?? {})
    this.u8(attrs.length > 0 ? 0x41 : 0x01)
    this.u16(0xffff)
    this.sized(() => {
      this.name(node.tag)
      if (attrs.length > 0) {
        this.sized(() => {
          for (const [name, body] of attrs) {
            this.u8(0x06)
            this.name(name)
            this.xml(body)
          }
        })
      }
      if (node.body === undefined) return this.u8(0x03)
      this.u8(0x02)
      this.xml(node.body)
      this.u8(0x04)
    })
  }

  /** A fragment that uses a template; the definition is written at its first use. */
  instance(plan: RecordPlan): void {
    for (const byte of [0x0f, 1, 1, 0, 0x0c, 1]) this.u8(byte)
    this.u32(7)
    const known = this.templates.get(plan.template)
    this.u32(known ?? this.pos + 4)
    if (known === undefined) this.definition(plan.template)
    this.u32(plan.values.length)
    const table = this.pos
    this.pos += plan.values.length * 4
    plan.values.forEach((value, index) => {
      const start = this.pos
      value.write(this)
      this.view.setUint16(table + index * 4, this.pos - start, true)
      this.view.setUint8(table + index * 4 + 2, value.type)
    })
    this.u8(0)
  }

  private definition(template: Xml[]): void {
    this.templates.set(template, this.pos)
    this.u32(0)
    this.pos += 16
    this.sized(() => {
      for (const byte of [0x0f, 1, 1, 0]) this.u8(byte)
      this.xml(template)
      this.u8(0)
    })
  }

  record(plan: RecordPlan, recordId: number): void {
    const start = this.pos
    this.last = start
    this.count = recordId
    this.u32(0x2a2a)
    this.u32(0)
    this.u64(BigInt(recordId))
    this.u64(FILETIME_EPOCH + 17_000_000_000_000_000n)
    this.instance(plan)
    while ((this.pos + 4 - start) % 8 !== 0) this.u8(0)
    this.u32(this.pos + 4 - start)
    this.view.setUint32(start + 4, this.pos - start, true)
  }

  /** The chunk with its header filled in. */
  finish(): Uint8Array {
    'ElfChnk'.split('').forEach((letter, at) => {
      this.bytes[at] = letter.charCodeAt(0)
    })
    for (const [at, id] of [1, this.count, 1, this.count].entries())
      this.view.setUint32(8 + at * 8, id, true)
    this.view.setUint32(40, 128, true)
    this.view.setUint32(44, this.last, true)
    this.view.setUint32(48, this.pos, true)
    this.view.setUint32(52, crc32(this.bytes, 512, this.pos), true)
    const header = new Uint8Array(504)
    header.set(this.bytes.subarray(0, 120))
    header.set(this.bytes.subarray(128, 512), 120)
    this.view.setUint32(124, crc32(header, 0, 504), true)
    return this.bytes
  }
}

/** A chunk with these records, numbered from 1. */
export function writeChunk(plans: readonly RecordPlan[]): Uint8Array {
  const writer = new ChunkWriter()
  plans.forEach((plan, index) => {
    writer.record(plan, index + 1)
  })
  return writer.finish()
}

/** A file with one chunk, its header complete enough for other readers. */
export function writeFile(chunk: Uint8Array): Uint8Array {
  const file = new Uint8Array(4096 + chunk.length)
  const view = new DataView(file.buffer)
  file.set(new TextEncoder().encode('ElfFile\0'))
  view.setUint32(24, 1000, true)
  view.setUint32(32, 128, true)
  view.setUint16(36, 1, true)
  view.setUint16(38, 3, true)
  view.setUint16(40, 4096, true)
  view.setUint16(42, 1, true)
  view.setUint32(124, crc32(file, 0, 120), true)
  file.set(chunk, 4096)
  return file
}

/** A value of the given bytes. */
export function bytesValue(type: number, bytes: readonly number[]): Value {
  return {
    type,
    write(writer) {
      for (const byte of bytes) writer.u8(byte)
    },
  }
}

/** Values by type, named as in MS-EVEN6. */
export const value = {
  none: (): Value => ({ type: 0x00, write: () => undefined }),
  text: (text: string): Value => ({ type: 0x01, write: (w) => w.utf16(text) }),
  texts: (list: readonly string[]): Value => ({
    type: 0x81,
    write: (w) => w.utf16(list.map((text) => `${text}\0`).join('')),
  }),
  u8: (number: number): Value => ({ type: 0x04, write: (w) => w.u8(number) }),
  u16: (number: number): Value => ({ type: 0x06, write: (w) => w.u16(number) }),
  u32: (number: number): Value => ({ type: 0x08, write: (w) => w.u32(number) }),
  i64: (number: bigint): Value => ({ type: 0x09, write: (w) => w.u64(number) }),
  u64: (number: bigint): Value => ({ type: 0x0a, write: (w) => w.u64(number) }),
  bool: (flag: boolean): Value => ({ type: 0x0d, write: (w) => w.u32(flag ? 1 : 0) }),
  time: (micros: bigint): Value => ({
    type: 0x11,
    write: (w) => w.u64(FILETIME_EPOCH + micros * 10n),
  }),
  hex32: (number: number): Value => ({ type: 0x14, write: (w) => w.u32(number) }),
  hex64: (number: bigint): Value => ({ type: 0x15, write: (w) => w.u64(number) }),
  nested: (plan: RecordPlan): Value => ({ type: 0x21, write: (w) => w.instance(plan) }),
} as const

/** An element of a template. */
export function tag(name: string, attrs: Readonly<Record<string, Xml[]>>, body?: Xml[]): Xml {
  return body === undefined ? { tag: name, attrs } : { tag: name, attrs, body }
}

/** A slot of a template that may be left out. */
export function slot(index: number, type: number): Xml {
  return { slot: index, type, optional: true }
}
