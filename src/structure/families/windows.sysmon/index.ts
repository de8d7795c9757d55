import type { FamilyMap } from '../../mapping.ts'
import { EVENTS } from './events.ts'

/** Sysmon for Windows: processes, files, registry, network, DNS, pipes and WMI as the driver sees them. */
export const windowsSysmon = {
  id: 'windows.sysmon',
  summary: 'Sysmon for Windows: process, file, registry, network, DNS, pipe and WMI events.',
  logsources: [
    { product: 'windows', service: 'sysmon' },
    ...[
      'clipboard_capture',
      'create_remote_thread',
      'create_stream_hash',
      'dns_query',
      'driver_load',
      'file_block_executable',
      'file_block_shredding',
      'file_change',
      'file_delete',
      'file_delete_detected',
      'file_event',
      'file_executable_detected',
      'image_load',
      'network_connection',
      'pipe_created',
      'process_access',
      'process_creation',
      'process_tampering',
      'process_termination',
      'raw_access_thread',
      'registry_add',
      'registry_delete',
      'registry_event',
      'registry_rename',
      'registry_set',
      'sysmon_error',
      'sysmon_status',
      'wmi_event',
    ].map((category) => ({ product: 'windows', category })),
  ],
  recognise: [
    { formats: ['winlog'], values: { Channel: /^microsoft-windows-sysmon\/operational$/i } },
    { formats: ['winlog'], values: { Provider_Name: /^microsoft-windows-sysmon$/i } },
  ],
  rank: 20,
  when: { time: ['UtcTime:utc', 'TimeCreated_SystemTime'] },
  who: {
    user: 'User:user-of|SourceUser:user-of',
    domain: 'User:domain-of|SourceUser:domain-of',
    userId: 'Security_UserID',
    session: 'LogonId',
    kind: [
      { of: 'User', match: [[/^(?:NT AUTHORITY|NT-AUTORITÄT|AUTORITE NT)\\/i, 'system']] },
      { of: 'User', match: [[/\$$/, 'service']] },
    ],
  },
  what: {
    ocsf: [0, 99],
    action: 'EventID',
    code: 'EventID',
    object: 'TargetFilename|TargetObject|ImageLoaded|Image',
    outcome: 'success',
  },
  where: { host: 'Computer' },
  message: '{code} Sysmon event[ by {Image}][ on {host}]',
  texts: [
    {
      // The id in the header is that of the Sysmon service: it stands in only where no user is named.
      of: 'User|SourceUser',
      rows: [{ match: /^./, who: { userId: "''" } }],
    },
  ],
  cases: [
    { of: 'EventID', is: EVENTS },
    {
      of: 'EventType',
      is: {
        CreateKey: {
          what: { ocsf: [201001, 1] },
          message: '{code} [{user} ]created registry key {object}[ with {Image}]',
        },
        DeleteKey: {
          what: { ocsf: [201001, 4] },
          message: '{code} [{user} ]deleted registry key {object}[ with {Image}]',
        },
        DeleteValue: {
          what: { ocsf: [201002, 4] },
          message: '{code} [{user} ]deleted registry value {object}[ with {Image}]',
        },
        RenameKey: {
          what: { ocsf: [201001, 5] },
          message: '{code} [{user} ]renamed registry key {object}[ to {NewName}][ with {Image}]',
        },
      },
    },
  ],
} as const satisfies FamilyMap
