import { isObject, type JsonObject } from '#base/json.ts'
import type { Inner, ObjectFormat } from '../../native.ts'
import { textOf } from '../../path.ts'
import { native } from '../../time.ts'

/**
 * OpenTelemetry log records as `{resource, scope, record}`. The body is the record when it is text or a map; attributes
 * stay reachable under their own names. Source: opentelemetry-proto logs/v1, JSON mapping.
 */
export const otlp: ObjectFormat = {
  kind: 'object',
  name: 'otlp',
  summary: 'OpenTelemetry log records with their resource and scope.',
  read(object, context) {
    const { record } = object
    if (!isObject(record) || !(context.feed.startsWith('otlp') || 'resource' in object))
      return undefined
    const resource = attributesOf(object['resource'])
    const body = anyValue(record['body'])
    const extra: JsonObject = { ...resource, ...attributesOf(record), ...severityOf(record) }
    const host = textOf(resource['host.name']) ?? textOf(resource['k8s.node.name'])
    const app = textOf(resource['service.name'])
    const time = timeOf(record)
    const inner: Inner = {
      inner: isObject(body) ? body : (textOf(body) ?? textOf(record['eventName']) ?? ''),
      extra,
      ...(host === undefined ? {} : { host }),
      ...(app === undefined ? {} : { app }),
      ...(time === undefined ? {} : { time }),
    }
    return [inner]
  },
}

function timeOf(record: JsonObject): Inner['time'] {
  for (const key of ['timeUnixNano', 'observedTimeUnixNano']) {
    const text = textOf(record[key])
    const number = text === undefined ? 0 : Number(text)
    if (number > 0) return native(number / 1e3)
  }
  return undefined
}

function severityOf(record: JsonObject): JsonObject {
  const found: JsonObject = {}
  for (const key of ['severityText', 'severityNumber', 'traceId', 'spanId', 'eventName'])
    if (record[key] !== undefined) found[key] = record[key]
  return found
}

function attributesOf(owner: unknown): JsonObject {
  const list = isObject(owner) ? owner['attributes'] : undefined
  if (isObject(list)) return list
  return Array.isArray(list) ? keyValues(list) : {}
}

function keyValues(list: readonly unknown[]): JsonObject {
  return Object.fromEntries(
    list.flatMap((one): [string, unknown][] =>
      isObject(one) && typeof one['key'] === 'string' ? [[one['key'], anyValue(one['value'])]] : [],
    ),
  )
}

/** An AnyValue as plain JSON; anything that is none stays as it is. */
function anyValue(value: unknown): unknown {
  if (!isObject(value)) return value
  for (const key of ['stringValue', 'boolValue', 'intValue', 'doubleValue', 'bytesValue'])
    if (value[key] !== undefined) return value[key]
  const { arrayValue, kvlistValue } = value
  if (isObject(arrayValue)) return listOf(arrayValue).map(anyValue)
  if (isObject(kvlistValue)) return keyValues(listOf(kvlistValue))
  return value
}

function listOf(value: JsonObject): readonly unknown[] {
  return Array.isArray(value['values']) ? value['values'] : []
}
