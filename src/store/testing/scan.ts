import { BlockList, isIP } from 'node:net'
import { OCSF_CLASSES } from '#shape/ocsf.ts'
import { type Column, columnsNamed, forcedNative } from '../search/columns.ts'
import { type FieldCompares, type FieldIs, lowerAscii, type SearchNode } from '../search/node.ts'

/** A row as it stands in a segment file: absent columns are empty. */
export type ScanRow = Readonly<Record<string, unknown>>

/** The slow twin of the planned SQL: whether a search tree matches a row, by looking. */
export function scanMatches(node: SearchNode, row: ScanRow): boolean {
  switch (node.kind) {
    case 'and':
      return node.parts.every((part) => scanMatches(part, row))
    case 'or':
      return node.parts.some((part) => scanMatches(part, row))
    case 'not':
      return !scanMatches(node.part, row)
    case 'text':
      return ['raw', 'message'].some((name) => like(text(row, name), ['', ...node.pieces, '']))
    default:
      return fieldMatches(node, row)
  }
}

function fieldMatches(node: FieldIs | FieldCompares, row: ScanRow): boolean {
  const native = forcedNative(node.field)
  const columns = native === undefined ? columnsNamed(node.field) : []
  if (columns.length > 0) return columns.some((column) => columnMatches(column, node, row))
  const wanted = (native ?? node.field).split('*')
  const values = Object.entries(fieldsOf(row))
    .filter(([name]) => like(name, wanted))
    .map(([, value]) => value)
  if (node.kind === 'compare') return values.some((value) => compares(value, node))
  return node.values.some((pieces) => {
    if (isAbsent(pieces)) return !values.some((value) => value !== '')
    return values.some((value) => valueIs(value, pieces))
  })
}

function columnMatches(column: Column, node: FieldIs | FieldCompares, row: ScanRow): boolean {
  if (node.kind === 'compare') return compares(text(row, column.name), node)
  return node.values.some((pieces) => {
    const value = text(row, column.name)
    if (column.type !== 'text' && column.type !== 'ip') return numberIs(column, value, pieces)
    if (column.type === 'ip' && pieces.length === 1 && pieces[0]?.includes('/')) {
      return inBlock(value, pieces[0])
    }
    return valueIs(value, pieces)
  })
}

const SEVERITIES = ['unknown', 'informational', 'low', 'medium', 'high', 'critical', 'fatal']

function numberIs(column: Column, value: string, pieces: readonly string[]): boolean {
  if (pieces.every((piece) => piece === '')) return (value === '0') === (pieces.length === 1)
  const only = pieces.join('').toLowerCase()
  if (column.type === 'severity' && SEVERITIES.includes(only))
    return value === String(SEVERITIES.indexOf(only))
  if (column.type === 'class' && !/^\d+$/.test(only)) return classIs(value, pieces)
  return valueIs(value, pieces)
}

function classIs(value: string, pieces: readonly string[]): boolean {
  const caption = OCSF_CLASSES[Number(value)]?.replaceAll(' ', '')
  return (
    caption !== undefined &&
    valueIs(
      caption,
      pieces.map((piece) => piece.replace(/[\s_-]+/g, '')),
    )
  )
}
function compares(value: string, node: FieldCompares): boolean {
  if (!/^[-+]?\d+(\.\d+)?$/.test(value)) return false
  const number = Number(value)
  if (node.comparison === '>') return number > node.number
  if (node.comparison === '>=') return number >= node.number
  return node.comparison === '<' ? number < node.number : number <= node.number
}

function isAbsent(pieces: readonly string[]): boolean {
  return pieces.length === 1 && pieces[0] === ''
}

function valueIs(value: string, pieces: readonly string[]): boolean {
  if (pieces.length > 1 && pieces.every((piece) => piece === '')) return value !== ''
  return like(value, pieces)
}

/** Matches pieces with anything between, by trying every place. */
function like(value: string, pieces: readonly string[]): boolean {
  const lower = lowerAscii(value)
  const [first = '', ...rest] = pieces.map(lowerAscii)
  if (rest.length === 0) return lower === first
  if (!lower.startsWith(first)) return false
  return matchesFrom(lower.slice(first.length), rest)
}

function matchesFrom(value: string, pieces: readonly string[]): boolean {
  const [piece = '', ...rest] = pieces
  if (rest.length === 0) return value.endsWith(piece)
  for (let at = value.indexOf(piece); at !== -1; at = value.indexOf(piece, at + 1)) {
    if (matchesFrom(value.slice(at + piece.length), rest)) return true
    if (at >= value.length) break
  }
  return false
}

function inBlock(value: string, block: string): boolean {
  const [base = '', bits] = block.split('/')
  const kind = isIP(base) === 6 ? 'ipv6' : 'ipv4'
  if (isIP(value) === 0 || (isIP(value) === 6) !== (kind === 'ipv6')) return false
  const list = new BlockList()
  list.addSubnet(base, Number(bits), kind)
  return list.check(value, kind)
}

const NUMBERS = new Set(
  'partition seq activity_id src_port dst_port size severity class_uid'.split(' '),
)

function text(row: ScanRow, name: string): string {
  const value = row[name]
  if (NUMBERS.has(name)) return String(value ?? 0) === '0' ? '0' : String(value)
  return typeof value === 'string' ? value : ''
}

function fieldsOf(row: ScanRow): Record<string, string> {
  // Rows come from eventRow.
  return (row['fields'] ?? {}) as Record<string, string>
}
