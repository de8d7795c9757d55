/** A Windows event folded to one level: System names, then EventData or UserData names, verbatim. */
export type WinEvent = Record<string, unknown>

/**
 * Names that belong to the System part of a Windows event in the folded form.
 * A data field of the same name is kept as `EventData_<name>`, so that a rule on `Channel` or `EventID`
 * never reads a value that the sender chose.
 */
const SYSTEM_KEYS: ReadonlySet<string> = new Set([
  'Channel',
  'Computer',
  'Correlation_ActivityID',
  'Correlation_RelatedActivityID',
  'EventID',
  'EventID_Qualifiers',
  'EventRecordID',
  'Execution_ProcessID',
  'Execution_ThreadID',
  'Keywords',
  'Level',
  'Opcode',
  'Provider_EventSourceName',
  'Provider_Guid',
  'Provider_Name',
  'Security_UserDomain',
  'Security_UserID',
  'Security_UserName',
  'Task',
  'TimeCreated_SystemTime',
  'Version',
])

/** The key under which a data field is kept: itself, or with `EventData_` before a reserved name. */
export function dataKey(name: string): string {
  return SYSTEM_KEYS.has(name) || name === '__proto__' ? `EventData_${name}` : name
}

/** The key of an attribute or element outside EventData; only a prototype name is changed. */
export function plainKey(name: string): string {
  return name === '__proto__' ? '___proto__' : name
}

/**
 * Sets a field; further values under the same name make a list, as for several unnamed `Data` elements.
 * A list is copied: the event never shares one with the record it came from.
 */
export function addField(event: WinEvent, key: string, value: unknown): void {
  const isTaken = Object.hasOwn(event, key)
  if (!isTaken && !Array.isArray(value)) {
    event[key] = value
    return
  }
  const before = isTaken ? event[key] : []
  if (Array.isArray(before) && isTaken && !Array.isArray(value)) before.push(value)
  else event[key] = [before, value].flat()
}

/** A value as the event keeps it: text trimmed, a list copied, so that none is shared with the record. */
export function ownValue(value: unknown): unknown {
  if (typeof value === 'string') return trimValue(value)
  return Array.isArray(value) ? [...value] : value
}

/** The text without white space at its end: Windows pads many values, rules never expect it. */
export function trimValue(text: string): string {
  const last = text.charCodeAt(text.length - 1)
  return last <= 32 || last >= 0x85 ? text.trimEnd() : text
}
