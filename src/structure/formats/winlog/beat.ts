import { isObject, type JsonObject } from '#base/json.ts'
import { ownValue, type WinEvent } from './keys.ts'
import { addData, addUserData } from './system.ts'

/** Where each System value stands in a Winlogbeat or Elastic Agent document; the first that is there wins. */
const PLACES: readonly (readonly [key: string, paths: readonly string[]])[] = [
  ['Provider_Name', ['winlog.provider_name', 'event.provider']],
  ['Provider_Guid', ['winlog.provider_guid']],
  ['EventID', ['winlog.event_id', 'event.code']],
  ['Version', ['winlog.version']],
  ['Level', ['winlog.level', 'log.level']],
  ['Task', ['winlog.task']],
  ['Opcode', ['winlog.opcode']],
  ['Keywords', ['winlog.keywords']],
  ['TimeCreated_SystemTime', ['winlog.time_created', '@timestamp', 'event.created']],
  ['EventRecordID', ['winlog.record_id']],
  ['Correlation_ActivityID', ['winlog.activity_id']],
  ['Correlation_RelatedActivityID', ['winlog.related_activity_id']],
  ['Execution_ProcessID', ['winlog.process.pid']],
  ['Execution_ThreadID', ['winlog.process.thread.id']],
  ['Channel', ['winlog.channel']],
  ['Computer', ['winlog.computer_name', 'host.name', 'host.hostname']],
  ['Security_UserID', ['winlog.user.identifier']],
  ['Security_UserName', ['winlog.user.name']],
  ['Security_UserDomain', ['winlog.user.domain']],
  ['Message', ['message']],
]

/** Names of Winlogbeat 6, which had no `winlog` object. */
const OLD_PLACES: readonly (readonly [key: string, paths: readonly string[]])[] = [
  ['Provider_Name', ['source_name']],
  ['Provider_Guid', ['provider_guid']],
  ['EventID', ['event_id']],
  ['Level', ['level']],
  ['Task', ['task']],
  ['Opcode', ['opcode']],
  ['Keywords', ['keywords']],
  ['TimeCreated_SystemTime', ['@timestamp']],
  ['EventRecordID', ['record_number']],
  ['Execution_ProcessID', ['process_id']],
  ['Execution_ThreadID', ['thread_id']],
  ['Channel', ['log_name']],
  ['Computer', ['computer_name']],
  ['Security_UserID', ['user.identifier']],
  ['Security_UserName', ['user.name']],
  ['Security_UserDomain', ['user.domain']],
  ['Message', ['message']],
]

/** The fields of a Winlogbeat or Elastic Agent document, nested or with dotted keys; `undefined` for others. */
export function eventFromBeat(document: JsonObject): WinEvent | undefined {
  const winlog = branch(document, 'winlog')
  if (winlog) return fold(document, { places: PLACES, data: winlog })
  const isOld = document['log_name'] !== undefined && document['event_id'] !== undefined
  return isOld ? fold(document, { places: OLD_PLACES, data: document }) : undefined
}

interface Plan {
  readonly places: typeof PLACES
  /** The object that holds `event_data` and `user_data`. */
  readonly data: JsonObject
}

function fold(document: JsonObject, plan: Plan): WinEvent | undefined {
  const event: WinEvent = {}
  for (const [key, paths] of plan.places) {
    for (const path of paths) {
      const value = at(document, path)
      if (value === undefined || value === null || isObject(value)) continue
      event[key] = ownValue(value)
      break
    }
  }
  if (event['EventID'] === undefined) return undefined
  addData(event, branch(plan.data, 'event_data'))
  const userData = branch(plan.data, 'user_data')
  if (userData) addUserData(event, withoutName(userData))
  return event
}

/** Winlogbeat flattens UserData and leaves the name of its element in `xml_name`. */
function withoutName(data: JsonObject): JsonObject {
  const { xml_name: _name, ...rest } = data
  return rest
}

/** The object under a key, or built from the keys that begin with `key.`. */
function branch(object: JsonObject, key: string): JsonObject | undefined {
  const direct = object[key]
  if (isObject(direct)) return direct
  const prefix = `${key}.`
  const found = Object.entries(object).filter(([name]) => name.startsWith(prefix))
  if (found.length === 0) return undefined
  return Object.fromEntries(found.map(([name, value]) => [name.slice(prefix.length), value]))
}

/** The value at a dotted path, whichever of its dots are in the keys. */
function at(object: JsonObject, path: string): unknown {
  if (Object.hasOwn(object, path)) return object[path]
  for (let dot = path.indexOf('.'); dot !== -1; dot = path.indexOf('.', dot + 1)) {
    const inner = object[path.slice(0, dot)]
    const found = isObject(inner) ? at(inner, path.slice(dot + 1)) : undefined
    if (found !== undefined) return found
  }
  return undefined
}
