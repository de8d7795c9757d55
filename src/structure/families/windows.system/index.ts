import type { FamilyMap } from '../../mapping.ts'

/** The System log of Windows: services, boot and shutdown, drivers, time, log cleared. */
export const windowsSystem = {
  id: 'windows.system',
  summary: 'The System event log of Windows: services, boot, drivers, time and cleared logs.',
  logsources: [{ product: 'windows', service: 'system' }],
  recognise: [{ formats: ['winlog'], values: { Channel: /^system$/i } }],
  rank: 20,
  when: { time: 'TimeCreated_SystemTime' },
  who: {
    user: 'SubjectUserName|Security_UserName|AccountName:user-of',
    domain: 'SubjectDomainName|Security_UserDomain|AccountName:domain-of',
    userId: 'Security_UserID',
  },
  what: {
    ocsf: [0, 99],
    action: 'EventID',
    code: 'EventID',
    object: 'ServiceName|param1|Channel_Name|Provider_Name',
    severity: { of: 'Level', map: { 1: 5, 2: 3, 3: 2 }, else: 1 },
  },
  where: { host: 'Computer', srcIp: 'IpAddress|ClientAddress|Address' },
  message: '{code} {Provider_Name} on {host}[: {Message|object}]',
  cases: [
    {
      // Event ids are only unique within a provider: the same number means other things to other writers.
      of: 'Provider_Name:lower',
      is: {
        'microsoft-windows-kernel-general': { what: { ocsf: [3004, 3] } },
      },
    },
    {
      of: 'EventID',
      is: {
        41: {
          what: { ocsf: [1008, 6], severity: 3 },
          message: '{code} {host} restarted without a clean shutdown',
        },
        104: {
          what: {
            ocsf: [1008, 1],
            severity: 4,
            outcome: 'success',
            object: 'EventData_Channel|Channel',
          },
          message: '{code} [{user|userId} ]cleared the {object} log',
        },
        1074: {
          who: { user: 'param7:user-of', domain: 'param7:domain-of' },
          what: { ocsf: [1008, 7], object: 'param1' },
          message: '{code} {user|userId} started the {param5|object} of {host}[: {param3}]',
        },
        6005: { what: { ocsf: [1008, 6] }, message: '{code} event log service started on {host}' },
        6006: { what: { ocsf: [1008, 7] }, message: '{code} event log service stopped on {host}' },
        6008: {
          what: { ocsf: [1008, 7], severity: 3 },
          message: '{code} unexpected shutdown of {host} before',
        },
        6009: { what: { ocsf: [1008, 6] }, message: '{code} {host} booted' },
        6013: { what: { ocsf: [5001, 1] }, message: '{code} uptime of {host}' },
        7000: service('failed to start', 'failure'),
        7001: service('failed to start for another service', 'failure'),
        7009: service('did not answer in time', 'failure'),
        7022: service('hung at start', 'failure'),
        7023: service('ended with an error', 'failure'),
        7024: service('ended with an error of its own', 'failure'),
        7026: service('driver failed to load', 'failure'),
        7030: service('is marked interactive', 'success'),
        7031: service('ended unexpectedly', 'failure'),
        7034: service('ended unexpectedly', 'failure'),
        7035: {
          what: { ocsf: [201004, 99], object: 'param1' },
          message: '{code} {user|userId} sent {param2} to service {object}',
        },
        7036: {
          what: {
            ocsf: {
              of: 'param2:lower',
              map: { running: [201004, 3], stopped: [201004, 4], paused: [201004, 5] },
              else: [201004, 99],
            },
            outcome: 'success',
            object: 'param1',
          },
          message: '{code} service {object} is {param2}',
        },
        7040: {
          what: { ocsf: [201004, 2], object: 'param4|param1' },
          message:
            '{code} {user|userId} changed the start of service {param1} from {param2} to {param3}',
        },
        7045: {
          who: {
            user: 'Security_UserName',
            domain: 'Security_UserDomain',
            userId: 'Security_UserID',
            target: { user: 'AccountName' },
          },
          what: { ocsf: [201004, 1], severity: 3, outcome: 'success', object: 'ServiceName' },
          message: '{code} {user|userId} installed service {object}[ ({ImagePath})]',
        },
      },
    },
  ],
} as const satisfies FamilyMap

function service(words: string, outcome: 'success' | 'failure') {
  return {
    what: { ocsf: [201004, 99], outcome, object: 'param1' },
    message: `{code} service {object} ${words}`,
  } as const
}
