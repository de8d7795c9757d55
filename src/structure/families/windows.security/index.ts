import type { FamilyMap } from '../../mapping.ts'
import { ACCOUNTS } from './accounts.ts'
import { LOGON } from './logon.ts'
import { OBJECTS } from './objects.ts'
import { POLICY } from './policy.ts'
import { KERBEROS_SLOTS, NT_STATUS_SLOTS } from './status.ts'

/** The Security log of Windows: logons, accounts, processes, objects, policy, filtering. */
export const windowsSecurity = {
  id: 'windows.security',
  summary: 'The Security event log of Windows and Active Directory.',
  logsources: [
    { product: 'windows', service: 'security' },
    { product: 'windows', category: 'process_creation' },
    { product: 'windows', category: 'network_connection' },
    { product: 'windows', category: 'registry_event' },
    { product: 'windows', category: 'registry_set' },
    { product: 'windows', category: 'registry_add' },
    { product: 'windows', category: 'registry_delete' },
  ],
  recognise: [
    { formats: ['winlog'], values: { Channel: /^security$/i } },
    {
      formats: ['winlog'],
      values: {
        Provider_Name: /^microsoft-windows-security-auditing$/i,
        Channel: /^(?:ForwardedEvents)?$/i,
      },
    },
  ],
  rank: 20,
  when: { time: 'TimeCreated_SystemTime' },
  who: {
    user: 'SubjectUserName|TargetUserName|Security_UserName',
    userId: 'SubjectUserSid|TargetUserSid|TargetSid|Security_UserID',
    domain: 'SubjectDomainName|TargetDomainName|Security_UserDomain',
    session: 'SubjectLogonId|TargetLogonId',
    kind: {
      of: 'SubjectUserSid|TargetUserSid|TargetSid',
      match: [
        [/^S-1-5-(?:18|19|20)$/, 'system'],
        [/^S-1-5-21-[\d-]+-500$/, 'admin'],
        [/^S-1-5-(?:80|82|83|90|96)-/, 'service'],
        [/^S-1-5-21-/, 'user'],
      ],
    },
  },
  what: {
    ocsf: [0, 99],
    action: 'EventID',
    code: 'EventID',
    object: 'ObjectName|ProcessName|TargetUserName',
    outcome: [
      { of: 'EventType:lower', map: { audit_failure: 'failure', audit_success: 'success' } },
      {
        of: 'Keywords',
        match: [
          [/^0x[0-9a-f]{0,2}[13579bdf][0-9a-f]{13}$/, 'failure'],
          [/^0x[0-9a-f]{0,2}[2367abef][0-9a-f]{13}$/, 'success'],
          [/audit failure/i, 'failure'],
          [/audit success/i, 'success'],
        ],
      },
    ],
  },
  where: {
    srcIp: 'IpAddress|ClientAddress|SourceAddress|RemoteIpAddress',
    srcPort: 'IpPort|ClientPort|SourcePort',
    host: 'Computer',
  },
  message: '{code} {Provider_Name} on {host}[: {user}][, {object}]',
  cases: [
    { of: 'EventID', is: { ...POLICY, ...OBJECTS, ...ACCOUNTS, ...LOGON } },
    { of: 'Status:lower', is: { ...KERBEROS_SLOTS, ...NT_STATUS_SLOTS } },
    { of: 'SubStatus:lower', is: NT_STATUS_SLOTS },
  ],
} as const satisfies FamilyMap
