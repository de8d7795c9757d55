import { addField, dataKey, trimValue, type WinEvent } from '../winlog/keys.ts'
import { type ChunkScope, type Instance, NO_VALUE, parseBinXml, spend } from './binxml.ts'
import { buildProgram, type Op, type SetOp, type Site } from './program.ts'
import { BINXML_TYPE, NULL_TYPE, renderValue, type ValuePlace } from './values.ts'

/** What the records of one chunk share: the reader, its budget, and each template made ready once. */
export interface ChunkState extends ChunkScope {
  /** By place of the template, then by site. */
  readonly programs: Map<number, Map<string, readonly Op[]>>
}

const MAX_NESTING = 8
const DEFINITION_HEADER = 24
/** Bytes of value that weigh as one step of the budget. */
const BYTES_PER_STEP = 64

interface Run {
  readonly state: ChunkState
  readonly event: WinEvent
  readonly depth: number
}

/** Reads BinXML from the reader's place and puts its fields into `event`. Damage sets the reader's fault. */
export function runBinXml(state: ChunkState, event: WinEvent, site: Site): void {
  runFragment({ state, event, depth: 0 }, site, true)
}

function runFragment(run: Run, site: Site, dependencyIds: boolean): void {
  if (run.depth > MAX_NESTING) {
    run.state.reader.fail('evtx.too-deep')
    return
  }
  const nodes = parseBinXml(run.state, dependencyIds)
  if (run.state.reader.fault !== '') return
  const only = nodes[0]
  if (nodes.length === 1 && only?.kind === 'instance') {
    runInstance(run, only.instance, site)
    return
  }
  const ops = buildProgram(nodes, site)
  runOps(run, ops, [])
}

function runInstance(run: Run, instance: Instance, site: Site): void {
  if (run.depth > MAX_NESTING) {
    run.state.reader.fail('evtx.too-deep')
    return
  }
  const ops = programOf(run.state, instance.template, site)
  if (ops && run.state.reader.fault === '') runOps(run, ops, instance.values)
}

/** The ready program of a template, built at first use. A broken definition breaks only who uses it. */
function programOf(state: ChunkState, template: number, site: Site): readonly Op[] | undefined {
  const siteKey = site.kind === 'plain' ? `plain:${site.prefix}` : site.kind
  let bySite = state.programs.get(template)
  const known = bySite?.get(siteKey)
  if (known) return known
  const { reader } = state
  const { pos, end } = reader
  const body = template + DEFINITION_HEADER
  if (template < 512 || body > reader.bytes.length) {
    reader.fail('evtx.bad-template')
    return undefined
  }
  reader.open(body, body + reader.view.getUint32(template + 20, true))
  const ops = buildProgram(parseBinXml(state, true), site)
  if (reader.fault !== '') return undefined
  reader.open(pos, end)
  bySite ??= new Map()
  bySite.set(siteKey, ops)
  state.programs.set(template, bySite)
  return ops
}

function runOps(run: Run, ops: readonly Op[], values: readonly ValuePlace[]): void {
  if (!spend(run.state, ops.length)) return
  const { reader } = run.state
  for (const op of ops) {
    if (op.kind === 'set') runSet(run, op, values)
    else if (op.kind === 'nest') runNested(run, values[op.slot] ?? NO_VALUE, op.site)
    else runInstance({ ...run, depth: run.depth + 1 }, op.instance, op.site)
    if (reader.fault !== '') return
  }
}

function runSet(run: Run, op: SetOp, values: readonly ValuePlace[]): void {
  let value: unknown = op.fixed
  if (op.slot >= 0) {
    const place = values[op.slot] ?? NO_VALUE
    if (place.type === BINXML_TYPE) {
      runNested(run, place, op.inside)
      return
    }
    if (place.type === NULL_TYPE) return
    if (place.size > BYTES_PER_STEP) spend(run.state, place.size / BYTES_PER_STEP)
    value = renderValue(run.state.reader, place)
  } else if (value === undefined) value = joinParts(run, op.parts, values)
  if (value === undefined) return
  const key = op.keyParts ? dataKey(joinParts(run, op.keyParts, values)) : op.key
  put(run, op.repeats || run.depth > 0, [key, value])
}

function put(run: Run, mayRepeat: boolean, [key, value]: readonly [string, unknown]): void {
  if (mayRepeat) addField(run.event, key, value)
  else run.event[key] = value
}

function joinParts(run: Run, parts: SetOp['parts'], values: readonly ValuePlace[]): string {
  let text = ''
  for (const part of parts) {
    if (part.kind === 'text') text += part.text
    else {
      const place = values[part.slot] ?? NO_VALUE
      spend(run.state, place.size / BYTES_PER_STEP)
      const value = renderValue(run.state.reader, place)
      if (value !== undefined) text += String(value)
    }
  }
  return trimValue(text)
}

/** Reads the BinXML that a value holds; a value of another type at a place for elements is its text. */
function runNested(run: Run, place: ValuePlace, site: Site): void {
  const { reader } = run.state
  if (place.type === NULL_TYPE || place.size === 0) return
  if (place.type !== BINXML_TYPE) {
    const value = renderValue(reader, place)
    if (value !== undefined) addField(run.event, 'Data', value)
    return
  }
  const { pos, end } = reader
  reader.open(place.start, place.start + place.size)
  runFragment({ ...run, depth: run.depth + 1 }, site, false)
  if (reader.fault === '') reader.open(pos, end)
}
