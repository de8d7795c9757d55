import { dataKey, plainKey } from '../winlog/keys.ts'
import type { BinNode, ElementNode, Instance, Part } from './binxml.ts'

/**
 * Where in an event a piece of XML stands, which says how its names become keys:
 * `document` outside Event, `event` inside it, `system` and `data` for its two parts, `user` for UserData,
 * `plain` anywhere else with the prefix that its keys get.
 */
export interface Site {
  readonly kind: 'document' | 'event' | 'system' | 'data' | 'user' | 'plain'
  readonly prefix: string
}

/** Sets one field of the folded event. */
export interface SetOp {
  readonly kind: 'set'
  /** Empty when the name itself is made of record values (`keyParts`). */
  readonly key: string
  readonly keyParts: readonly Part[] | undefined
  /** The one slot that is the whole value, or -1. */
  readonly slot: number
  /** The whole value when it is fixed. */
  readonly fixed: string | undefined
  readonly parts: readonly Part[]
  /** Where BinXML found in the slot would stand. */
  readonly inside: Site
  /** The key may be taken already. */
  readonly repeats: boolean
}

/** Puts the elements found in a slot, or another template, at a site. */
export type Op =
  | SetOp
  | { readonly kind: 'nest'; readonly slot: number; readonly site: Site }
  | { readonly kind: 'call'; readonly instance: Instance; readonly site: Site }

/** The place where a record begins. */
export const DOCUMENT: Site = { kind: 'document', prefix: '' }

const EVENT: Site = { kind: 'event', prefix: '' }
const SYSTEM: Site = { kind: 'system', prefix: '' }
const DATA: Site = { kind: 'data', prefix: '' }
const USER: Site = { kind: 'user', prefix: '' }

interface Build {
  readonly ops: Op[]
  readonly keys: Set<string>
}

/** The steps that turn record values into the fields of a folded event, for BinXML read at `site`. */
export function buildProgram(nodes: readonly BinNode[], site: Site): readonly Op[] {
  const build: Build = { ops: [], keys: new Set() }
  addNodes(build, nodes, site)
  return build.ops
}

function addNodes(build: Build, nodes: readonly BinNode[], site: Site): void {
  for (const node of nodes) {
    if (node.kind === 'element') addElement(build, node, site)
    else if (node.kind === 'slot') build.ops.push({ kind: 'nest', slot: node.slot, site })
    else if (node.kind === 'instance')
      build.ops.push({ kind: 'call', instance: node.instance, site })
  }
}

function addElement(build: Build, element: ElementNode, site: Site): void {
  switch (site.kind) {
    case 'document':
      if (element.name === 'Event') addNodes(build, element.children, EVENT)
      else addPart(build, element)
      return
    case 'event':
      addPart(build, element)
      return
    case 'user':
      addAttributes(build, element, element.name)
      addBody(build, element, { key: element.name, inside: plain('') })
      return
    case 'data':
      addData(build, element)
      return
    default:
      addNamed(build, element, site)
      return
  }
}

/** A child of Event. */
function addPart(build: Build, element: ElementNode): void {
  if (element.name === 'System') {
    addNodes(build, element.children, SYSTEM)
    return
  }
  if (element.name === 'EventData') {
    addAttributes(build, element, element.name)
    if (isText(element)) {
      addBody(build, element, { key: 'Data', inside: DATA })
      return
    }
    addNodes(build, element.children, DATA)
    return
  }
  if (element.name === 'UserData') {
    addNodes(build, element.children, USER)
    return
  }
  addNamed(build, element, plain(''))
}

function isText(element: ElementNode): boolean {
  return element.children.some((node) => node.kind === 'text' && node.text.trim() !== '')
}

/** A child of EventData: `Data` is called by its Name, anything else by its element name. */
function addData(build: Build, element: ElementNode): void {
  const name = element.attributes.find((attribute) => attribute.name === 'Name')
  if (!name || fixedText(name.parts) === '') {
    if (element.name !== 'Data') addAttributes(build, element, element.name)
    addBody(build, element, {
      key: dataKey(element.name),
      inside: plain(`${element.name}_`),
    })
    return
  }
  const fixed = fixedText(name.parts)
  if (fixed === undefined) {
    addBody(build, element, { key: '', keyParts: name.parts, inside: plain('Data_') })
    return
  }
  addBody(build, element, { key: dataKey(fixed), inside: plain(`${fixed}_`) })
}

/** An element whose key is its path: System, UserData and what else an event may carry. */
function addNamed(build: Build, element: ElementNode, site: Site): void {
  const key = nameIn(site, element)
  addAttributes(build, element, key)
  addBody(build, element, { key: keyAt(site, key), inside: plain(`${key}_`) })
}

function nameIn(site: Site, element: ElementNode): string {
  const name = element.attributes.find((attribute) => attribute.name === 'Name')
  const called = element.name === 'Data' && name ? fixedText(name.parts) : undefined
  return site.prefix + (called ?? element.name)
}

function keyAt(site: Site, key: string): string {
  return site.kind === 'system' ? plainKey(key) : dataKey(key)
}

function addAttributes(build: Build, element: ElementNode, key: string): void {
  for (const { name, parts } of element.attributes) {
    if (name.startsWith('xmlns') || (element.name === 'Data' && name === 'Name')) continue
    addSet(build, parts, { key: plainKey(`${key}_${name}`), inside: plain(`${key}_`) })
  }
}

interface Field {
  readonly key: string
  readonly keyParts?: readonly Part[]
  readonly inside: Site
}

function addBody(build: Build, element: ElementNode, field: Field): void {
  const parts: Part[] = []
  for (const child of element.children) {
    if (child.kind === 'text' || child.kind === 'slot') parts.push(child)
  }
  if (parts.length !== element.children.length) {
    addNodes(build, element.children, field.inside)
    return
  }
  if (parts.length > 0) addSet(build, parts, field)
}

function addSet(build: Build, parts: readonly Part[], field: Field): void {
  const only = parts.length === 1 ? parts[0] : undefined
  build.ops.push({
    kind: 'set',
    key: field.key,
    keyParts: field.keyParts,
    slot: only?.kind === 'slot' ? only.slot : -1,
    fixed: fixedText(parts),
    parts,
    inside: field.inside,
    repeats: field.key === '' || build.keys.has(field.key),
  })
  build.keys.add(field.key)
}

function fixedText(parts: readonly Part[]): string | undefined {
  let text = ''
  for (const part of parts) {
    if (part.kind !== 'text') return undefined
    text += part.text
  }
  return text
}

function plain(prefix: string): Site {
  return { kind: 'plain', prefix }
}
