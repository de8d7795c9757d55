import { isObject, type JsonObject } from '#base/json.ts'
import type { Inner, ObjectFormat, ReadContext } from '../../native.ts'
import { textOf } from '../../path.ts'
import { parseTime } from '../../time.ts'

type Unwrap = (object: JsonObject, context: ReadContext) => readonly Inner[] | undefined

/** The objects of a list; scalars in it are kept as text. */
function parts(list: unknown): readonly Inner[] | undefined {
  if (!Array.isArray(list)) return undefined
  return list.flatMap((one: unknown): Inner[] => {
    if (isObject(one)) return [{ inner: one }]
    const text = textOf(one)
    return text === undefined ? [] : [{ inner: text }]
  })
}

/** True when no key but the named ones is there: a wrapper holds nothing else of its own. */
function onlyKeys(object: JsonObject, allowed: ReadonlySet<string>): boolean {
  return Object.keys(object).every((key) => allowed.has(key))
}

const RECORD_KEYS = new Set([
  'Records',
  'records',
  'invocationId',
  'timestamp',
  'deliveryStreamArn',
])
const GRAPH_KEYS = new Set([
  'value',
  '@odata.context',
  '@odata.nextLink',
  '@odata.count',
  '@odata.deltaLink',
])
const DOCKER_KEYS = new Set(['log', 'stream', 'time', 'attrs', 'kubernetes', 'date'])

/** CloudTrail files in S3 and SQS batches (`Records`), Azure diagnostic settings through Event Hubs (`records`). */
const records: Unwrap = (object) => {
  if (!('Records' in object || 'records' in object)) return undefined
  return onlyKeys(object, RECORD_KEYS) ? parts(object['Records'] ?? object['records']) : undefined
}

/** Pages of Microsoft Graph. */
const graph: Unwrap = (object) =>
  'value' in object && onlyKeys(object, GRAPH_KEYS) ? parts(object['value']) : undefined

/** AWS EventBridge: `detail-type`, `source`, `detail`. */
const eventBridge: Unwrap = (object, context) => {
  const { detail, source } = object
  if (!isObject(detail) || typeof object['detail-type'] !== 'string' || typeof source !== 'string')
    return undefined
  // Only details that are records of their own; others (GuardDuty findings) need the envelope to be understood.
  if (detail['eventName'] === undefined) return undefined
  const time = parseTime(object['time'], context)
  return [{ inner: detail, ...(time === undefined ? {} : { time }) }]
}

/** AWS CloudWatch Logs subscriptions: `messageType`, `logGroup`, `logEvents`. */
const cloudWatch: Unwrap = (object, context) => {
  const { logEvents, logGroup } = object
  if (!Array.isArray(logEvents) || typeof logGroup !== 'string') return undefined
  return logEvents.flatMap((one: unknown): Inner[] => {
    const message = isObject(one) ? textOf(one['message']) : undefined
    if (!isObject(one) || message === undefined) return []
    const time = parseTime(one['timestamp'], context)
    return [{ inner: message, app: logGroup, ...(time === undefined ? {} : { time }) }]
  })
}

/** Amazon SNS notifications, SQS bodies of such. */
const sns: Unwrap = (object) => {
  const { Message: message } = object
  return object['Type'] === 'Notification' && typeof message === 'string' && 'TopicArn' in object
    ? [{ inner: message }]
    : undefined
}

/** Okta event hooks: `data.events` is a list of System Log events. */
const oktaHook: Unwrap = (object) => {
  const { data, eventType } = object
  return eventType === 'com.okta.event_hook' && isObject(data) ? parts(data['events']) : undefined
}

/** Lines of containers: `{log, stream, time}` of the Docker json-file driver. */
const container: Unwrap = (object, context) => {
  const { log } = object
  if (typeof log !== 'string' || log.trim() === '' || !onlyKeys(object, DOCKER_KEYS))
    return undefined
  const time = parseTime(object['time'], context)
  return [{ inner: log, extra: object, ...(time === undefined ? {} : { time }) }]
}

const WRAPPERS: readonly Unwrap[] = [
  records,
  graph,
  eventBridge,
  cloudWatch,
  sns,
  oktaHook,
  container,
]

/** Well-known wrappers around one or more records: the records inside are read on their own. */
export const wrapped: ObjectFormat = {
  kind: 'object',
  name: 'wrapped',
  summary:
    'Wrappers around records: Records[] of AWS, records[] of Azure, value[] of Graph, EventBridge, CloudWatch, SNS, Okta hooks, Docker.',
  read(object, context) {
    for (const unwrap of WRAPPERS) {
      const found = unwrap(object, context)
      if (found && found.length > 0) return found
    }
    return undefined
  },
}
