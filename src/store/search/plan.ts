import { OCSF_CLASSES } from '#shape/ocsf.ts'
import type { Params } from '../engine/literal.ts'
import { type Column, columnsNamed, forcedNative } from './columns.ts'
import { isBlock, looksLikeBlock } from './network.ts'
import {
  type FieldCompares,
  type FieldIs,
  lowerAscii,
  Mistake,
  type Pieces,
  type SearchNode,
} from './node.ts'

/** A condition in SQL with places for its values. Always 0 or 1, never NULL, so that NOT is the exact complement. */
export interface Condition {
  readonly sql: string
  readonly params: Params
}

type Bind = (value: string | number | readonly number[]) => string

const SEVERITIES: Readonly<Record<string, number>> = {
  unknown: 0,
  info: 1,
  informational: 1,
  low: 2,
  medium: 3,
  high: 4,
  critical: 5,
  fatal: 6,
}
/** Shorter words and other characters do not help the text index. */
const INDEXABLE = /[0-9A-Za-z]{4,}/g
const MAX_INDEXABLE = 3

/**
 * The condition of a search tree. Only column names of the fixed table reach the SQL; values and native field names are
 * parameters. Throws a Mistake where a value does not fit its column.
 */
export function planSearch(node: SearchNode): Condition {
  const params: Record<string, Params[string]> = {}
  let count = 0
  const bind: Bind = (value) => {
    count += 1
    const name = `p${count}`
    params[name] = value
    if (typeof value === 'string') return `{${name}:String}`
    if (typeof value === 'object') return `{${name}:Array(Int64)}`
    return Number.isSafeInteger(value) ? `{${name}:Int64}` : `{${name}:Float64}`
  }
  return { sql: conditionOf(node, bind), params }
}

function conditionOf(node: SearchNode, bind: Bind): string {
  switch (node.kind) {
    case 'and':
    case 'or':
      return joined(
        node.parts.map((part) => conditionOf(part, bind)),
        node.kind,
      )
    case 'not':
      return `NOT ${conditionOf(node.part, bind)}`
    case 'text':
      return textCondition(node.pieces, bind)
    default:
      return fieldCondition(node, bind)
  }
}

function joined(parts: readonly string[], word: 'and' | 'or'): string {
  if (parts.length === 0) return '1'
  return parts.length === 1 ? (parts[0] ?? '1') : `(${parts.join(` ${word.toUpperCase()} `)})`
}

/** Text in the record or in its one line for people. */
function textCondition(pieces: Pieces, bind: Bind): string {
  if (pieces.every((piece) => piece === '')) return '1'
  const patterns = [`%${likePattern(pieces)}%`, ...indexHelp(pieces)].map(bind)
  const inColumn = (column: string) =>
    joined(
      patterns.map((place) => `lower(${column}) LIKE ${place}`),
      'and',
    )
  return joined(['raw', 'message'].map(inColumn), 'or')
}

/** Plain words inside of the pieces, which must be there too: each alone lets the text index skip what cannot match. */
function indexHelp(pieces: Pieces): string[] {
  const whole = pieces.length === 1 ? pieces[0] : undefined
  const words = pieces.flatMap((piece) => piece.match(INDEXABLE) ?? [])
  const helpful = [...new Set(words.map(lowerAscii))].filter((word) => word !== whole)
  return helpful
    .sort((a, b) => b.length - a.length)
    .slice(0, MAX_INDEXABLE)
    .map((word) => `%${word}%`)
}

function fieldCondition(node: FieldIs | FieldCompares, bind: Bind): string {
  const native = forcedNative(node.field)
  const columns = native === undefined ? columnsNamed(node.field) : []
  if (columns.length === 0) return nativeCondition(node, native ?? node.field, bind)
  const each = columns.map((column) =>
    node.kind === 'compare'
      ? compareColumn(column, node, bind)
      : joined(
          node.values.map((value) => columnIs(column, { value, at: node.at }, bind)),
          'or',
        ),
  )
  return joined(each, 'or')
}

function compareColumn(column: Column, node: FieldCompares, bind: Bind): string {
  const number = bind(node.number)
  if (column.type === 'text' || column.type === 'ip') {
    return `ifNull(toFloat64OrNull(${column.name}) ${node.comparison} ${number}, 0)`
  }
  return `${column.name} ${node.comparison} ${number}`
}

interface Wanted {
  readonly value: Pieces
  readonly at: number
}

function columnIs(column: Column, wanted: Wanted, bind: Bind): string {
  switch (column.type) {
    case 'text':
      return textIs(`lower(${column.name})`, wanted.value, bind)
    case 'ip':
      return addressIs(column.name, wanted, bind)
    case 'severity':
      return numberIs(column.name, { ...wanted, value: namedSeverity(wanted.value) }, bind)
    case 'class':
      return classIs(column.name, wanted, bind)
    default:
      return numberIs(column.name, wanted, bind)
  }
}

