import type { ChunkReader } from './reader.ts'
import { NULL_TYPE, STRING_TYPE, type ValuePlace } from './values.ts'

/** A piece of content: fixed text, or the place of a value of the record. */
export type Part =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'slot'; readonly slot: number; readonly optional: boolean }

export interface ElementNode {
  readonly kind: 'element'
  readonly name: string
  readonly attributes: { readonly name: string; readonly parts: Part[] }[]
  readonly children: BinNode[]
}

/** A template and the values to put into it. */
export interface Instance {
  readonly template: number
  readonly values: readonly ValuePlace[]
}

export type BinNode =
  | Part
  | ElementNode
  | { readonly kind: 'instance'; readonly instance: Instance }

/** What a parse shares over a whole chunk: names by place, and the work that is left. */
export interface ChunkScope {
  readonly reader: ChunkReader
  readonly names: Map<number, string>
  /** Steps that may still be taken for this chunk: what a hostile chunk can cost. */
  steps: number
}

const MORE_FLAG = 0x40
const MAX_DEPTH = 64
const MAX_VALUES = 4096

const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  apos: "'",
  gt: '>',
  lt: '<',
  quot: '"',
}

/** Counts one step of work and says whether there is budget left. */
export function spend(scope: ChunkScope, steps = 1): boolean {
  scope.steps -= steps
  if (scope.steps < 0) scope.reader.fail('evtx.too-much-work')
  return scope.reader.fault === ''
}

interface OpenElement {
  readonly node: ElementNode
  /** Where content goes just now: the attribute being read, or the children. */
  target: Part[] | BinNode[]
}

interface Parse {
  readonly scope: ChunkScope
  readonly roots: BinNode[]
  readonly stack: OpenElement[]
  /** Open-element tokens carry a dependency id: always in templates, not in bare fragments inside a value. */
  readonly dependencyIds: boolean
  done: boolean
}

/**
 * Reads BinXML from the reader's place to its end-of-fragment token or the reader's end.
 * On damage the reader's fault is set and what was read so far is given. Source: MS-EVEN6 §2.2.12.
 */
export function parseBinXml(scope: ChunkScope, dependencyIds: boolean): BinNode[] {
  const parse: Parse = { scope, roots: [], stack: [], dependencyIds, done: false }
  const { reader } = scope
  while (!parse.done && reader.pos < reader.end && spend(scope)) readToken(parse)
  if (parse.stack.length > 0) reader.fail('evtx.bad-token')
  return parse.roots
}

function readToken(parse: Parse): void {
  const { reader } = parse.scope
  const token = reader.u8()
  switch (token & ~MORE_FLAG) {
    case 0x00:
      parse.done = true
      return
    case 0x01:
      openElement(parse, (token & MORE_FLAG) !== 0)
      return
    case 0x02:
      closeStart(parse)
      return
    case 0x03:
    case 0x04:
      if (!parse.stack.pop()) reader.fail('evtx.bad-token')
      return
    case 0x06:
      openAttribute(parse)
      return
    case 0x0c:
      addInstance(parse)
      return
    case 0x0f:
      reader.take(3)
      return
    default:
      readContent(parse, token & ~MORE_FLAG)
      return
  }
}

function readContent(parse: Parse, token: number): void {
  const { reader } = parse.scope
  switch (token) {
    case 0x05:
      if (reader.u8() !== STRING_TYPE) reader.fail('evtx.bad-token')
      addPart(parse, { kind: 'text', text: reader.text(reader.u16()) })
      return
    case 0x07:
      addPart(parse, { kind: 'text', text: reader.text(reader.u16()) })
      return
    case 0x08:
      addPart(parse, { kind: 'text', text: String.fromCharCode(reader.u16()) })
      return
    case 0x09: {
      const name = readName(parse.scope)
      addPart(parse, { kind: 'text', text: ENTITIES[name] ?? `&${name};` })
      return
    }
    case 0x0a:
      readName(parse.scope)
      return
    case 0x0b:
      reader.text(reader.u16())
      return
    case 0x0d:
    case 0x0e: {
      const slot = reader.u16()
      reader.u8()
      addPart(parse, { kind: 'slot', slot, optional: token === 0x0e })
      return
    }
    default:
      reader.fail('evtx.bad-token')
  }
}

function addPart(parse: Parse, part: Part): void {
  const top = parse.stack.at(-1)
  const target: (Part | BinNode)[] = top ? top.target : parse.roots
  target.push(part)
}

