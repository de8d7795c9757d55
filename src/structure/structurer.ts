import { reasonOf } from '#base/failure.ts'
import type { JournalRecord } from '#base/journal.ts'
import { type DeadLetter, type Event, positionOf } from '#shape/event.ts'
import { capFields, MAX_FIELD_CHARS } from './cap.ts'
import { compileFamily, type Family, type Meaning } from './compile.ts'
import { unknown } from './families/unknown.ts'
import { FAMILIES } from './families.ts'
import type { Native, ReadContext } from './native.ts'
import { type Reading, readRecord, type Unreadable } from './read.ts'
import { compileRoutes, type Place } from './routes.ts'
import type { Structured, Structurer, StructurerOptions } from './structured.ts'
import { findZone, UTC } from './zone.ts'

/** Text rows look at this much of a line, so that no line can stall them. */
const MAX_TEXT_CHARS = 16_384
/** Families of this rank and above only catch what is left over. */
const LEFTOVER_RANK = 90

const NO_META: Readonly<Record<string, string>> = {}

/** Makes a structurer; mappings are compiled here, once. A route with an unknown family recognises by content. */
export function createStructurer(options: StructurerOptions): Structurer {
  const families = FAMILIES.map(compileFamily)
  const byRank = [...families].sort((a, b) => a.rank - b.rank || (a.id < b.id ? -1 : 1))
  const byId = new Map(families.map((family) => [family.id, family]))
  const pick = chooser(byRank, byId)
  const route = compileRoutes(options.routes)
  const zone = (options.zone === undefined ? undefined : findZone(options.zone)) ?? UTC
  const structure = (record: JournalRecord): Structured => {
    const { received, feed, meta = NO_META } = record
    const context: ReadContext = { received, feed, meta, zone }
    if (record.dead !== undefined) {
      const { source } = route(context, {})
      return {
        source,
        events: [],
        dead: [deadLetter(record, { code: record.dead, detail: '' }, { source })],
      }
    }
    const reading = readRecord(record.bytes, context)
    const place = route(context, reading.natives[0] ?? {})
    return collect(reading, { record, context, place, pick })
  }
  return {
    families: families.map(({ id }) => id).sort(),
    structure(record) {
      try {
        return structure(record)
      } catch (error) {
        const { feed: source } = record
        return { source, events: [], dead: [deadLetter(record, failed(error), { source })] }
      }
    },
  }
}

/** A bug in a mapping must cost one event, visibly, and not the pipeline. */
function failed(error: unknown): Unreadable {
  return { code: 'structure.failed', detail: reasonOf(error) }
}

interface Frame {
  readonly record: JournalRecord
  readonly context: ReadContext
  readonly place: Place
  readonly pick: Choose
}

/** Numbers the parts of a record, events first, when there is more than one. */
function collect({ natives, dead }: Reading, frame: Frame): Structured {
  const { record, place } = frame
  const { source } = place
  const several = natives.length + dead.length > 1
  const structured: Structured = { source, events: [], dead: [] }
  for (const [at, native] of natives.entries()) {
    const part = several ? at + 1 : 0
    try {
      structured.events.push(eventOf(frame, limited(native, record), part))
    } catch (error) {
      const raw = native.raw ?? record.bytes
      structured.dead.push(deadLetter(record, { ...failed(error), raw }, { source, part }))
    }
  }
  for (const [at, why] of dead.entries()) {
    const part = several ? natives.length + at + 1 : 0
    structured.dead.push(deadLetter(record, why, { source, part }))
  }
  return structured
}

type Choose = (native: Native, context: ReadContext, wanted: string | undefined) => Family

/**
 * The family of the route when the record speaks of it; else the family it speaks of unmistakably; else the family of
 * the route all the same; else one that takes leftovers; else `unknown`.
 */
function chooser(byRank: readonly Family[], byId: ReadonlyMap<string, Family>): Choose {
  const strong = byRank.filter(({ rank }) => rank < LEFTOVER_RANK)
  const leftover = byRank.filter(({ rank }) => rank >= LEFTOVER_RANK)
  const fallback = compileFamily(unknown)
  return (native, context, wanted) => {
    const scope = { native, context }
    const preferred = wanted === undefined ? undefined : byId.get(wanted)
    if (preferred?.recognises(scope)) return preferred
    return (
      strong.find((family) => family.recognises(scope)) ??
      preferred ??
      leftover.find((family) => family.recognises(scope)) ??
      fallback
    )
  }
}

function eventOf(frame: Frame, native: Native, part: number): Event {
  const { record, context, place, pick } = frame
  const family = pick(native, context, place.family)
  const meaning = family.read({ native, context })
  return {
    id: positionOf(record.partition, record.seq, part),
    partition: record.partition,
    seq: record.seq,
    source: place.source,
    family: family.id,
    received: record.received,
    ...timesOf(meaning, record),
    who: meaning.who,
    what: meaning.what,
    where: meaning.where,
    message: meaning.message,
    fields: native.fields,
    raw: native.raw ?? record.bytes,
  }
}

type Times = { time: number; timeQuality: Event['timeQuality']; end?: number }

function timesOf(meaning: Meaning, record: JournalRecord): Times {
  const { time, end } = meaning
  if (!time) return { time: record.received, timeQuality: 'received' }
  const known = { time: time.micros, timeQuality: time.quality }
  return end === undefined ? known : { ...known, end: end.micros }
}

/** Only large records are looked through: a small one cannot hold a value that is too long. */
function limited(native: Native, record: JournalRecord): Native {
  if (record.bytes.length <= MAX_TEXT_CHARS) return native
  const text = native.text.slice(0, MAX_TEXT_CHARS)
  if (record.bytes.length <= MAX_FIELD_CHARS) return { ...native, text }
  return { ...native, text, fields: capFields(native.fields) }
}

function deadLetter(
  record: JournalRecord,
  why: Unreadable,
  where: { readonly source: string; readonly part?: number },
): DeadLetter {
  return {
    id: positionOf(record.partition, record.seq, where.part),
    partition: record.partition,
    seq: record.seq,
    source: where.source,
    received: record.received,
    reason: why.code,
    detail: why.detail,
    raw: why.raw ?? record.bytes,
  }
}