/** `expression` is in lower case already. A lone star = there is a value. */
function textIs(expression: string, value: Pieces, bind: Bind): string {
  const only = value.length === 1 ? value[0] : undefined
  if (only !== undefined) return `${expression} = ${bind(lowerAscii(only))}`
  if (value.every((piece) => piece === '')) return `${expression} != ''`
  return `${expression} LIKE ${bind(likePattern(value))}`
}

function addressIs(column: string, wanted: Wanted, bind: Bind): string {
  const only = wanted.value.length === 1 ? (wanted.value[0] ?? '') : ''
  if (!looksLikeBlock(only)) return textIs(column, wanted.value, bind)
  if (!isBlock(only)) throw new Mistake(wanted.at, `${only} is not a network`)
  const valid = `(isIPv4String(${column}) OR isIPv6String(${column}))`
  // The engine evaluates both sides, and refuses what is no address.
  return `(${valid} AND isIPAddressInRange(if(${valid}, ${column}, '::'), ${bind(only)}))`
}

function numberIs(column: string, wanted: Wanted, bind: Bind): string {
  const only = wanted.value.length === 1 ? wanted.value[0] : undefined
  if (only === '') return `${column} = 0`
  if (only === undefined) {
    if (wanted.value.every((piece) => piece === '')) return `${column} != 0`
    return `toString(${column}) LIKE ${bind(likePattern(wanted.value))}`
  }
  if (!/^\d{1,15}$/.test(only)) throw new Mistake(wanted.at, `${column} is a number, not ${only}`)
  return `${column} = ${bind(Number(only))}`
}

function namedSeverity(value: Pieces): Pieces {
  const number = value.length === 1 ? SEVERITIES[(value[0] ?? '').toLowerCase()] : undefined
  return number === undefined ? value : [String(number)]
}

function classIs(column: string, wanted: Wanted, bind: Bind): string {
  const only = wanted.value.length === 1 ? (wanted.value[0] ?? '') : undefined
  const isNumber = only !== undefined && /^\d*$/.test(only)
  if (isNumber || wanted.value.every((piece) => piece === '')) {
    return numberIs(column, wanted, bind)
  }
  const ids = Object.entries(OCSF_CLASSES)
    .filter(([, caption]) => matchesPieces(caption, wanted.value))
    .map(([id]) => Number(id))
  if (ids.length === 0) throw new Mistake(wanted.at, `no class is named ${wanted.value.join('*')}`)
  return `has(${bind(ids)}, toInt64(${column}))`
}

function matchesPieces(caption: string, pieces: Pieces): boolean {
  const wordy = (text: string) => text.toLowerCase().replace(/[\s_-]+/g, '')
  const text = wordy(caption)
  const wanted = pieces.map(wordy)
  if (wanted.length === 1) return text === wanted[0]
  const last = wanted.length - 1
  let at = 0
  return wanted.every((piece, index) => {
    if (index === last) return text.endsWith(piece) && text.length - piece.length >= at
    const found = index === 0 ? (text.startsWith(piece) ? 0 : -1) : text.indexOf(piece, at)
    at = found + piece.length
    return found !== -1
  })
}

/** Names and values of native fields are compared ignoring case; a star in a name stands for any part of a path. */
function nativeCondition(node: FieldIs | FieldCompares, name: string, bind: Bind): string {
  const nameIs = textIs('lower(k)', name.split('*'), bind)
  const has = (test: string) =>
    `(arrayExists(k -> ${nameIs}, mapKeys(fields)) AND arrayExists((k, v) -> ${nameIs} AND ${test}, mapKeys(fields), mapValues(fields)))`
  if (node.kind === 'compare') {
    return has(`ifNull(toFloat64OrNull(v) ${node.comparison} ${bind(node.number)}, 0)`)
  }
  const tests = node.values.filter((value) => !isEmpty(value))
  const found =
    tests.length === 0
      ? []
      : [
          has(
            joined(
              tests.map((v) => textIs('lower(v)', v, bind)),
              'or',
            ),
          ),
        ]
  const absent = tests.length === node.values.length ? [] : [`NOT ${has("v != ''")}`]
  return joined([...found, ...absent], 'or')
}

function isEmpty(value: Pieces): boolean {
  return value.length === 1 && value[0] === ''
}

function likePattern(pieces: Pieces): string {
  return pieces.map((piece) => lowerAscii(piece).replace(/[\\%_]/g, '\\$&')).join('%')
}
