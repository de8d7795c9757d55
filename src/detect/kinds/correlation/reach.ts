import { parseJson } from '#base/json.ts'
import type { EventDigest } from '../../finding.ts'
import { isDecimal } from '../sigma/text.ts'
import type { Item } from './group.ts'
import type { CorrelationRule, SourceRef } from './rule.ts'

/** An event or inner alert, before it is cut to what a correlation needs. */
export interface Arrival {
  readonly t: number
  readonly positions: readonly string[]
  readonly first: EventDigest
  readonly last: EventDigest
  readonly read: (ruleId: string, field: string) => string | null
}

/** The group of an arrival; undefined when it has no value for any of the keys. */
export function keyOf(source: SourceRef, from: Arrival): string | undefined {
  const values = source.groupFields.map((field) => from.read(source.ruleId, field))
  if (values.length > 0 && values.every((value) => value === null)) return undefined
  return JSON.stringify(values)
}

/** The group values of a key by name. */
export function groupValues(rule: CorrelationRule, key: string): Map<string, string | null> {
  const texts = parseJson(key)
  const list = texts.ok && Array.isArray(texts.value) ? texts.value : []
  return new Map(
    rule.groupBy.map((name, at) => [name, typeof list[at] === 'string' ? list[at] : null]),
  )
}

/** Per correlation, the fields that any correlation further out will read. */
export function carriedNamesOf(
  rules: readonly CorrelationRule[],
  listeners: ReadonlyMap<string, readonly { readonly correlation: number }[]>,
): string[][] {
  const names: string[][] = rules.map(() => [])
  for (let at = rules.length - 1; at >= 0; at -= 1) {
    const outer = listeners.get(rules[at]?.info.id ?? '') ?? []
    const wanted = outer.flatMap(({ correlation }) => [
      ...fieldsOf(rules[correlation]),
      ...(names[correlation] ?? []),
    ])
    names[at] = [...new Set(wanted)]
  }
  return names
}

function fieldsOf(rule: CorrelationRule | undefined): string[] {
  if (rule === undefined) return []
  return [...rule.sources.flatMap((source) => source.groupFields), ...rule.valueFields]
}

/** What a correlation keeps of an arrival. */
export function itemFor(
  rule: CorrelationRule,
  sources: readonly number[],
  what: { readonly from: Arrival; readonly carried: readonly string[] },
): Item {
  const { from } = what
  const ruleId = rule.sources[sources[0] ?? 0]?.ruleId ?? ''
  const values = rule.valueFields.map((field) => from.read(ruleId, field))
  const complete = values.length > 0 && values.every((value) => value !== null)
  const distinct = rule.type === 'value_count'
  const first = values[0] ?? ''
  return {
    t: from.t,
    positions: from.positions,
    sources,
    value: complete && distinct ? JSON.stringify(values) : null,
    number: complete && !distinct && isDecimal(first) ? Number(first) : null,
    carried: Object.fromEntries(what.carried.map((name) => [name, from.read(ruleId, name)])),
    ...(from.first === from.last ? {} : { first: from.first }),
    last: from.last,
  }
}
