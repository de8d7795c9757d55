import type { Event } from '#shape/event.ts'
import { columnOf } from '../../columns.ts'
import { type AliasTable, aliasesOf, type WindowsKey, windowsKeyOf } from './aliases.ts'
import { canonicalText, fold } from './text.ts'

/** The values of one field of one event, folded when first asked for. */
export class FieldValue {
  /** The key is there, whatever it holds. */
  readonly present: boolean
  /** Absent, null, or a list with nothing but nulls. */
  readonly isNull: boolean
  readonly texts: readonly string[]
  private foldedTexts: readonly string[] | undefined

  constructor(present: boolean, isNull: boolean, texts: readonly string[]) {
    this.present = present
    this.isNull = isNull
    this.texts = texts
  }

  get folded(): readonly string[] {
    this.foldedTexts ??= this.texts.map(fold)
    return this.foldedTexts
  }
}

const MISSING = new FieldValue(false, true, [])
const NULL = new FieldValue(true, true, [])
const MAX_VALUES = 20_000
const MAX_DEPTH = 32
const MAX_KNOWN_KEYS = 20_000

/** The field names that rules speak of, each with a number. */
export class FieldTable {
  readonly names: string[] = []
  readonly sysmonNames: boolean[] = []
  private readonly slots = new Map<string, number>()
  private readonly byFolded = new Map<string, number[]>()
  private readonly plans = new Map<string, readonly number[]>()

  /** The number of a name. `sysmon`: the rule speaks Sysmon names, so native fields may be renamed to it. */
  intern(name: string, sysmon: boolean): number {
    const id = `${sysmon ? 's' : 'n'}:${name}`
    const known = this.slots.get(id)
    if (known !== undefined) return known
    const slot = this.names.length
    this.names.push(name)
    this.sysmonNames.push(sysmon)
    this.slots.set(id, slot)
    const folded = fold(name)
    const same = this.byFolded.get(folded)
    if (same === undefined) this.byFolded.set(folded, [slot])
    else same.push(slot)
    this.plans.clear()
    return slot
  }

  /** Which slots an event key serves, each followed by how well: 0 exact, 1 but case, 2 but spaces, 3 with underscores. */
  planOf(key: string): readonly number[] {
    let plan = this.plans.get(key)
    if (plan === undefined) {
      if (this.plans.size >= MAX_KNOWN_KEYS) this.plans.clear()
      plan = this.makePlan(key)
      this.plans.set(key, plan)
    }
    return plan
  }

  private makePlan(key: string): number[] {
    const folded = fold(key)
    const plan: number[] = []
    const seen = new Set<number>()
    for (const [at, form] of [
      folded,
      folded.replaceAll(' ', ''),
      folded.replaceAll(' ', '_'),
    ].entries())
      for (const slot of this.byFolded.get(form) ?? []) {
        if (seen.has(slot)) continue
        seen.add(slot)
        plan.push(slot, this.names[slot] === key ? 0 : at + 1)
      }
    return plan
  }
}

/** One event as rules see it. Reused from event to event; nothing of it may be kept. */
export class EventView {
  private readonly table: FieldTable
  private current: Event | undefined
  private aliases: AliasTable = {}
  private readonly keys: (string | undefined)[] = []
  private readonly ranks: number[] = []
  private readonly values: (FieldValue | undefined)[] = []
  private touched: number[] = []
  private cached: number[] = []
  private everything: FieldValue | undefined
  windowsKey: WindowsKey | undefined

  constructor(table: FieldTable) {
    this.table = table
  }

  /** Shows another event. */
  load(event: Event): void {
    for (const slot of this.touched) this.keys[slot] = undefined
    for (const slot of this.cached) this.values[slot] = undefined
    this.touched = []
    this.cached = []
    this.everything = undefined
    this.current = event
    this.windowsKey = windowsKeyOf(event)
    this.aliases = aliasesOf(this.windowsKey)
    for (const key of Object.keys(event.fields)) this.place(key)
  }

  private place(key: string): void {
    const plan = this.table.planOf(key)
    for (let at = 0; at < plan.length; at += 2) {
      const slot = plan[at] ?? 0
      const rank = plan[at + 1] ?? 0
      if (this.keys[slot] === undefined) this.touched.push(slot)
      else if ((this.ranks[slot] ?? 0) <= rank) continue
      this.keys[slot] = key
      this.ranks[slot] = rank
    }
  }

