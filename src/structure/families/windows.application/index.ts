import type { FamilyMap, Slots } from '../../mapping.ts'

/** The Application log of Windows: crashes, installers, databases and what else programs write there. */
export const windowsApplication = {
  id: 'windows.application',
  summary: 'The Application event log of Windows: crashes, installations, database logons.',
  logsources: [{ product: 'windows', service: 'application' }],
  recognise: [{ formats: ['winlog'], values: { Channel: /^application$/i } }],
  rank: 20,
  when: { time: 'TimeCreated_SystemTime' },
  who: {
    user: 'SubjectUserName|UserName:user-of|User:user-of|Security_UserName',
    domain: 'SubjectDomainName|UserName:domain-of|User:domain-of|Security_UserDomain',
    userId: 'SubjectUserSid|Security_UserID',
  },
  what: {
    ocsf: [0, 99],
    action: 'EventID',
    code: 'EventID',
    object: 'AppName|param1|Data[0]|Data',
    severity: { of: 'Level', map: { 1: 5, 2: 3, 3: 2 }, else: 1 },
    outcome: [
      { of: 'EventType:lower', map: { audit_failure: 'failure', audit_success: 'success' } },
      {
        of: 'Keywords',
        match: [
          [/audit failure|^0x[0-9a-f]{0,2}[13579bdf][0-9a-f]{13}$/i, 'failure'],
          [/audit success|^0x[0-9a-f]{0,2}[2367abef][0-9a-f]{13}$/i, 'success'],
        ],
      },
      { of: 'Level', map: { 1: 'failure', 2: 'failure' } },
    ],
  },
  where: { host: 'Computer' },
  message: '{code} {Provider_Name} on {host}[: {Message|object}]',
  texts: [
    {
      of: 'Data[2]|Message',
      rows: [
        {
          match: /\[CLIENT: (?<client_address>[0-9a-f.:]{2,45})\]/i,
          where: { srcIp: 'client_address' },
        },
      ],
    },
  ],
  cases: [
    {
      // Event ids are only unique within a provider.
      of: 'Provider_Name:lower',
      is: {
        'application error': {
          what: { ocsf: [1007, 2], outcome: 'failure' },
          message: '{code} {object} crashed on {host}',
        },
        'application hang': {
          what: { ocsf: [1007, 2], outcome: 'failure' },
          message: '{code} {object} stopped answering on {host}',
        },
        '.net runtime': {
          what: { ocsf: [1007, 99] },
          message: '{code} .NET runtime on {host}[: {object}]',
        },
        esent: { what: { ocsf: [6005, 99] }, message: '{code} database engine[: {object}]' },
        msiinstaller: {
          what: { ocsf: [6002, 1] },
          message: '{code} installer[ run by {user|userId}][: {object}]',
        },
      },
    },
    {
      // SQL Server calls itself `MSSQLSERVER` or `MSSQL$<instance>`; no other writer uses these numbers.
      of: 'EventID',
      is: {
        18453: sqlLogon('success'),
        18454: sqlLogon('success'),
        18455: sqlLogon('success'),
        18456: sqlLogon('failure'),
      },
    },
  ],
} as const satisfies FamilyMap

function sqlLogon(outcome: 'success' | 'failure'): Slots {
  return {
    who: { user: 'Data[0]:user-of', domain: 'Data[0]:domain-of' },
    what: { ocsf: [3002, 1], outcome, object: 'Provider_Name' },
    message: `{code} database logon of {user} on {host}: ${outcome}[, from {srcIp}]`,
  }
}
