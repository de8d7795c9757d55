import { isObject, type JsonObject } from '#base/json.ts'
import { insertNames } from './inserts.ts'
import { ownValue, plainKey, type WinEvent } from './keys.ts'
import { addData } from './system.ts'

/**
 * Other names for System values in flat renderings: NXLog, Fluent Bit winevtlog, Get-WinEvent,
 * Sentinel tables.
 * The first that is there wins; the names themselves stay in the event as well.
 */
const OTHER_NAMES: Readonly<Record<string, readonly string[]>> = {
  Channel: ['LogName'],
  Computer: ['Hostname', 'ComputerName', 'MachineName'],
  Correlation_ActivityID: ['ActivityID', 'ActivityId'],
  Correlation_RelatedActivityID: ['RelatedActivityID'],
  EventID: ['EventId'],
  EventRecordID: ['RecordNumber', 'EventRecordId', 'RecordId'],
  EventID_Qualifiers: ['Qualifiers'],
  Execution_ProcessID: ['ExecutionProcessID', 'ProcessID'],
  Execution_ThreadID: ['ExecutionThreadID', 'ThreadID'],
  Level: ['LevelValue'],
  Opcode: ['OpcodeValue'],
  Provider_Guid: ['ProviderGuid', 'ProviderId'],
  Provider_Name: ['SourceName', 'ProviderName', 'EventSourceName'],
  Security_UserID: ['UserID', 'UserSid'],
  Task: ['TaskValue'],
  TimeCreated_SystemTime: ['SystemTime', 'TimeCreated', 'EventTimeUTC', 'TimeGenerated'],
}

/** NXLog's SeverityValue as Windows' Level. */
const LEVEL_OF_SEVERITY: Readonly<Record<string, number>> = { 1: 5, 2: 4, 3: 3, 4: 2, 5: 1 }

/** A time with its zone. */
const ZONED = /(?:Z|[+-]\d\d:?\d\d)$/i

/**
 * The fields of a flat rendering, where System and data values stand side by side; `undefined` when the object
 * names no event id, or neither channel nor provider.
 */
export function eventFromFlat(object: JsonObject): WinEvent | undefined {
  const eventId = anyOf(object, 'EventID') ?? idOfGetWinEvent(object)
  if (eventId === undefined) return undefined
  if (!named(object, 'Channel') && !named(object, 'Provider_Name')) return undefined
  const event: WinEvent = {}
  for (const [name, value] of Object.entries(object)) {
    if (name === 'EventData' || value === null || isObject(value)) continue
    event[plainKey(name)] = ownValue(value)
  }
  for (const key of Object.keys(OTHER_NAMES)) {
    const value = anyOf(object, key)
    if (value !== undefined && (typeof value !== 'string' || value !== ''))
      event[key] = ownValue(value)
  }
  event['EventID'] = eventId
  setAccount(event, object)
  setTime(event, object)
  setLevel(event, object)
  setEventType(event)
  addData(event, object['EventData'])
  addInserts(event, object)
  return event
}

function anyOf(object: JsonObject, key: string): unknown {
  for (const name of [key, ...(OTHER_NAMES[key] ?? [])]) {
    const value = Object.hasOwn(object, name) ? object[name] : undefined
    if (value !== undefined && value !== null && !isObject(value)) return value
  }
  return undefined
}

function named(object: JsonObject, key: string): boolean {
  const value = anyOf(object, key)
  return typeof value === 'string' && value !== ''
}

/** `Id` alone says too little to be taken for a Windows event. */
function idOfGetWinEvent(object: JsonObject): unknown {
  return named(object, 'LogName') && named(object, 'ProviderName') ? object['Id'] : undefined
}

/** NXLog resolves the SID of the header; without its AccountType the name is a data field of the event. */
function setAccount(event: WinEvent, object: JsonObject): void {
  const { AccountName: name, AccountType: type, Domain: domain } = object
  if (typeof type !== 'string' || typeof name !== 'string') return
  event['Security_UserName'] = name
  if (typeof domain === 'string') event['Security_UserDomain'] = domain
}

/** NXLog writes EventTime in local time without a zone; a time that names its zone is better. */
function setTime(event: WinEvent, object: JsonObject): void {
  if (event['TimeCreated_SystemTime'] !== undefined) return
  const local = object['EventTime']
  const stamp = object['@timestamp']
  const best = typeof local === 'string' && !ZONED.test(local) ? (stamp ?? local) : (local ?? stamp)
  if (typeof best === 'string' || typeof best === 'number') event['TimeCreated_SystemTime'] = best
}

function setLevel(event: WinEvent, object: JsonObject): void {
  const severity = object['SeverityValue']
  if (event['Level'] !== undefined || severity === undefined) return
  const level = LEVEL_OF_SEVERITY[String(severity)]
  if (level !== undefined) event['Level'] = level
}

/**
 * NXLog's own EventType (INFO, AUDIT_SUCCESS) hides the one of Sysmon's registry and WMI events, which rules ask
 * for; the message still has it.
 */
function setEventType(event: WinEvent): void {
  const { EventType: type, Provider_Name: provider, Message: message } = event
  if (provider !== 'Microsoft-Windows-Sysmon' || typeof message !== 'string') return
  const own = /^EventType: (\w{1,40})\s*$/m.exec(message.slice(0, 4096))?.[1]
  if (own !== undefined && type !== own) event['EventType'] = own
}

/** Fluent Bit gives the values of EventData in order, without their names. */
function addInserts(event: WinEvent, object: JsonObject): void {
  const values: unknown = object['StringInserts']
  if (!Array.isArray(values)) return
  const names = insertNames(String(event['Provider_Name']), Number(event['EventID']), values.length)
  const list: readonly unknown[] = values
  names?.forEach((name, at) => {
    addData(event, { [name]: list[at] })
  })
  addData(event, list.slice(names?.length ?? 0))
}
