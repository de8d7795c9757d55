import { isObject } from '#base/json.ts'
import type { Inner, ObjectFormat } from '../../native.ts'
import { textOf } from '../../path.ts'
import { parseTime } from '../../time.ts'

/** Splunk HTTP event collector: `{event, time, host, source, sourcetype, index, fields}`. Source: Splunk, Format events for HEC. */
export const hec: ObjectFormat = {
  kind: 'object',
  name: 'hec',
  summary:
    'Splunk HEC envelope: an event (object or text) with time, host, sourcetype and indexed fields.',
  read(object, context) {
    if (!context.feed.startsWith('hec') || !('event' in object)) return undefined
    const { event, fields } = object
    if (typeof event !== 'string' && !isObject(event)) return undefined
    const host = textOf(object['host']) ?? context.meta['host']
    const app =
      textOf(object['sourcetype']) ?? textOf(object['source']) ?? context.meta['sourcetype']
    const stamp = object['time']
    const time = parseTime(typeof stamp === 'string' ? asNumber(stamp) : stamp, context)
    const inner: Inner = {
      inner: event,
      ...(isObject(fields) ? { extra: fields } : {}),
      ...(host === undefined ? {} : { host }),
      ...(app === undefined ? {} : { app }),
      ...(time === undefined ? {} : { time }),
    }
    return [inner]
  },
}

function asNumber(text: string): unknown {
  const number = Number(text)
  return Number.isFinite(number) ? number : text
}
