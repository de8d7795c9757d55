import { columnsNamed, forcedNative } from './columns.ts'
import type { FieldIs, Pieces, SearchNode } from './node.ts'

/** How a search was understood, in one line for people: `user = alice AND text contains "x"`. */
export function describeSearch(node: SearchNode): string {
  if (node.kind === 'and' && node.parts.length === 0) return 'everything'
  return describe(node, true)
}

function describe(node: SearchNode, isOuter: boolean): string {
  switch (node.kind) {
    case 'and':
    case 'or': {
      const text = node.parts
        .map((part) => describe(part, false))
        .join(` ${node.kind.toUpperCase()} `)
      return isOuter || node.parts.length === 1 ? text : `(${text})`
    }
    case 'not':
      return `NOT ${describe(node.part, false)}`
    case 'text':
      return `text contains "${spell(node.pieces)}"`
    case 'compare':
      return `${nameOf(node.field)} ${node.comparison} ${node.number}`
    default:
      return describeIs(node)
  }
}

function describeIs(node: FieldIs): string {
  const name = nameOf(node.field)
  const [first, ...more] = node.values
  if (first === undefined || more.length > 0) {
    return `${name} is one of (${node.values.map(spell).join(', ')})`
  }
  if (first.every((piece) => piece === ''))
    return `${name} is ${first.length > 1 ? 'present' : 'absent'}`
  return `${name} = ${spell(first)}`
}

function nameOf(field: string): string {
  const native = forcedNative(field)
  const columns = native === undefined ? columnsNamed(field) : []
  if (columns.length === 0) return `fields.${native ?? field}`
  return columns.map((column) => column.name).join(' or ')
}

function spell(pieces: Pieces): string {
  return pieces.join('*')
}
