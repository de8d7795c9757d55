/**
 * Windows events in any rendering: JSON of a dozen writers, XML text. All become one flat dictionary with the
 * names of System (`EventID`, `Channel`, `Provider_Name`, …) and those of EventData or UserData, verbatim.
 * Never reads a file; never resolves an entity or a document type.
 */
import { isObject, type JsonObject } from '#base/json.ts'
import type { Native, ObjectFormat, Part, ReadContext, TextFormat } from '../../native.ts'
import { parseTime } from '../../time.ts'
import { eventFromJson, tidyEvent } from './fold.ts'
import type { WinEvent } from './keys.ts'
import { eventFromXml, looksLikeEventXml } from './xml.ts'

/** Windows events as JSON. */
export const winlog: ObjectFormat = {
  kind: 'object',
  name: 'winlog',
  summary:
    'Windows events as JSON: Winlogbeat, NXLog, Fluent Bit, openwec, Velociraptor, the evtx crate.',
  read(object, context) {
    const xml = embeddedXml(object)
    if (xml !== undefined) return xml
    const event = eventFromJson(object)
    return event && [nativeOf(event, context)]
  },
}

/** Windows events as XML text. */
export const winlogXml: TextFormat = {
  kind: 'text',
  name: 'winlog-xml',
  summary: 'A Windows event as XML text, as the event log itself renders it.',
  read(text, context) {
    if (!looksLikeEventXml(text)) return undefined
    const folded = eventFromXml(text)
    const event = folded && tidyEvent(folded)
    return event && nativeOf(event, context)
  },
}

/** openwec's `{meta, data}` and Fluent Bit's `{System: "<Event…"}`: the event is XML inside the JSON. */
function embeddedXml(object: JsonObject): readonly Part[] | undefined {
  for (const key of ['data', 'System', 'Event', 'EventXML', 'Xml']) {
    const value = object[key]
    if (typeof value !== 'string' || !looksLikeEventXml(value)) continue
    const meta = isObject(object['meta']) ? object['meta'] : {}
    const host = meta['Principal'] ?? meta['IpAddress']
    return [{ inner: value, ...(typeof host === 'string' ? { host } : {}) }]
  }
  return undefined
}

/** The folded event as a native record: its machine, its time, and its message as text. */
export function nativeOf(event: WinEvent, context: ReadContext): Native {
  const host = event['Computer']
  const text = event['Message'] ?? event['RenderingInfo_Message']
  const time = parseTime(event['TimeCreated_SystemTime'], context)
  return {
    format: 'winlog',
    fields: event,
    text: typeof text === 'string' ? text : '',
    ...(typeof host === 'string' && host !== '' ? { host } : {}),
    ...(time ? { time } : {}),
  }
}
