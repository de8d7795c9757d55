import {
  isMap,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  stringify,
} from 'yaml'
import { reasonOf } from '#base/failure.ts'

/** A place in a text file, both from 1. */
interface Place {
  readonly line: number
  readonly column: number
}

/** A YAML file as values, with the place of each. */
export interface YamlFile {
  readonly value: unknown
  /** Place of the value at a path; of its nearest parent when the path does not exist. */
  placeOf(path: readonly PropertyKey[]): Place
  /** Place of a key inside the mapping at a path. */
  placeOfKey(path: readonly PropertyKey[], key: string): Place
  /** Syntax mistakes: `value` is undefined when there are any. */
  readonly mistakes: readonly { readonly place: Place; readonly text: string }[]
}

const MAX_CHARS = 2 * 1024 * 1024
const TOP: Place = { line: 1, column: 1 }

/** Reads one YAML 1.2 document. Never throws: mistakes, too long texts and alias bombs are listed. */
export function readYaml(text: string): YamlFile {
  if (text.length > MAX_CHARS)
    return failed([{ place: TOP, text: `is longer than ${MAX_CHARS} characters` }])
  const counter = new LineCounter()
  try {
    const document = parseDocument(text, { lineCounter: counter, prettyErrors: false })
    const placeAt = (offset: number): Place => {
      const { line, col } = counter.linePos(offset)
      return { line: Math.max(1, line), column: Math.max(1, col) }
    }
    if (document.errors.length > 0)
      return failed(document.errors.map((e) => ({ place: placeAt(e.pos[0]), text: e.message })))
    const root = document.contents
    const nodeAt = (path: readonly PropertyKey[]) => deepest(root, path)
    return {
      value: document.toJS({ maxAliasCount: 100 }),
      placeOf: (path) => placeAt(nodeAt(path)?.range?.[0] ?? 0),
      placeOfKey: (path, key) => placeAt(keyOffset(nodeAt(path), key)),
      mistakes: [],
    }
  } catch (error) {
    return failed([{ place: TOP, text: reasonOf(error) }])
  }
}

function failed(mistakes: YamlFile['mistakes']): YamlFile {
  return { value: undefined, placeOf: () => TOP, placeOfKey: () => TOP, mistakes }
}

function deepest(root: Node | null, path: readonly PropertyKey[]): Node | undefined {
  let node: Node | undefined = root ?? undefined
  for (const step of path) {
    const child = childOf(node, step)
    if (!child) break
    node = child
  }
  return node
}

function childOf(node: Node | undefined, step: PropertyKey): Node | undefined {
  if (!isMap(node) && !isSeq(node)) return undefined
  const child = node.get(typeof step === 'symbol' ? String(step) : step, true)
  return isScalar(child) || isMap(child) || isSeq(child) ? child : undefined
}

function keyOffset(node: Node | undefined, key: string): number {
  if (!isMap(node)) return node?.range?.[0] ?? 0
  const pair = node.items.find(
    (item) => isPair(item) && isScalar(item.key) && String(item.key.value) === key,
  )
  const found = pair && isScalar(pair.key) ? pair.key.range?.[0] : undefined
  return found ?? node.range?.[0] ?? 0
}

/** Values as YAML text, lines up to 100 characters. */
export function writeYaml(value: unknown): string {
  return stringify(value, { lineWidth: 100, aliasDuplicateObjects: false })
}