function openElement(parse: Parse, hasAttributes: boolean): void {
  const { reader } = parse.scope
  const start = reader.pos
  let name = readElementHead(parse.scope, parse.dependencyIds, hasAttributes)
  if (reader.fault !== '' && reader.fault !== 'evtx.too-much-work') {
    // Some writers leave the dependency id out, or put it in, against the rule: try the other form once.
    reader.open(start, reader.end)
    name = readElementHead(parse.scope, !parse.dependencyIds, hasAttributes)
  }
  const node: ElementNode = { kind: 'element', name, attributes: [], children: [] }
  const top = parse.stack.at(-1)
  if (top) top.node.children.push(node)
  else parse.roots.push(node)
  parse.stack.push({ node, target: node.children })
  if (parse.stack.length > MAX_DEPTH) reader.fail('evtx.too-deep')
}

function readElementHead(scope: ChunkScope, dependencyId: boolean, hasAttributes: boolean): string {
  const { reader } = scope
  if (dependencyId) reader.u16()
  const size = reader.u32()
  if (size > reader.end - reader.pos) reader.fail('evtx.bad-element')
  const name = readName(scope)
  if (hasAttributes && reader.u32() > reader.end - reader.pos) reader.fail('evtx.bad-element')
  return name
}

function openAttribute(parse: Parse): void {
  const top = parse.stack.at(-1)
  if (!top) {
    parse.scope.reader.fail('evtx.bad-token')
    return
  }
  const attribute: { name: string; parts: Part[] } = { name: readName(parse.scope), parts: [] }
  top.node.attributes.push(attribute)
  top.target = attribute.parts
}

function closeStart(parse: Parse): void {
  const top = parse.stack.at(-1)
  if (top) top.target = top.node.children
  else parse.scope.reader.fail('evtx.bad-token')
}

function addInstance(parse: Parse): void {
  const instance = readInstance(parse.scope)
  const node: BinNode = { kind: 'instance', instance }
  const top = parse.stack.at(-1)
  if (top) top.node.children.push(node)
  else parse.roots.push(node)
}

/** Reads a name by its place in the chunk; a name written in line is stepped over. */
function readName(scope: ChunkScope): string {
  const { reader, names } = scope
  const place = reader.u32()
  const isInline = place === reader.pos
  const known = names.get(place)
  if (known !== undefined) {
    if (isInline) reader.take(10 + known.length * 2)
    return known
  }
  const { view } = reader
  if (place < 128 || place + 8 > view.byteLength) return failName(reader)
  const units = view.getUint16(place + 6, true)
  const end = place + 8 + units * 2
  if (end > view.byteLength || units === 0 || units > 1024) return failName(reader)
  const name = reader.bytes.toString('utf16le', place + 8, end)
  if (!isName(name)) return failName(reader)
  names.set(place, name)
  if (isInline) reader.take(10 + units * 2)
  return name
}

/** XML name without the rarer letters checked: no white space, markup or control characters. */
function isName(text: string): boolean {
  for (let at = 0; at < text.length; at += 1) {
    if (text.charCodeAt(at) <= 32) return false
  }
  return !/[\s<>&"'=/]/.test(text)
}

function failName(reader: ChunkReader): string {
  reader.fail('evtx.bad-name')
  return ''
}

/** Reads a template instance after its token: which template, and where the values lie. */
function readInstance(scope: ChunkScope): Instance {
  const { reader } = scope
  reader.u8()
  reader.u32()
  const template = reader.u32()
  if (template === reader.pos) {
    reader.take(20)
    reader.take(reader.u32())
  }
  return { template, values: readValuePlaces(scope) }
}

function readValuePlaces(scope: ChunkScope): ValuePlace[] {
  const { reader } = scope
  const count = reader.u32()
  if (count > MAX_VALUES || count * 4 > reader.end - reader.pos) {
    reader.fail('evtx.bad-values')
    return []
  }
  if (!spend(scope, count)) return []
  const { view } = reader
  const table = reader.take(count * 4)
  const places: ValuePlace[] = []
  for (let index = 0; index < count; index += 1) {
    const size = view.getUint16(table + index * 4, true)
    const start = reader.take(size)
    if (start < 0) return []
    places.push({ start, size, type: view.getUint8(table + index * 4 + 2) })
  }
  return places
}

/** The place to use for a slot that the record has no value for. */
export const NO_VALUE: ValuePlace = { start: 0, size: 0, type: NULL_TYPE }
