import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Event } from '#shape/event.ts'
import { compileRules } from '../../rule-set.ts'
import { makeEvent } from '../../testing/event.ts'
import { SigmaEngine } from './engine.ts'

const SYSMON = 'Microsoft-Windows-Sysmon/Operational'

function fires(source: string, selection: Record<string, unknown>, event: Event): boolean {
  const logsource = Object.fromEntries(source.split(' ').map((part) => part.split('=')))
  const text = JSON.stringify({
    title: 't',
    id: 'i',
    logsource,
    detection: { s: selection, condition: 's' },
  })
  return new SigmaEngine(compileRules([{ path: 'r.yml', text }]).sigma).match(event).length === 1
}

function windows(
  channel: string,
  eventId: number | string,
  fields: Record<string, unknown> = {},
): Event {
  return makeEvent({ Channel: channel, EventID: eventId, ...fields }, { family: 'windows.other' })
}

const anything = { EventID: '*' }

for (const [name, source, event, expected] of [
  [
    'process_creation sees Sysmon 1',
    'product=windows category=process_creation',
    windows(SYSMON, 1),
    true,
  ],
  [
    'an event id written as text counts',
    'product=windows category=process_creation',
    windows(SYSMON, '1'),
    true,
  ],
  [
    'process_creation sees Security 4688',
    'product=windows category=process_creation',
    windows('Security', 4688),
    true,
  ],
  [
    'process_creation does not see Sysmon 3',
    'product=windows category=process_creation',
    windows(SYSMON, 3),
    false,
  ],
  [
    'process_creation does not see id 1 of another channel',
    'product=windows category=process_creation',
    windows('System', 1),
    false,
  ],
  [
    'the channel is compared without case',
    'product=windows service=security',
    windows('security', 4624),
    true,
  ],
  [
    'service system is not security',
    'product=windows service=system',
    windows('Security', 4624),
    false,
  ],
  [
    'a forwarded event keeps its channel',
    'product=windows service=security',
    windows('Security', 4624, { ForwardedBy: 'collector' }),
    true,
  ],
  [
    'the family stands in for a missing channel',
    'product=windows service=security',
    makeEvent({ EventID: 4624 }, { family: 'windows.security' }),
    true,
  ],
  [
    'product windows sees any Windows event',
    'product=windows',
    windows('Whatever/Operational', 7),
    true,
  ],
  [
    'product windows sees no other event',
    'product=windows',
    makeEvent({ EventID: 1 }, { family: 'linux.auth' }),
    false,
  ],
  [
    'flat JSON with channel and id is Windows',
    'product=windows service=security',
    makeEvent({ Channel: 'Security', EventID: 1 }),
    true,
  ],
  [
    'dns-client has two spellings',
    'product=windows service=dns-client',
    windows('Microsoft-Windows-DNS-Client/Operational', 3008),
    true,
  ],
  [
    'the spelling of other tools too',
    'product=windows service=dns-client',
    windows('Microsoft-Windows-DNS Client Events/Operational', 3008),
    true,
  ],
  [
    'sense is found by its prefix',
    'product=windows service=sense',
    windows('Microsoft-Windows-SENSE/Operational', 5),
    true,
  ],
  [
    'registry_delete wants a deletion',
    'product=windows category=registry_delete',
    windows(SYSMON, 12, { EventType: 'DeleteKey' }),
    true,
  ],
  [
    'registry_delete leaves a creation',
    'product=windows category=registry_delete',
    windows(SYSMON, 12, { EventType: 'CreateKey' }),
    false,
  ],
  [
    'registry_delete reads audit codes',
    'product=windows category=registry_delete',
    windows('Security', 4657, { OperationType: '%%1906' }),
    true,
  ],
] as const)
  test(name, () => assert.equal(fires(source, anything, event), expected))

for (const [name, source, family, expected] of [
  ['cloudtrail rules see cloudtrail', 'product=aws service=cloudtrail', 'aws.cloudtrail', true],
  ['cloudtrail rules do not see okta', 'product=aws service=cloudtrail', 'okta.system', false],
  ['github audit rules see github audit', 'product=github service=audit', 'github.audit', true],
  ['sign-in rules see entra', 'product=azure service=signinlogs', 'entra.signin', true],
  ['webserver rules see nginx', 'category=webserver', 'nginx.access', true],
  ['webserver rules do not see sshd', 'category=webserver', 'linux.auth', false],
  ['firewall rules see fortigate', 'category=firewall', 'fortinet.fortigate', true],
  ['firewall rules see netfilter', 'category=firewall', 'linux.netfilter', true],
  ['sshd rules see linux auth', 'product=linux service=sshd', 'linux.auth', true],
  ['a linux rule without service sees every linux family', 'product=linux', 'linux.auditd', true],
  ['an unknown product sees its own family', 'product=shop', 'shop.orders', true],
  ['an unknown product does not see the family of another', 'product=shop', 'okta.system', false],
  ['an unknown product sees what gives no hint', 'product=shop', 'unknown', true],
  ['a rule on fields sees what gives no hint', 'product=aws service=cloudtrail', 'unknown', true],
  ['a Windows rule never does', 'product=windows service=security', 'unknown', false],
] as const)
  test(name, () =>
    assert.equal(fires(source, { f: 'x' }, makeEvent({ f: 'x' }, { family })), expected),
  )

