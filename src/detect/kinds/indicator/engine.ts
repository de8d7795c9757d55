import type { Micros } from '#base/clock.ts'
import type { Entity } from '#shape/entity.ts'
import type { Event } from '#shape/event.ts'
import type { Finding, RuleInfo } from '#shape/finding.ts'
import type { Indicator, IndicatorKind } from '#shape/indicator.ts'
import type { Level } from '#shape/severity.ts'
import { digestOf, findingOf, joinEntities, shown } from '../../finding.ts'

/** A value of an event that intelligence may speak of. */
interface Observable {
  readonly kind: IndicatorKind
  readonly value: string
  readonly field: string
  readonly seen: string
}

const MAX_TEXT = 2_000
const MAX_OBSERVABLES = 64
const MAX_VALUES = 400

/** Matches events against indicators: addresses, domains, URLs, hashes, mail addresses and user agents. */
export class IndicatorEngine {
  private readonly byKind = new Map<IndicatorKind, Map<string, Indicator[]>>()
  private readonly minConfidence: number
  size = 0

  constructor(minConfidence: number) {
    this.minConfidence = minConfidence
  }

  /** Replaces the set. */
  load(list: readonly Indicator[]): void {
    this.byKind.clear()
    this.size = list.length
    for (const indicator of list) {
      const values = this.byKind.get(indicator.kind) ?? new Map<string, Indicator[]>()
      this.byKind.set(indicator.kind, values)
      const key = keyOf(indicator.kind, indicator.value)
      const same = values.get(key)
      if (same === undefined) values.set(key, [indicator])
      else same.push(indicator)
    }
  }

  /** Findings of an event: one for each value that an indicator valid at event time names. */
  match(event: Event, detected: Micros): Finding[] {
    if (this.size === 0) return []
    const findings: Finding[] = []
    for (const one of observablesOf(event)) {
      const best = this.best(one, event.time)
      if (best !== undefined) findings.push(findingFor(event, { one, best, detected }))
    }
    return findings
  }

  /** The most confident indicator for a value; of equals the one with the smaller id, so that replays agree. */
  private best(one: Observable, time: Micros): Indicator | undefined {
    let best: Indicator | undefined
    for (const indicator of this.byKind.get(one.kind)?.get(one.value) ?? []) {
      const valid = time >= indicator.validFrom && time <= indicator.validUntil
      if (!valid || indicator.confidence < this.minConfidence) continue
      const better =
        best === undefined ||
        indicator.confidence > best.confidence ||
        (indicator.confidence === best.confidence && indicator.id < best.id)
      if (better) best = indicator
    }
    return best
  }
}

/** High confidence asks for a person soon, middling for a look. */
function levelOfConfidence(confidence: number): Level {
  return confidence >= 80 ? 'high' : 'medium'
}

function findingFor(
  event: Event,
  what: { one: Observable; best: Indicator; detected: Micros },
): Finding {
  const { one, best, detected } = what
  const digest = digestOf(event)
  const rule: RuleInfo = {
    id: `indicator.${best.feed.replace(/:[0-9]+$/, '')}`,
    title: `Known bad ${one.kind} seen`,
    kind: 'indicator',
    level: levelOfConfidence(best.confidence),
    description: best.description,
    techniques: best.techniques,
    tactics: [],
    families: [],
    path: best.feed,
    version: '1',
  }
  const entity = entityOf(one)
  return findingOf({
    rule,
    first: digest,
    last: digest,
    positions: [event.id],
    count: 1,
    why: `${one.field} ${shown(one.seen)} is named by ${best.feed} with confidence ${best.confidence} of 100${best.description === '' ? '' : `: ${best.description.slice(0, 200)}`}.`,
    matched: [
      {
        field: one.field,
        expected: `${one.kind} ${best.value}`.slice(0, 200),
        seen: one.seen.slice(0, 200),
      },
    ],
    entities: joinEntities([digest.entities, entity === undefined ? [] : [entity]]),
    detected,
    identity: [event.id, one.kind, one.value],
  })
}

function entityOf(one: Observable): Entity | undefined {
  if (one.kind === 'ip') return { kind: 'ip', id: one.value, name: one.seen, role: 'destination' }
  if (one.kind === 'domain')
    return { kind: 'domain', id: one.value, name: one.value, role: 'destination' }
  if (one.kind === 'url') {
    const host = hostOf(one.value)
    return host === undefined
      ? undefined
      : { kind: 'domain', id: host, name: host, role: 'destination' }
  }
  if (HASH_OF_LENGTH[one.value.length] === one.kind)
    return { kind: 'file', id: `${one.kind}:${one.value}`, name: one.value, role: 'target' }
  return undefined
}

