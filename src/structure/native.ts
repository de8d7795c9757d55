import type { Micros } from '#base/clock.ts'
import type { JsonObject } from '#base/json.ts'
import type { Outcome } from '#base/outcome.ts'
import type { TimeQuality } from '#shape/event.ts'
import type { Zone } from './zone.ts'

/** A moment read from a record, and how well it is known. */
export interface Instant {
  readonly micros: Micros
  readonly quality: TimeQuality
}

/** What the envelopes around a record said; the inner record wins where it says the same thing itself. */
interface Envelope {
  /** Machine or service that logged it: syslog header, HEC `host`, winlog Computer. */
  readonly host?: string
  /** Syslog app name, HEC sourcetype, `_bulk` index, file path. */
  readonly app?: string
  readonly pid?: string
  /** Time of the envelope; used when the mapping finds none in the record. */
  readonly time?: Instant
}

/** A record (or a part of one) after its format was undone and before a mapping gave it meaning. */
export interface Native extends Envelope {
  /** Name of the format it was read with: `json`, `syslog`, `winlog`. */
  readonly format: string
  /** Native names and values, verbatim. A mapping may add the named groups of its text rows and its aliases. */
  readonly fields: Record<string, unknown>
  /** Text for people and for text rows: syslog message, journald MESSAGE, whole line; '' when there is none. */
  readonly text: string
  /** Bytes of this part alone (JSON parts are written anew). Absent: the bytes of the whole record are the evidence. */
  readonly raw?: Uint8Array
}

/** A payload found inside an envelope, still to be read by the other formats. */
export interface Inner extends Envelope {
  readonly inner: string | JsonObject
  /** Names and values of the envelope worth keeping; added to the fields where the inner record lacks them. */
  readonly extra?: JsonObject
  /** Bytes of this part alone, as in Native. */
  readonly raw?: Uint8Array
}

/** A stretch of a record that could not be read while others could: it becomes a dead letter. */
interface Damage {
  /** Stable reason code: `evtx.bad-record`. */
  readonly damage: string
  readonly detail: string
  readonly raw?: Uint8Array
}

/** What a format gives back for each event it found, and for each stretch it could not read. */
export type Part = Native | Inner | Damage

/** What a reader knows about the record beside its bytes. Nothing else may influence a reading. */
export interface ReadContext {
  readonly received: Micros
  readonly feed: string
  readonly meta: Readonly<Record<string, string>>
  /** Zone assumed for times that name none. */
  readonly zone: Zone
}

/** Reads lines of text. `undefined` = not this format, the next one is tried. Never throws. */
export interface TextFormat {
  readonly kind: 'text'
  readonly name: string
  readonly summary: string
  read(text: string, context: ReadContext): Part | undefined
}

/** Reads parsed JSON objects. `undefined` = not this format, the next one is tried. Never throws. */
export interface ObjectFormat {
  readonly kind: 'object'
  readonly name: string
  readonly summary: string
  read(object: JsonObject, context: ReadContext): readonly Part[] | undefined
}

/** Reads bytes that the input marked with `meta.format` = `name` (or `name-chunk`). A bad outcome becomes a dead letter. */
export interface BytesFormat {
  readonly kind: 'bytes'
  readonly name: string
  readonly summary: string
  /** True when the bytes show by themselves that they are of this format. */
  recognises?(bytes: Uint8Array): boolean
  read(bytes: Uint8Array, context: ReadContext): Outcome<readonly Part[]>
}

/** Any of the three kinds of formats. */
export type Format = TextFormat | ObjectFormat | BytesFormat