test('keywords of a known log source do not fire on records that give no hint', () => {
  const text = JSON.stringify({
    title: 't',
    id: 'i',
    logsource: { product: 'linux' },
    detection: { k: ['evil'], condition: 'k' },
  })
  const engine = new SigmaEngine(compileRules([{ path: 'r.yml', text }]).sigma)
  assert.equal(engine.match(makeEvent({ m: 'evil' })).length, 0)
  assert.equal(engine.match(makeEvent({ m: 'evil' }, { family: 'linux.syslog' })).length, 1)
})

test('keywords look into the line itself, but not into the field names of a JSON record', () => {
  const text = JSON.stringify({
    title: 't',
    id: 'i',
    logsource: { product: 'linux' },
    detection: { k: ['evil'], condition: 'k' },
  })
  const engine = new SigmaEngine(compileRules([{ path: 'r.yml', text }]).sigma)
  const raw = (line: string) =>
    makeEvent({}, { family: 'linux.syslog', raw: new TextEncoder().encode(line) })
  assert.equal(engine.match(raw('Jan 1 host evil: x')).length, 1)
  assert.equal(engine.match(raw('{"evil":1}')).length, 0)
})

const process4688 = windows('Security', 4688, {
  NewProcessName: 'C:\\Windows\\System32\\cmd.exe',
  ParentProcessName: 'C:\\a.exe',
  NewProcessId: '0x1a4',
  ProcessId: '0x2c',
  MandatoryLabel: 'S-1-16-12288',
  SubjectDomainName: 'CORP',
  SubjectUserName: 'eve',
  CommandLine: 'cmd /c x',
})

for (const [name, source, selection, event, expected] of [
  [
    '4688 answers to Image',
    'product=windows category=process_creation',
    { 'Image|endswith': '\\cmd.exe' },
    process4688,
    true,
  ],
  [
    '4688 gives the new process as ProcessId',
    'product=windows category=process_creation',
    { ProcessId: 420 },
    process4688,
    true,
  ],
  [
    'and the creator as ParentProcessId',
    'product=windows category=process_creation',
    { ParentProcessId: '44' },
    process4688,
    true,
  ],
  [
    '4688 names integrity and user as Sysmon does',
    'product=windows category=process_creation',
    { IntegrityLevel: 'High', User: 'CORP\\eve' },
    process4688,
    true,
  ],
  [
    'a service rule sees the native ProcessId',
    'product=windows service=security',
    { ProcessId: '0x2c' },
    process4688,
    true,
  ],
  [
    '4657 answers to TargetObject with a short hive name',
    'product=windows category=registry_set',
    { 'TargetObject|startswith': 'HKLM\\Software\\Run', Details: 'x.exe' },
    windows('Security', 4657, {
      ObjectName: '\\REGISTRY\\MACHINE\\Software\\Run',
      ObjectValueName: 'v',
      NewValue: 'x.exe',
      OperationType: '%%1905',
    }),
    true,
  ],
  [
    '5156 answers to Image, Initiated and DestinationPort',
    'product=windows category=network_connection',
    { Image: 'C:\\x.exe', Initiated: 'true', DestinationPort: 443 },
    windows('Security', 5156, {
      Application: '\\device\\harddiskvolume3\\x.exe',
      Direction: '%%14593',
      DestPort: '443',
    }),
    true,
  ],
  [
    'Hashes are split',
    'product=windows category=process_creation',
    { Imphash: 'ab' },
    windows(SYSMON, 1, { Hashes: 'MD5=CD,IMPHASH=AB' }),
    true,
  ],
  [
    'Defender threat names are Signature',
    'category=antivirus',
    { 'Signature|contains': 'EICAR', Filename: 'C:\\e' },
    windows('Microsoft-Windows-Windows Defender/Operational', 1116, {
      'Threat Name': 'Virus:EICAR',
      Path: 'C:\\e',
    }),
    true,
  ],
  [
    'a web request answers to W3C names',
    'category=webserver',
    {
      'cs-method': 'GET',
      'cs-uri-query|contains': '../',
      'sc-status': 200,
      'c-ip': '10.0.0.1',
      'cs-user-agent|startswith': 'curl',
    },
    makeEvent(
      { request: 'GET /a?f=../b HTTP/1.1', status: 200, http_user_agent: 'curl/8' },
      { family: 'nginx.access', where: { srcIp: '10.0.0.1' } },
    ),
    true,
  ],
  [
    'a firewall record answers to addresses and action',
    'category=firewall',
    { dst_ip: '10.1.1.1', dst_port: 445, action: 'deny' },
    makeEvent({ act: 'deny' }, { family: 'cef', where: { dstIp: '10.1.1.1', dstPort: 445 } }),
    true,
  ],
  [
    'columns can be named',
    'product=linux',
    { 'who.user': 'root' },
    makeEvent({}, { family: 'linux.auth', who: { user: 'root' } }),
    true,
  ],
  [
    'names of object prototypes are no columns',
    'product=linux',
    { 'who.constructor.name': '*' },
    makeEvent({}, { family: 'linux.auth' }),
    false,
  ],
] as const)
  test(name, () => assert.equal(fires(source, selection, event), expected))
