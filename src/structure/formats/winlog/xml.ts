import type { BinNode, ElementNode, Part } from '../evtx/binxml.ts'
import { buildProgram, DOCUMENT } from '../evtx/program.ts'
import { addField, dataKey, trimValue, type WinEvent } from './keys.ts'

const MAX_CHARS = 2 * 1024 * 1024
const MAX_DEPTH = 32
const MAX_ELEMENTS = 20_000
const MAX_ATTRIBUTES = 64

const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  apos: "'",
  gt: '>',
  lt: '<',
  quot: '"',
}

interface XmlParse {
  readonly text: string
  at: number
  readonly roots: BinNode[]
  readonly stack: ElementNode[]
  elements: number
}

/**
 * The fields of one Windows event written as XML, by the same rules as EVTX. `undefined` for anything else: two
 * events in one text, a document type, unknown entities, markup that does not nest, more than 2 MiB of text,
 * 32 levels or 20,000 elements. Values stay text; an empty `Data` element is an empty text.
 */
export function eventFromXml(text: string): WinEvent | undefined {
  const root = parseXml(text)
  if (root?.name !== 'Event') return undefined
  const event: WinEvent = {}
  for (const op of buildProgram([root], DOCUMENT)) {
    if (op.kind !== 'set' || op.fixed === undefined) continue
    const key = op.keyParts ? dataKey(op.fixed) : op.key
    addField(event, key, trimValue(op.fixed))
  }
  return event
}

/** True for a text that begins as an event in XML, after an XML declaration or not. */
export function looksLikeEventXml(text: string): boolean {
  return /^\s{0,64}(?:<\?xml[^>]{0,200}>\s{0,64})?<(?:\w{1,16}:)?Event[\s>]/.test(text)
}

function parseXml(text: string): ElementNode | undefined {
  if (text.length > MAX_CHARS) return undefined
  const parse: XmlParse = { text, at: 0, roots: [], stack: [], elements: 0 }
  while (parse.at < text.length) {
    if (!readPiece(parse)) return undefined
  }
  if (parse.stack.length > 0) return undefined
  const elements = parse.roots.filter((node) => node.kind === 'element')
  return elements.length === 1 ? elements[0] : undefined
}

function readPiece(parse: XmlParse): boolean {
  const { text, at } = parse
  if (text[at] !== '<') return readText(parse)
  if (text.startsWith('<![CDATA[', at)) return readCdata(parse)
  if (text.startsWith('<!--', at)) return skipPast(parse, '-->')
  if (text.startsWith('<?', at)) return skipPast(parse, '?>')
  if (text.startsWith('<!', at)) return false
  return text[at + 1] === '/' ? readClose(parse) : readOpen(parse)
}

function skipPast(parse: XmlParse, mark: string): boolean {
  const end = parse.text.indexOf(mark, parse.at)
  parse.at = end + mark.length
  return end !== -1
}

function readText(parse: XmlParse): boolean {
  const next = parse.text.indexOf('<', parse.at)
  const end = next === -1 ? parse.text.length : next
  const plain = unescapeXml(parse.text.slice(parse.at, end))
  parse.at = end
  if (plain === undefined) return false
  return addText(parse, plain)
}

function readCdata(parse: XmlParse): boolean {
  const start = parse.at + 9
  const end = parse.text.indexOf(']]>', start)
  if (end === -1) return false
  parse.at = end + 3
  return addText(parse, parse.text.slice(start, end))
}

function addText(parse: XmlParse, text: string): boolean {
  const top = parse.stack.at(-1)
  if (!top) return text.trim() === ''
  top.children.push({ kind: 'text', text })
  return true
}

const CLOSE = /<\/(?:[\w.-]+:)?([\w.-]+)\s*>/y
const OPEN = /<(?:[\w.-]+:)?([\w.-]+)/y
const ATTRIBUTE = /\s+([\w.:-]+)\s*=\s*(?:"([^"<]*)"|'([^'<]*)')/y
const END_OF_TAG = /\s*(\/?)>/y

function readClose(parse: XmlParse): boolean {
  const match = matchAt(parse, CLOSE)
  const top = parse.stack.pop()
  if (!match || !top || top.name !== match[1]) return false
  tidy(top)
  return true
}

function readOpen(parse: XmlParse): boolean {
  const name = matchAt(parse, OPEN)?.[1]
  parse.elements += 1
  if (name === undefined || parse.elements > MAX_ELEMENTS) return false
  const element: ElementNode = { kind: 'element', name, attributes: [], children: [] }
  const siblings = parse.stack.at(-1)?.children ?? parse.roots
  siblings.push(element)
  if (!readAttributes(parse, element)) return false
  const end = matchAt(parse, END_OF_TAG)
  if (!end) return false
  if (end[1] === '/') tidy(element)
  else parse.stack.push(element)
  return parse.stack.length <= MAX_DEPTH
}

function readAttributes(parse: XmlParse, element: ElementNode): boolean {
  let match = matchAt(parse, ATTRIBUTE)
  while (match) {
    const text = unescapeXml(match[2] ?? match[3] ?? '')
    if (text === undefined || element.attributes.length >= MAX_ATTRIBUTES) return false
    element.attributes.push({ name: match[1] ?? '', parts: [{ kind: 'text', text }] })
    match = matchAt(parse, ATTRIBUTE)
  }
  return true
}

function matchAt(parse: XmlParse, pattern: RegExp): RegExpExecArray | null {
  pattern.lastIndex = parse.at
  const match = pattern.exec(parse.text)
  if (match) parse.at = pattern.lastIndex
  return match
}

/** Drops white space between elements, and gives an empty `Data` its empty text. */
function tidy(element: ElementNode): void {
  const { children } = element
  const hasElements = children.some((node) => node.kind === 'element')
  if (hasElements) {
    const kept = children.filter((node) => node.kind !== 'text' || node.text.trim() !== '')
    children.splice(0, children.length, ...kept)
  }
  if (children.length === 0 && element.name === 'Data') {
    const empty: Part = { kind: 'text', text: '' }
    children.push(empty)
  }
}

/** The text with references resolved; undefined when one is neither numeric nor one of the five of XML. */
function unescapeXml(text: string): string | undefined {
  if (!text.includes('&')) return text
  let known = true
  const plain = text.replace(
    /&(?:#(x[0-9a-f]{1,6}|\d{1,7})|(\w{1,8}));|&/gi,
    (_all, code, name) => {
      const found = typeof code === 'string' ? charOf(code) : ENTITIES[String(name)]
      if (found === undefined) known = false
      return found ?? ''
    },
  )
  return known ? plain : undefined
}

function charOf(code: string): string | undefined {
  const isHex = code.startsWith('x') || code.startsWith('X')
  const point = isHex ? Number.parseInt(code.slice(1), 16) : Number(code)
  return point > 0x10_ffff ? undefined : String.fromCodePoint(point)
}
