import { COMPANY } from '../company.ts'
import type { DemoRecord, Moment } from '../wire.ts'
import { security, sidOf } from './windows.ts'

/** Somebody logs on to the domain controller. Types: 3 network, 10 remote desktop. */
interface LogonEntry {
  readonly user: string
  readonly ip: string
  readonly type: 3 | 10
  readonly station: string
  /** NTSTATUS of a failure, `0xc000006a` wrong password. */
  readonly failure?: string
}

/** The Security event of a logon that worked (4624) or did not (4625). */
export function logon(moment: Moment, entry: LogonEntry): DemoRecord {
  const { chance } = moment
  const isRemote = entry.type === 10
  const data = {
    SubjectUserSid: 'S-1-0-0',
    SubjectUserName: '-',
    SubjectDomainName: '-',
    SubjectLogonId: '0x0',
    TargetUserSid: entry.failure === undefined ? sidOf(entry.user) : 'S-1-0-0',
    TargetUserName: entry.user,
    TargetDomainName: COMPANY.netbios,
    LogonType: String(entry.type),
    LogonProcessName: isRemote ? 'User32 ' : 'Kerberos',
    AuthenticationPackageName: isRemote ? 'Negotiate' : 'Kerberos',
    WorkstationName: entry.station,
    IpAddress: entry.ip,
    IpPort: isRemote ? '0' : String(chance.int(49_152, 65_000)),
    ProcessId: '0x0',
    ProcessName: isRemote ? 'C:\\Windows\\System32\\svchost.exe' : '-',
  }
  const host = COMPANY.domainController.host
  if (entry.failure === undefined)
    return security(moment, {
      id: 4624,
      host,
      data: {
        ...data,
        TargetLogonId: `0x${chance.hex(6)}`,
        LogonGuid: `{${chance.uuid()}}`,
        ElevatedToken: '%%1843',
      },
    })
  return security(moment, {
    id: 4625,
    host,
    isFailure: true,
    data: { ...data, Status: '0xc000006d', SubStatus: entry.failure, FailureReason: '%%2313' },
  })
}

/** The Security event of a Kerberos ticket: 4768 for a logon, 4769 for a service. AES, as it should be. */
export function ticket(
  moment: Moment,
  entry: { user: string; ip: string; service?: string },
): DemoRecord {
  const { chance } = moment
  const isService = entry.service !== undefined
  return security(moment, {
    id: isService ? 4769 : 4768,
    host: COMPANY.domainController.host,
    data: {
      TargetUserName: isService ? `${entry.user}@LINDENHOF.EXAMPLE` : entry.user,
      TargetDomainName: isService ? 'LINDENHOF.EXAMPLE' : COMPANY.netbios,
      ServiceName: entry.service ?? 'krbtgt',
      TicketOptions: '0x40810010',
      Status: '0x0',
      TicketEncryptionType: '0x12',
      ...(isService
        ? { TransmittedServices: '-' }
        : { TargetSid: sidOf(entry.user), PreAuthType: '2' }),
      IpAddress: `::ffff:${entry.ip}`,
      IpPort: String(chance.int(49_152, 65_000)),
    },
  })
}
