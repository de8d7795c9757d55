import { compileExpr } from './expression.ts'
import type { Cases, FamilyMap, Recognise, Slots, TextRows } from './mapping.ts'
import { cleanLine, compileMessage, type MessageWriter } from './message.ts'
import { compilePath, type Getter, isNothing, type Scope, textOf } from './path.ts'
import { compileSlots, type Draft, emptyDraft, type Layer, type Write } from './slots.ts'

/** What a family read out of one native record. */
export interface Meaning extends Draft {
  readonly message: string
}

/** A mapping turned into closures. */
export interface Family {
  readonly id: string
  readonly rank: number
  /** True when the record speaks of this family. */
  recognises(scope: Scope): boolean
  /** Fills who, when, what, where; adds row groups and aliases to the fields of the native record. */
  read(scope: Scope): Meaning
}

/** Compiles a mapping. Throws on a mistake in the mapping, which a test of the registry finds first. */
export function compileFamily(map: FamilyMap): Family {
  const base = stack(stack(undefined, DEFAULTS), map)
  const texts = (map.texts ?? []).map((rows) => compileTexts(rows, map.rename ?? {}))
  const aliases = Object.entries(map.alias ?? {}).map(([name, expr]) => ({
    name,
    get: compileExpr(expr),
  }))
  const cases = (map.cases ?? []).map(compileCases)
  const tests = map.recognise.map(compileRecognise)
  return {
    id: map.id,
    rank: map.rank,
    recognises: (scope) => tests.some((test) => test(scope)),
    read(scope) {
      let plan = base
      const row = firstRow(texts, scope)
      if (row) plan = overlay(plan, row)
      addAliases(aliases, scope)
      for (const choose of cases) {
        const slots = choose(scope)
        if (slots) plan = overlay(plan, slots)
      }
      return carryOut(plan, scope)
    },
  }
}

/** What every family has unless it says otherwise. */
const DEFAULTS: Slots = {
  when: { time: '$time' },
  what: { action: '$app' },
  where: { host: '$host' },
}

/** Slots of all layers so far, and the layers that were put on top of it before. */
interface Plan {
  readonly layer: Layer
  readonly writes: readonly Write[]
  readonly message: MessageWriter | undefined
  readonly above: Map<Slots, Plan>
}

/** Port slots are written before the address slots, so that a port in an address never wins. */
function stack(below: Plan | undefined, slots: Slots): Plan {
  const layer = new Map([...(below?.layer ?? []), ...compileSlots(slots)])
  const message = slots.message === undefined ? below?.message : compileMessage(slots.message)
  const names = [...layer.keys()].sort(
    (a, b) => Number(b.endsWith('Port')) - Number(a.endsWith('Port')),
  )
  const writes = names.flatMap((name) => layer.get(name) ?? [])
  return { layer, writes, message, above: new Map() }
}

/** The combinations that occur are few; each is compiled when it is first seen. */
function overlay(below: Plan, slots: Slots): Plan {
  const known = below.above.get(slots)
  if (known) return known
  const made = stack(below, slots)
  below.above.set(slots, made)
  return made
}

function carryOut(plan: Plan, scope: Scope): Meaning {
  const draft = emptyDraft()
  for (const write of plan.writes) write(scope, draft)
  draft.time ??= scope.native.time
  // The kind of nobody is noise.
  if (draft.who.user === undefined && draft.who.userId === undefined) delete draft.who.kind
  const message = plan.message?.(scope, draft) ?? (cleanLine(scope.native.text) || brief(scope))
  return Object.assign(draft, { message })
}

/** The first fields of a record that has no text. */
function brief({ native }: Scope): string {
  const parts: string[] = []
  for (const [name, value] of Object.entries(native.fields)) {
    const text = textOf(value)
    if (text !== undefined) parts.push(`${name}=${text.slice(0, 64)}`)
    if (parts.length === 8) break
  }
  return cleanLine(parts.join(' '))
}

type RowFinder = (scope: Scope) => Slots | undefined

function firstRow(texts: readonly RowFinder[], scope: Scope): Slots | undefined {
  for (const find of texts) {
    const row = find(scope)
    if (row) return row
  }
  return undefined
}

function compileTexts(texts: TextRows, rename: Readonly<Record<string, string>>): RowFinder {
  const read = texts.of === undefined ? ({ native }: Scope) => native.text : compilePath(texts.of)
  const apps = texts.apps && new Set(texts.apps)
  const names = new Map(Object.entries(rename))
  return (scope) => {
    if (apps && !apps.has(appOf(scope))) return undefined
    const text = textOf(read(scope))
    if (text === undefined) return undefined
    for (const row of texts.rows) {
      const found = row.match.exec(text)
      if (!found) continue
      addGroups(found.groups, names, scope)
      return row
    }
    return undefined
  }
}

function addGroups(
  groups: Record<string, string | undefined> | undefined,
  names: ReadonlyMap<string, string>,
  { native }: Scope,
): void {
  if (!groups) return
  for (const group of Object.keys(groups)) {
    const value = groups[group]
    if (value !== undefined) native.fields[names.get(group) ?? group] = value
  }
}

function appOf({ native }: Scope): string {
  return (native.app ?? '').toLowerCase()
}

function addAliases(
  aliases: readonly { readonly name: string; readonly get: Getter }[],
  scope: Scope,
): void {
  const { fields } = scope.native
  for (const { name, get } of aliases) {
    if (!isNothing(fields[name])) continue
    const value = get(scope)
    if (!isNothing(value)) fields[name] = value
  }
}

function compileCases(cases: Cases): RowFinder {
  const read = compilePath(cases.of)
  const table = new Map(Object.entries(cases.is))
  return (scope) => {
    const text = textOf(read(scope))
    return (text === undefined ? undefined : table.get(text)) ?? cases.else
  }
}

function compileRecognise(tests: Recognise): (scope: Scope) => boolean {
  const all: ((scope: Scope) => boolean)[] = []
  if (tests.formats) {
    const formats = new Set(tests.formats)
    all.push(({ native }) => formats.has(native.format))
  }
  if (tests.apps) {
    const apps = new Set(tests.apps)
    all.push((scope) => apps.has(appOf(scope)))
  }
  const keys = (tests.keys ?? []).map(compilePath)
  if (keys.length > 0) all.push((scope) => keys.every((get) => !isNothing(get(scope))))
  const some = (tests.some ?? []).map(compilePath)
  if (some.length > 0) all.push((scope) => some.some((get) => !isNothing(get(scope))))
  for (const [path, pattern] of Object.entries(tests.values ?? {})) {
    const get = compilePath(path)
    all.push((scope) => pattern.test(textOf(get(scope)) ?? ''))
  }
  const { text } = tests
  if (text) all.push(({ native }) => text.test(native.text))
  return (scope) => all.every((test) => test(scope))
}