const HASH_OF_LENGTH: Readonly<Record<number, IndicatorKind>> = {
  32: 'md5',
  40: 'sha1',
  64: 'sha256',
}
const HASHES = /(?<![0-9a-zA-Z])(?:[0-9a-fA-F]{64}|[0-9a-fA-F]{40}|[0-9a-fA-F]{32})(?![0-9a-zA-Z])/g
const URL_TEXT = /^[a-z][a-z0-9+.-]{1,12}:\/\/\S+$/i
const DOMAIN =
  /^(?=.{4,253}$)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]\.?$/i
const MAIL = /^[^\s@]{1,64}@[^\s@]{3,253}$/
const ADDRESS = /^(?:[0-9]{1,3}(?:\.[0-9]{1,3}){3}|[0-9a-f:]*:[0-9a-f:]*:[0-9a-f:.]*)$/i
const AGENT_FIELD = /user[ _-]?agent/i
const FILE_NAME = /\.(?:exe|dll|sys|txt|log|ps1|bat|cmd|vbs|json|xml|ini|tmp|dat|zip|sh|py)\.?$/i

/** Case matters in user agents and in the path of a URL. */
function keyOf(kind: IndicatorKind, value: string): string {
  if (kind === 'user-agent') return value
  if (kind !== 'url') return value.toLowerCase().replace(/\.$/, '')
  return normalUrl(value)
}

/** Scheme and host in lower case, no fragment, no default port; the rest as it is. */
function normalUrl(text: string): string {
  const match = /^([a-z][a-z0-9+.-]*:\/\/)([^/?#]*)(.*)$/is.exec(text)
  if (match === null) return text
  const [, scheme = '', host = '', rest = ''] = match
  const bare = host
    .toLowerCase()
    .replace(scheme.toLowerCase() === 'https://' ? /:443$/ : /:80$/, '')
  return `${scheme.toLowerCase()}${bare}${rest.replace(/#.*$/s, '') || '/'}`
}

function hostOf(url: string): string | undefined {
  return /^[a-z][a-z0-9+.-]*:\/\/(?:[^/?#@]*@)?([^/?#:]+)/i.exec(url)?.[1]?.toLowerCase()
}

/** What intelligence may know of in an event: its addresses and URL first, then its native values. */
function observablesOf(event: Event): Observable[] {
  const found = new Map<string, Observable>()
  const add = (kind: IndicatorKind, field: string, seen: string) => {
    const value = keyOf(kind, seen)
    const id = `${kind}:${value}`
    if (!found.has(id) && found.size < MAX_OBSERVABLES) found.set(id, { kind, value, field, seen })
  }
  const { where } = event
  if (where.srcIp !== undefined) add('ip', 'where.srcIp', where.srcIp)
  if (where.dstIp !== undefined) add('ip', 'where.dstIp', where.dstIp)
  if (where.url !== undefined) classify('where.url', where.url, add)
  let left = MAX_VALUES
  const walk = (field: string, value: unknown, depth: number) => {
    if (left <= 0 || depth > 8) return
    left -= 1
    if (typeof value === 'string') classify(field, value, add)
    else if (typeof value === 'object' && value !== null)
      for (const [key, inner] of Object.entries(value))
        walk(Array.isArray(value) ? field : `${field}.${key}`, inner, depth + 1)
  }
  for (const [key, value] of Object.entries(event.fields)) walk(key, value, 0)
  return [...found.values()]
}

function classify(field: string, text: string, add: Add): void {
  if (text.length < 4 || text.length > MAX_TEXT) return
  if (AGENT_FIELD.test(field)) add('user-agent', field, text)
  if (text.length >= 32)
    for (const [hash] of text.matchAll(HASHES))
      add(HASH_OF_LENGTH[hash.length] ?? 'sha256', field, hash)
  if (URL_TEXT.test(text)) addUrl(field, text, add)
  else if (ADDRESS.test(text)) add('ip', field, text)
  else if (MAIL.test(text)) add('email', field, text)
  else if (DOMAIN.test(text) && !FILE_NAME.test(text)) addDomain(field, text, add)
}

type Add = (kind: IndicatorKind, field: string, seen: string) => void

function addUrl(field: string, text: string, add: Add): void {
  add('url', field, text)
  const host = hostOf(text)
  if (host === undefined) return
  if (ADDRESS.test(host)) add('ip', field, host)
  else addDomain(field, host, add)
}

/** A domain is also reported when intelligence names one that it lies under; not the top level alone. */
function addDomain(field: string, text: string, add: Add): void {
  const labels = text.replace(/\.$/, '').split('.')
  for (let at = 0; at <= labels.length - 2 && at < 5; at += 1)
    add('domain', field, labels.slice(at).join('.'))
}
