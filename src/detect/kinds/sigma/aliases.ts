import type { Event } from '#shape/event.ts'
import { webAliases } from './web-aliases.ts'

/** Gives the value of a field under another name; undefined when the event does not hold it. */
type Alias = (event: Event) => unknown

/** Other names of the fields of one kind of event, lower case. */
export interface AliasTable {
  /** Names as Sysmon writes them; they win over native fields of the same name. For category rules only. */
  readonly sysmon?: ReadonlyMap<string, Alias>
  /** Used when the event has no such field. */
  readonly missing?: ReadonlyMap<string, Alias>
}

/** Channel (lower case) and event id of a Windows event. */
export interface WindowsKey {
  readonly channel: string
  readonly eventId: number
}

const CHANNEL_OF_FAMILY: Readonly<Record<string, string>> = {
  'windows.application': 'application',
  'windows.defender': 'microsoft-windows-windows defender/operational',
  'windows.powershell': 'microsoft-windows-powershell/operational',
  'windows.security': 'security',
  'windows.sysmon': 'microsoft-windows-sysmon/operational',
  'windows.system': 'system',
}

/** The Windows key of an event; undefined when it is no Windows event. Sysmon for Linux is none. */
export function windowsKeyOf(event: Event): WindowsKey | undefined {
  const channel = ownText(event, 'Channel')
  const id = ownText(event, 'EventID') ?? event.what.code
  if (!event.family.startsWith('windows.')) {
    const hinted = event.family === 'unknown' || event.family.startsWith('generic')
    if (!hinted || channel === undefined || ownText(event, 'EventID') === undefined)
      return undefined
  }
  const name = channel?.toLowerCase() ?? CHANNEL_OF_FAMILY[event.family] ?? ''
  return { channel: name, eventId: Number(id ?? -1) }
}

function own(event: Event, name: string): unknown {
  return Object.hasOwn(event.fields, name) ? event.fields[name] : undefined
}

function ownText(event: Event, name: string): string | undefined {
  const value = own(event, name)
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined
}

const take =
  (name: string): Alias =>
  (event) =>
    own(event, name)

const change =
  (name: string, to: (text: string) => string): Alias =>
  (event) => {
    const text = ownText(event, name)
    return text === undefined ? undefined : to(text)
  }

const INTEGRITY: Readonly<Record<string, string>> = {
  'S-1-16-0': 'Untrusted',
  'S-1-16-4096': 'Low',
  'S-1-16-8192': 'Medium',
  'S-1-16-8448': 'Medium',
  'S-1-16-12288': 'High',
  'S-1-16-16384': 'System',
}

const decimalPid = (text: string) =>
  /^0x[0-9a-f]{1,8}$/i.test(text) ? String(Number.parseInt(text, 16)) : text
const words = (table: Readonly<Record<string, string>>) => (text: string) => table[text] ?? text
const registryPath = (text: string) =>
  text.replace(/^\\REGISTRY\\MACHINE/i, 'HKLM').replace(/^\\REGISTRY\\USER/i, 'HKU')
const devicePath = (text: string) => text.replace(/^\\device\\harddiskvolume[0-9]+/i, 'C:')

const account =
  (domain: string, user: string): Alias =>
  (event) => {
    const name = ownText(event, user)
    const realm = ownText(event, domain)
    if (name === undefined) return undefined
    return realm === undefined || realm === '' || realm === '-' ? name : `${realm}\\${name}`
  }

const table = (rows: Readonly<Record<string, Alias>>): ReadonlyMap<string, Alias> =>
  new Map(Object.entries(rows).map(([name, alias]) => [name.toLowerCase(), alias]))

const PROCESS_4688 = table({
  Image: take('NewProcessName'),
  ParentImage: take('ParentProcessName'),
  ProcessId: change('NewProcessId', decimalPid),
  ParentProcessId: change('ProcessId', decimalPid),
  LogonId: take('SubjectLogonId'),
  IntegrityLevel: change('MandatoryLabel', words(INTEGRITY)),
  User: account('SubjectDomainName', 'SubjectUserName'),
})

const PROCESS_4689 = table({
  Image: take('ProcessName'),
  ProcessId: change('ProcessId', decimalPid),
})

const REGISTRY_4657 = table({
  Image: take('ProcessName'),
  ProcessId: change('ProcessId', decimalPid),
  Details: take('NewValue'),
  User: account('SubjectDomainName', 'SubjectUserName'),
  EventType: change(
    'OperationType',
    words({ '%%1904': 'SetValue', '%%1905': 'SetValue', '%%1906': 'DeleteValue' }),
  ),
  TargetObject: (event) => {
    const key = ownText(event, 'ObjectName')
    const value = ownText(event, 'ObjectValueName')
    if (key === undefined) return undefined
    const path = registryPath(key)
    return value === undefined || value === '' || value === '-' ? path : `${path}\\${value}`
  },
})

const CONNECTION_5156 = table({
  Image: change('Application', devicePath),
  Initiated: change('Direction', words({ '%%14593': 'true', '%%14592': 'false' })),
  SourceIp: take('SourceAddress'),
  DestinationIp: take('DestAddress'),
  DestinationPort: take('DestPort'),
  Protocol: change('Protocol', words({ '6': 'tcp', '17': 'udp' })),
  ProcessId: change('ProcessID', decimalPid),
})

const hash =
  (name: string): Alias =>
  (event) => {
    const hashes = ownText(event, 'Hashes') ?? ownText(event, 'Hash')
    if (hashes === undefined || hashes.length > 1_000) return undefined
    for (const part of hashes.split(',')) {
      const [label = '', value] = part.split('=')
      if (label.trim().toUpperCase() === name && value !== undefined) return value.trim()
    }
    return undefined
  }

const SYSMON: AliasTable = {
  missing: table({
    md5: hash('MD5'),
    sha1: hash('SHA1'),
    sha256: hash('SHA256'),
    imphash: hash('IMPHASH'),
    ...windowsHost(),
  }),
}

const DEFENDER: AliasTable = {
  missing: table({
    Signature: (event) => own(event, 'Threat Name') ?? own(event, 'ThreatName'),
    Filename: take('Path'),
    ...windowsHost(),
  }),
}

const WINDOWS: AliasTable = { missing: table(windowsHost()) }
const SECURITY: Readonly<Record<number, AliasTable>> = {
  4657: { ...WINDOWS, sysmon: REGISTRY_4657 },
  4688: { ...WINDOWS, sysmon: PROCESS_4688 },
  4689: { ...WINDOWS, sysmon: PROCESS_4689 },
  5156: { ...WINDOWS, sysmon: CONNECTION_5156 },
}

function windowsHost(): Record<string, Alias> {
  const host: Alias = (event) => event.where.host
  return { Computer: host, ComputerName: host, Hostname: host, EventID: (event) => event.what.code }
}

/** The other names for the fields of this event. */
export function aliasesOf(key: WindowsKey | undefined): AliasTable {
  if (key === undefined) return webAliases
  if (key.channel === 'security') return SECURITY[key.eventId] ?? WINDOWS
  if (key.channel.endsWith('sysmon/operational')) return SYSMON
  return key.channel.endsWith('windows defender/operational') ? DEFENDER : WINDOWS
}