  get event(): Event {
    if (this.current === undefined) throw new Error('no event is loaded')
    return this.current
  }

  /** The values of a field. */
  value(slot: number): FieldValue {
    const known = this.values[slot]
    if (known !== undefined) return known
    const found = this.find(slot)
    this.values[slot] = found
    this.cached.push(slot)
    return found
  }

  private find(slot: number): FieldValue {
    const { fields } = this.event
    const name = this.table.names[slot] ?? ''
    if (this.table.sysmonNames[slot] === true && this.aliases.sysmon !== undefined) {
      const renamed = this.aliases.sysmon.get(fold(name))?.(this.event)
      if (renamed !== undefined) return fieldValue([renamed])
    }
    const key = this.keys[slot]
    if (key !== undefined) return fieldValue([fields[key]])
    if (name.includes('.')) {
      const found = pathValues(fields, name, 0)
      if (found.length > 0) return fieldValue(found)
    }
    const alias = this.aliases.missing?.get(fold(name))?.(this.event)
    const value = alias ?? columnOf(this.event, name)
    return value === undefined ? MISSING : fieldValue([value])
  }

  /** Every scalar value of the event, and the record itself when it is a line of text. */
  all(): FieldValue {
    this.everything ??= new FieldValue(true, false, everyText(this.event))
    return this.everything
  }
}

function fieldValue(found: readonly unknown[]): FieldValue {
  const only = found[0]
  if (found.length === 1) {
    if (typeof only === 'string') return new FieldValue(true, false, [only])
    if (only === null || only === undefined) return NULL
  }
  const texts: string[] = []
  const objects = collect(found, texts, 0)
  return new FieldValue(true, texts.length === 0 && !objects, texts)
}

/** Adds the scalar texts of nested lists; answers whether an object was among them. */
function collect(values: readonly unknown[], texts: string[], depth: number): boolean {
  let objects = false
  for (const value of values) {
    if (texts.length >= MAX_VALUES || depth > MAX_DEPTH) break
    if (Array.isArray(value)) objects = collect(value, texts, depth + 1) || objects
    else if (typeof value === 'object' && value !== null) objects = true
    else {
      const text = canonicalText(value)
      if (text !== undefined) texts.push(text)
    }
  }
  return objects
}

/** Values under a dotted name: every way to split it, lists fan out, the longest literal key first. */
export function pathValues(node: unknown, name: string, depth: number): unknown[] {
  if (depth > MAX_DEPTH || typeof node !== 'object' || node === null) return []
  if (Array.isArray(node)) {
    const fanned: unknown[] = []
    for (const member of node)
      fanned.push(...pathValues(member, name, depth + 1).slice(0, MAX_VALUES))
    return fanned
  }
  const literal = keyOf(node, name)
  if (literal !== undefined) return [Reflect.get(node, literal)]
  for (let dot = name.lastIndexOf('.'); dot > 0; dot = name.lastIndexOf('.', dot - 1)) {
    const key = keyOf(node, name.slice(0, dot))
    if (key === undefined) continue
    const found = pathValues(Reflect.get(node, key), name.slice(dot + 1), depth + 1)
    if (found.length > 0) return found
  }
  return []
}

/** The own key that a name means: exact, else ignoring case. */
function keyOf(node: object, name: string): string | undefined {
  if (Object.hasOwn(node, name)) return name
  const folded = fold(name)
  return Object.keys(node).find((key) => key.length === name.length && fold(key) === folded)
}

const decoder = new TextDecoder()

/** The texts that keywords look at. */
export function everyText(event: Event): string[] {
  const texts: string[] = []
  const walk = (value: unknown, depth: number) => {
    if (texts.length >= MAX_VALUES || depth > MAX_DEPTH) return
    if (typeof value === 'object' && value !== null) {
      for (const member of Object.values(value)) walk(member, depth + 1)
      return
    }
    const text = canonicalText(value)
    if (text !== undefined) texts.push(text)
  }
  walk(event.fields, 0)
  // A JSON or XML record would show its field names as text; its values are all in the fields.
  const first = event.raw[0]
  if (
    first !== undefined &&
    first !== 0x7b &&
    first !== 0x5b &&
    first !== 0x3c &&
    isText(event.raw)
  )
    texts.push(decoder.decode(event.raw))
  return texts
}

function isText(raw: Uint8Array): boolean {
  return raw.length <= 1_048_576 && !raw.subarray(0, 64).includes(0)
}
