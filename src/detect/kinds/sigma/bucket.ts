import type { EventView, FieldTable, FieldValue } from './event-view.ts'
import { GramTable, type Literal } from './grams.ts'
import type { Matcher } from './matcher.ts'
import type { WitnessSet } from './witness.ts'

/** A rule as one kind of event sees it. */
export interface Entry {
  /** Index of the rule in the engine. */
  readonly rule: number
  readonly matcher: Matcher
  /** What the route asks of each event beside channel and id. */
  readonly guard: Matcher
  readonly witness: WitnessSet | undefined
  readonly sysmonNames: boolean
}

/** What the index looks for in one field (or in every value). */
interface Gate {
  readonly value: (view: EventView) => FieldValue
  readonly grams: GramTable | undefined
  readonly present: readonly number[]
}

/** The rules for one kind of event, with the index that picks the few worth evaluating. */
export class Bucket {
  private readonly entries: readonly Entry[]
  private readonly open: readonly number[]
  private readonly gates: readonly Gate[]
  private readonly stamps: Uint32Array
  private epoch = 0
  private candidates: number[] = []

  constructor(entries: readonly Entry[], table: FieldTable) {
    this.entries = entries
    this.stamps = new Uint32Array(entries.length)
    this.open = entries.flatMap((entry, at) => (entry.witness === undefined ? [at] : []))
    this.gates = makeGates(entries, table)
  }

  get isEmpty(): boolean {
    return this.entries.length === 0
  }

  /** Rules that match the event, ascending. */
  match(view: EventView): number[] {
    this.epoch += 1
    if (this.epoch === 0xffffffff) {
      this.stamps.fill(0)
      this.epoch = 1
    }
    this.candidates = []
    this.nominate(this.open)
    for (const gate of this.gates) this.pass(gate, view)
    const matched: number[] = []
    for (const at of this.candidates) {
      const entry = this.entries[at]
      if (entry?.guard(view) === true && entry.matcher(view)) matched.push(entry.rule)
    }
    return matched.length < 2 ? matched : matched.sort((a, b) => a - b)
  }

  /** Every rule here whose guard lets the event pass. */
  admitted(view: EventView): number[] {
    return this.entries.filter((entry) => entry.guard(view)).map((entry) => entry.rule)
  }

  private pass(gate: Gate, view: EventView): void {
    const value = gate.value(view)
    if (!value.present) return
    if (gate.present.length > 0) this.nominate(gate.present)
    if (gate.grams === undefined) return
    for (const text of value.folded) gate.grams.scan(text, this.nominate)
  }

  private readonly nominate = (owners: readonly number[]): boolean => {
    const { stamps, epoch } = this
    for (const owner of owners) {
      if (stamps[owner] === epoch) continue
      stamps[owner] = epoch
      this.candidates.push(owner)
    }
    return false
  }
}

function makeGates(entries: readonly Entry[], table: FieldTable): Gate[] {
  const literals = new Map<number, Literal[]>()
  const present = new Map<number, Set<number>>()
  for (const [owner, entry] of entries.entries())
    for (const { field, place, text } of entry.witness?.any ?? []) {
      const slot = field === undefined ? -1 : table.intern(field, entry.sysmonNames)
      if (place === 'present') listed(present, slot, () => new Set<number>()).add(owner)
      else listed(literals, slot, (): Literal[] => []).push({ text, place, owner })
    }
  const slots = new Set([...literals.keys(), ...present.keys()])
  return [...slots].map((slot) => {
    const found = literals.get(slot)
    return {
      value: slot === -1 ? (view: EventView) => view.all() : (view: EventView) => view.value(slot),
      grams: found === undefined ? undefined : new GramTable(found),
      present: [...(present.get(slot) ?? [])],
    }
  })
}

function listed<V>(map: Map<number, V>, key: number, make: () => V): V {
  const known = map.get(key)
  if (known !== undefined) return known
  const made = make()
  map.set(key, made)
  return made
}
