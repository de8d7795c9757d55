import { type Activity, after } from '../activity.ts'
import { ADMINISTRATORS, COMPANY, PEOPLE, type Person } from '../company.ts'
import { logon, ticket } from '../records/logon.ts'
import {
  auditedStart,
  groupSid,
  processStart,
  security,
  sidOf,
  subjectOf,
  sysmon,
} from '../records/windows.ts'
import type { DemoRecord, Moment } from '../wire.ts'

const DC = COMPANY.domainController
const SYSTEM = 'C:\\Windows\\System32\\'
const SHELL = `${SYSTEM}cmd.exe`
const POWERSHELL = `${SYSTEM}WindowsPowerShell\\v1.0\\powershell.exe`
const PROGRAMS = [
  [
    'C:\\Program Files\\Mozilla Firefox\\firefox.exe',
    '"C:\\Program Files\\Mozilla Firefox\\firefox.exe"',
  ],
  [
    'C:\\Program Files\\Microsoft Office\\root\\Office16\\EXCEL.EXE',
    '"EXCEL.EXE" "C:\\Users\\Public\\Documents\\plan.xlsx"',
  ],
  ['C:\\Program Files\\Microsoft Office\\root\\Office16\\OUTLOOK.EXE', '"OUTLOOK.EXE"'],
  ['C:\\Program Files\\Git\\bin\\git.exe', 'git.exe fetch --prune origin'],
  ['C:\\Program Files\\Chat\\chat.exe', '"chat.exe" --hidden'],
  [`${SYSTEM}notepad.exe`, 'notepad.exe notes.txt'],
  [`${SYSTEM}net.exe`, 'net use Z: \\\\fs1\\team'],
  [`${SYSTEM}certutil.exe`, 'certutil -hashfile setup.msi SHA256'],
] as const
const SITES = [
  '198.51.100.20',
  '198.51.100.21',
  '198.51.100.34',
  '198.51.100.58',
  '198.51.100.90',
] as const

function morning(moment: Moment, person: Person): DemoRecord[] {
  const { user, ip, host } = person
  return [
    ticket(moment, { user, ip }),
    ticket(after(moment, 0.3), {
      user,
      ip,
      service: moment.chance.pick(['FS1$', 'DC1$', 'svc-wiki']),
    }),
    logon(after(moment, 0.6), { user, ip, type: 3, station: host.slice(0, 6).toUpperCase() }),
  ]
}

function browse(moment: Moment, person: Person): DemoRecord[] {
  const [image] = PROGRAMS[0]
  const user = `${COMPANY.netbios}\\${person.user}`
  return [
    sysmon(moment, {
      id: 22,
      host: person.host,
      data: {
        QueryName: moment.chance.pick([
          'mail.example',
          'wiki.lindenhof.example',
          'news.example',
          'docs.example',
        ]),
        QueryStatus: '0',
        QueryResults: '::ffff:198.51.100.20;',
        Image: image,
        User: user,
      },
    }),
    sysmon(after(moment, 0.2), {
      id: 3,
      host: person.host,
      data: {
        Image: image,
        User: user,
        Protocol: 'tcp',
        Initiated: 'true',
        SourceIsIpv6: 'false',
        SourceIp: person.ip,
        SourceHostname: person.host,
        SourcePort: String(moment.chance.int(49_152, 65_000)),
        SourcePortName: '-',
        DestinationIsIpv6: 'false',
        DestinationIp: moment.chance.pick(SITES),
        DestinationHostname: '-',
        DestinationPort: '443',
        DestinationPortName: 'https',
      },
    }),
  ]
}

function program(moment: Moment, person: Person): DemoRecord[] {
  const [image, command] = moment.chance.pick(PROGRAMS)
  return [
    processStart(moment, {
      host: person.host,
      user: person.user,
      image,
      command,
      parent: 'C:\\Windows\\explorer.exe',
    }),
  ]
}

