import { isObject, type JsonObject } from '#base/json.ts'
import type { Inner, ObjectFormat, ReadContext } from '../../native.ts'
import { compilePath, textOf } from '../../path.ts'
import { parseTime } from '../../time.ts'

/** Names under which shippers put the original line. */
const TEXT = reader('event.original|message|MESSAGE')
const HOST = reader('host.name|host.hostname|hostname|HOST|HOSTNAME|host|fromhost|agent.hostname')
const APP = reader(
  'process.name|log.syslog.appname|PROGRAM|programname|syslogtag|app|data_stream.dataset|log.file.path',
)
const PID = reader('process.pid|log.syslog.procid|PID|procid')

/**
 * Documents for an Elasticsearch index that carry a line of text: Filebeat, rsyslog omelasticsearch, syslog-ng, Fluent Bit,
 * Logstash. The line is the record; the rest of the document stays in the fields. Documents that were already
 * structured (ECS `event.action`, `event.category`) are left to the JSON format.
 */
export const bulk: ObjectFormat = {
  kind: 'object',
  name: 'bulk',
  summary:
    'Documents of Beats, rsyslog, syslog-ng, Fluent Bit and Logstash: a line of text with its envelope.',
  read(object, context) {
    if (!(context.feed.startsWith('bulk') || '@timestamp' in object)) return undefined
    if (isStructured(object)) return undefined
    const text = TEXT(object, context)
    if (text === undefined || text.trim() === '') return undefined
    const host = HOST(object, context)
    const app = APP(object, context) ?? context.meta['index']
    const pid = PID(object, context)
    const time = parseTime(object['@timestamp'], context)
    const inner: Inner = {
      inner: text,
      extra: object,
      ...(host === undefined ? {} : { host }),
      ...(app === undefined ? {} : { app: app.replace(/(?:\[\d+\])?:$/, '') }),
      ...(pid === undefined ? {} : { pid }),
      ...(time === undefined ? {} : { time }),
    }
    return [inner]
  },
}

function isStructured(object: JsonObject): boolean {
  if (object['event.action'] !== undefined || object['event.category'] !== undefined) return true
  const { event } = object
  return isObject(event) && (event['action'] !== undefined || event['category'] !== undefined)
}

function reader(path: string): (object: JsonObject, context: ReadContext) => string | undefined {
  const get = compilePath(path)
  return (fields, context) => textOf(get({ native: { format: 'bulk', fields, text: '' }, context }))
}
