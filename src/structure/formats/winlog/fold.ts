import { isObject, type JsonObject } from '#base/json.ts'
import { eventFromBeat } from './beat.ts'
import { eventFromFlat } from './flat.ts'
import type { WinEvent } from './keys.ts'
import { addData, addSystem, addUserData } from './system.ts'

/** Keys of System that are numbers whenever their text is one. */
const NUMBERS = [
  'EventID',
  'EventID_Qualifiers',
  'Version',
  'Level',
  'Task',
  'Opcode',
  'EventRecordID',
  'Execution_ProcessID',
  'Execution_ThreadID',
]

const LEVELS: Readonly<Record<string, number>> = {
  critical: 1,
  error: 2,
  warning: 3,
  information: 4,
  info: 4,
  verbose: 5,
}

/** Parts of an event beside System, EventData and UserData that are kept under their own prefix. */
const OTHER_PARTS = ['RenderingInfo', 'ProcessingErrorData', 'DebugData']

/**
 * The fields of a Windows event in any of the usual JSON renderings, folded to one level: the evtx crate and
 * chainsaw (`Event` with `#attributes`), openwec and Velociraptor (`System`, `EventData`), Winlogbeat and Elastic
 * Agent (`winlog`), NXLog, Fluent Bit and other flat ones. `undefined` for everything else.
 */
export function eventFromJson(object: JsonObject): WinEvent | undefined {
  const root = isObject(object['Event']) ? object['Event'] : object
  const event = isObject(root['System'])
    ? eventFromParts(root, root['System'])
    : (eventFromBeat(root) ?? eventFromFlat(root))
  return event && tidyEvent(event)
}

function eventFromParts(root: JsonObject, system: JsonObject): WinEvent | undefined {
  const event: WinEvent = {}
  addSystem(event, system)
  if (event['EventID'] === undefined) return undefined
  addData(event, root['EventData'])
  if (root['UserData'] !== undefined) addUserData(event, root['UserData'])
  for (const part of OTHER_PARTS) {
    const value = root[part]
    if (isObject(value)) addData(event, { [part]: value })
  }
  const message = root['Message']
  if (typeof message === 'string') event['Message'] = message
  return event
}

/** Brings System values to one form: numbers, a GUID without braces in upper case, Keywords as hex text. */
export function tidyEvent(event: WinEvent): WinEvent | undefined {
  for (const key of NUMBERS) {
    const number = numberOf(event[key])
    if (number !== undefined) event[key] = number
  }
  if (typeof event['EventID'] !== 'number') return undefined
  const level = event['Level']
  if (typeof level === 'string') event['Level'] = LEVELS[level.toLowerCase()] ?? level
  const guid = event['Provider_Guid']
  if (typeof guid === 'string') event['Provider_Guid'] = guid.replace(/[{}]/g, '').toUpperCase()
  const keywords = event['Keywords']
  if (keywords !== undefined) event['Keywords'] = keywordsText(keywords)
  return event
}

function numberOf(value: unknown): number | undefined {
  if (typeof value !== 'string' || !/^\d{1,15}$/.test(value)) return undefined
  return Number(value)
}

/**
 * Keywords as Windows shows them, `0x8020000000000000`. A decimal (NXLog writes it signed) is turned into hex; a
 * number read from JSON has lost its low bits, the audit bits are high and stay. Words stay words.
 */
function keywordsText(value: unknown): unknown {
  const isNumber = typeof value === 'number' && Number.isInteger(value)
  const isDecimal = typeof value === 'string' && /^-?\d{1,20}$/.test(value)
  if (isNumber || isDecimal) return `0x${BigInt.asUintN(64, BigInt(value)).toString(16)}`
  if (typeof value === 'string' && /^0x[0-9a-f]+$/i.test(value)) return value.toLowerCase()
  return value
}