/** Administrators log on from their jump host and run their own scripts. */
function administration(moment: Moment): DemoRecord[] {
  const user = moment.chance.pick(ADMINISTRATORS)
  const started = {
    host: DC.host,
    user,
    parent: SHELL,
    image: POWERSHELL,
    command: 'powershell.exe -ExecutionPolicy RemoteSigned -File C:\\Scripts\\inventory.ps1',
    integrity: 'High',
  } as const
  return [
    logon(moment, { user, ip: '10.20.10.30', type: 10, station: 'DC1' }),
    processStart(after(moment, 40), started),
    auditedStart(after(moment, 40), started),
    processStart(after(moment, 90), {
      ...started,
      image: `${SYSTEM}whoami.exe`,
      command: 'whoami',
    }),
  ]
}

function newColleague(moment: Moment): DemoRecord[] {
  const name = `${moment.chance.pick(['noa', 'paul', 'mia', 'emil'])}.${moment.chance.pick(['adler', 'falk', 'hahn', 'specht'])}`
  const target = { TargetUserName: name, TargetDomainName: COMPANY.netbios, TargetSid: sidOf(name) }
  const by = subjectOf('jana.adm')
  const member = {
    ...by,
    MemberName: `CN=${name},OU=People,DC=lindenhof,DC=example`,
    MemberSid: sidOf(name),
    TargetUserName: 'grp-staff',
    TargetDomainName: COMPANY.netbios,
    TargetSid: groupSid(5120),
  }
  return [
    security(moment, { id: 4720, host: DC.host, data: { ...by, ...target, SamAccountName: name } }),
    security(after(moment, 3), { id: 4724, host: DC.host, data: { ...by, ...target } }),
    security(after(moment, 9), { id: 4728, host: DC.host, data: member }),
  ]
}

function forgotten(moment: Moment, person: Person): DemoRecord[] {
  const { user, ip, host } = person
  const station = host.slice(0, 6).toUpperCase()
  const records: DemoRecord[] = []
  for (let slip = moment.chance.int(1, 3); slip > 0; slip -= 1)
    records.push(
      logon(after(moment, slip * 6), { user, ip, type: 3, station, failure: '0xc000006a' }),
    )
  if (moment.chance.happens(0.15))
    records.push(
      security(after(moment, 25), {
        id: 4740,
        host: DC.host,
        data: {
          ...subjectOf('DC1$'),
          TargetUserName: user,
          TargetDomainName: station,
          TargetSid: sidOf(user),
        },
      }),
    )
  return records
}

/** What the domain controller and the workstations see on ordinary days. */
export const WINDOWS: readonly Activity[] = [
  {
    name: 'somebody opens a session',
    perHour: 24,
    rhythm: 'work',
    play: (moment) => morning(moment, moment.chance.pick(PEOPLE)),
  },
  {
    name: 'a machine talks to the domain',
    perHour: 7,
    rhythm: 'always',
    play: (moment) => [
      logon(moment, { user: 'FS1$', ip: COMPANY.fileServer.ip, type: 3, station: '-' }),
    ],
  },
  {
    name: 'somebody browses',
    perHour: 14,
    rhythm: 'work',
    play: (moment) => browse(moment, moment.chance.pick(PEOPLE)),
  },
  {
    name: 'somebody starts a program',
    perHour: 18,
    rhythm: 'work',
    play: (moment) => program(moment, moment.chance.pick(PEOPLE)),
  },
  {
    name: 'the domain controller works',
    perHour: 6,
    rhythm: 'always',
    play: (moment) => [
      processStart(moment, {
        host: DC.host,
        user: 'SYSTEM',
        image: `${SYSTEM}svchost.exe`,
        command: 'svchost.exe -k netsvcs -p',
        parent: `${SYSTEM}services.exe`,
        integrity: 'System',
      }),
    ],
  },
  { name: 'an administrator works', perHour: 0.5, rhythm: 'work', play: administration },
  {
    name: 'somebody forgot the password',
    perHour: 0.8,
    rhythm: 'work',
    play: (moment) => forgotten(moment, moment.chance.pick(PEOPLE)),
  },
  { name: 'a colleague is hired', perHour: 0.04, rhythm: 'work', play: newColleague },
]
