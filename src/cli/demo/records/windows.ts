import { COMPANY } from '../company.ts'
import type { DemoRecord, Moment } from '../wire.ts'

/** One Windows event: data by name, or `userData` for the events that carry their own element. */
interface WindowsEntry {
  readonly id: number
  readonly host: string
  readonly data?: Readonly<Record<string, string>>
  readonly userData?: Readonly<Record<string, string>>
  readonly isFailure?: boolean
}

const DOMAIN_SID = 'S-1-5-21-1004336348-1177238915-682003330'

/** A stable security identifier for a name of the directory. */
export function sidOf(user: string): string {
  let sum = 0
  for (const letter of user) sum = (sum * 31 + letter.charCodeAt(0)) % 8000
  return `${DOMAIN_SID}-${1100 + sum}`
}

/** The security identifier of a well-known group of the domain. */
export function groupSid(end: number): string {
  return `${DOMAIN_SID}-${end}`
}

/** The four fields that name who did something on a Windows machine. */
export function subjectOf(user: string, logonId = '0x5b2f1a'): Record<string, string> {
  return {
    SubjectUserSid: user.endsWith('$') ? 'S-1-5-18' : sidOf(user),
    SubjectUserName: user,
    SubjectDomainName: COMPANY.netbios,
    SubjectLogonId: logonId,
  }
}

/** An event of the Security log, as Winlogbeat ships it. */
export function security(moment: Moment, entry: WindowsEntry): DemoRecord {
  const isCleared = entry.id === 1102
  return winlog(moment, entry, {
    channel: 'Security',
    provider: isCleared ? 'Microsoft-Windows-Eventlog' : 'Microsoft-Windows-Security-Auditing',
    index: 'logs-system.security-default',
    keywords: [entry.isFailure === true ? 'Audit Failure' : 'Audit Success'],
  })
}

/** An event of Sysmon, as Winlogbeat ships it. */
export function sysmon(moment: Moment, entry: WindowsEntry): DemoRecord {
  const data = {
    RuleName: '-',
    UtcTime: new Date(moment.time).toISOString().replace('T', ' ').slice(0, 23),
    ProcessGuid: `{${moment.chance.uuid()}}`,
    ProcessId: String(moment.chance.int(1000, 19_000)),
    ...entry.data,
  }
  return winlog(
    moment,
    { ...entry, data },
    {
      channel: 'Microsoft-Windows-Sysmon/Operational',
      provider: 'Microsoft-Windows-Sysmon',
      index: 'logs-windows.sysmon_operational-default',
    },
  )
}

function winlog(
  moment: Moment,
  entry: WindowsEntry,
  log: { channel: string; provider: string; index: string; keywords?: readonly string[] },
): DemoRecord {
  const document = {
    '@timestamp': new Date(moment.time).toISOString(),
    agent: { type: 'winlogbeat', version: '8.17.0', name: entry.host },
    ecs: { version: '8.0.0' },
    event: {
      code: String(entry.id),
      kind: 'event',
      provider: log.provider,
      ...(log.keywords ? { outcome: entry.isFailure === true ? 'failure' : 'success' } : {}),
    },
    host: { name: entry.host },
    log: { level: 'information' },
    winlog: {
      api: 'wineventlog',
      channel: log.channel,
      computer_name: entry.host,
      event_id: String(entry.id),
      provider_name: log.provider,
      // Whole seconds since 2020 rise with time, as record numbers do.
      record_id: String(Math.floor(moment.time / 1000) - 1_577_836_800),
      ...(log.keywords ? { keywords: log.keywords } : {}),
      ...(entry.userData ? { user_data: entry.userData } : { event_data: entry.data ?? {} }),
    },
  }
  return { time: moment.time, lane: 'bulk', index: log.index, body: JSON.stringify(document) }
}

/** A started process: what Sysmon (id 1) says of it. */
interface StartedProcess {
  readonly host: string
  readonly user: string
  readonly image: string
  readonly command: string
  readonly parent: string
  readonly integrity?: 'Medium' | 'High' | 'System'
}

/** The Sysmon event of a started process. */
export function processStart(moment: Moment, started: StartedProcess): DemoRecord {
  const { chance } = moment
  const user = `${COMPANY.netbios}\\${started.user}`
  return sysmon(moment, {
    id: 1,
    host: started.host,
    data: {
      Image: started.image,
      FileVersion: '-',
      Description: '-',
      Product: '-',
      Company: '-',
      OriginalFileName: fileOf(started.image),
      CommandLine: started.command,
      CurrentDirectory: `C:\\Users\\${started.user}\\`,
      User: user,
      LogonGuid: `{${chance.uuid()}}`,
      LogonId: `0x${chance.hex(6)}`,
      TerminalSessionId: '1',
      IntegrityLevel: started.integrity ?? 'Medium',
      Hashes: `SHA256=${chance.hex(64).toUpperCase()}`,
      ParentProcessGuid: `{${chance.uuid()}}`,
      ParentProcessId: String(chance.int(1000, 19_000)),
      ParentImage: started.parent,
      ParentCommandLine: started.parent,
      ParentUser: user,
    },
  })
}

/** The Security event (4688) of the same, from a machine whose audit policy records command lines. */
export function auditedStart(moment: Moment, started: StartedProcess): DemoRecord {
  const { chance } = moment
  return security(moment, {
    id: 4688,
    host: started.host,
    data: {
      ...subjectOf(started.user),
      NewProcessId: `0x${chance.hex(4)}`,
      NewProcessName: started.image,
      TokenElevationType: '%%1936',
      ProcessId: `0x${chance.hex(4)}`,
      CommandLine: started.command,
      TargetUserSid: 'S-1-0-0',
      TargetUserName: '-',
      TargetDomainName: '-',
      TargetLogonId: '0x0',
      ParentProcessName: started.parent,
      MandatoryLabel: 'S-1-16-12288',
    },
  })
}

function fileOf(path: string): string {
  return path.slice(path.lastIndexOf('\\') + 1)
}
