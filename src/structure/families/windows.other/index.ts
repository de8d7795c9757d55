import type { FamilyMap } from '../../mapping.ts'

/** Services of Sigma whose channels have no family of their own. */
const SERVICES = [
  'application-experience',
  'applocker',
  'appmodel-runtime',
  'appxdeployment-server',
  'appxpackaging-om',
  'bitlocker',
  'bits-client',
  'capi2',
  'certificateservicesclient-lifecycle-system',
  'codeintegrity-operational',
  'dhcp',
  'diagnosis-scripted',
  'dns-client',
  'dns-server',
  'dns-server-analytic',
  'dns-server-audit',
  'driver-framework',
  'firewall-as',
  'hyper-v-worker',
  'iis-configuration',
  'kernel-event-tracing',
  'kernel-shimengine',
  'ldap',
  'lsa-server',
  'microsoft-servicebus-client',
  'msexchange-management',
  'ntfs',
  'ntlm',
  'openssh',
  'printservice-admin',
  'printservice-operational',
  'security-mitigations',
  'sense',
  'servicebus-client',
  'shell-core',
  'smbclient-connectivity',
  'smbclient-security',
  'smbserver-connectivity',
  'terminalservices-localsessionmanager',
  'vhdmp',
  'wmi',
]

/** Any other Windows channel: WMI, DNS, terminal services, AppLocker and what else writes events. */
export const windowsOther = {
  id: 'windows.other',
  summary: 'Every Windows event channel that has no family of its own.',
  logsources: SERVICES.map((service) => ({ product: 'windows', service })),
  recognise: [{ formats: ['winlog'], keys: ['EventID'] }],
  rank: 30,
  when: { time: 'TimeCreated_SystemTime' },
  who: {
    user: 'SubjectUserName|TargetUserName:user-of|UserName:user-of|User:user-of|AccountName:user-of|Username|ClientUserName|Security_UserName',
    domain:
      'SubjectDomainName|TargetDomainName|User:domain-of|UserName:domain-of|AccountName:domain-of|Security_UserDomain',
    userId: 'SubjectUserSid|TargetUserSid|UserSid|UserSID|Security_UserID',
    session: 'SubjectLogonId|TargetLogonId|SessionID',
  },
  what: {
    ocsf: [0, 99],
    action: 'EventID',
    code: 'EventID',
    object: 'ObjectName|FilePath|Path|Operation|QueryName|ProcessName|Image|Param1|param1|Data',
    severity: { of: 'Level', map: { 1: 5, 2: 3, 3: 2 }, else: 1 },
    outcome: [
      { of: 'EventType:lower', map: { audit_failure: 'failure', audit_success: 'success' } },
      {
        of: 'Keywords',
        match: [
          [/audit failure/i, 'failure'],
          [/audit success/i, 'success'],
        ],
      },
      { of: 'Level', map: { 1: 'failure', 2: 'failure' }, else: 'unknown' },
    ],
  },
  where: {
    srcIp: 'IpAddress|ClientAddress|ClientIP|SourceAddress|SourceIp|Source|RemoteAddress|Address',
    srcPort: 'IpPort|ClientPort|SourcePort',
    dstIp: 'DestAddress|DestinationIp|DestinationAddress|InterfaceIP',
    dstPort: 'DestPort|DestinationPort',
    host: 'Computer',
  },
  message: '{code} {Provider_Name} on {host}[ ({Channel})][: {Message|object}]',
  texts: [
    {
      // The id in the header is that of the service that wrote the event.
      of: 'SubjectUserName|TargetUserName|UserName|User|AccountName|Username|ClientUserName',
      rows: [{ match: /^./, who: { userId: 'SubjectUserSid|TargetUserSid|UserSid|UserSID' } }],
    },
  ],
  cases: [
    {
      of: 'Channel:lower',
      is: {
        'microsoft-windows-dns-client/operational': {
          what: { ocsf: [4003, 1], object: 'QueryName' },
        },
        'microsoft-windows-terminalservices-localsessionmanager/operational': {
          what: { ocsf: [4005, 99], object: 'SessionID' },
          message: '{code} terminal session[ {object}][ of {user}][ from {srcIp}][ on {host}]',
        },
        'microsoft-windows-terminalservices-remoteconnectionmanager/operational': {
          who: { user: 'Param1', domain: 'Param2', userId: "''" },
          what: { ocsf: [4005, 99] },
          message: '{code} remote desktop request[ of {user}][ from {srcIp}][ to {host}]',
          where: { srcIp: 'Param3' },
        },
        'microsoft-windows-wmi-activity/operational': { what: { ocsf: [6003, 99] } },
        'microsoft-windows-bits-client/operational': {
          what: { ocsf: [4001, 99] },
          where: { url: 'url|RemoteName' },
        },
      },
    },
  ],
} as const satisfies FamilyMap
