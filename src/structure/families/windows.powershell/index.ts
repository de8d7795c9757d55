import type { FamilyMap } from '../../mapping.ts'

/** Windows PowerShell and PowerShell Core: engine, pipeline, module and script block events. */
export const windowsPowershell = {
  id: 'windows.powershell',
  summary: 'PowerShell event logs of Windows: engine, pipeline, module and script block logging.',
  logsources: [
    { product: 'windows', service: 'powershell' },
    { product: 'windows', service: 'powershell-classic' },
    { product: 'windows', category: 'ps_classic_provider_start' },
    { product: 'windows', category: 'ps_classic_script' },
    { product: 'windows', category: 'ps_classic_start' },
    { product: 'windows', category: 'ps_module' },
    { product: 'windows', category: 'ps_script' },
  ],
  recognise: [
    {
      formats: ['winlog'],
      values: {
        Channel:
          /^(?:windows powershell|microsoft-windows-powershell\/(?:operational|admin)|powershellcore\/operational)$/i,
      },
    },
  ],
  rank: 20,
  when: { time: 'TimeCreated_SystemTime' },
  who: {
    user: 'ps_user:user-of|Security_UserName',
    domain: 'ps_user:domain-of|Security_UserDomain',
    userId: 'Security_UserID',
    session: 'Correlation_ActivityID',
  },
  what: {
    ocsf: [1009, 99],
    action: 'EventID',
    code: 'EventID',
    object: 'Path|ps_script|ps_host_application',
    severity: { of: 'Level', map: { 1: 5, 2: 3, 3: 3 }, else: 1 },
  },
  where: { host: 'Computer' },
  message: '{code} PowerShell event[ by {user|userId}][: {object}]',
  texts: [
    {
      of: 'ContextInfo',
      rows: [{ match: /^\s*(?:User|Benutzer|Utilisateur|Usuario) = (?<ps_user>[^\r\n]{1,200})/im }],
    },
    {
      of: 'param3|Data[2]|Data',
      rows: [
        { match: /^\s*UserId=(?<ps_user>[^\r\n]{1,200})/m },
        { match: /^\s*HostApplication=(?<ps_host_application>[^\r\n]{1,4000})/m },
      ],
    },
    {
      of: 'param2|Data[1]',
      rows: [{ match: /^\s*UserId=(?<ps_user>[^\r\n]{1,200})/m }],
    },
  ],
  cases: [
    {
      of: 'EventID',
      is: {
        400: {
          what: { ocsf: [1007, 1], outcome: 'success' },
          message: '{code} PowerShell engine started[: {ps_host_application}]',
        },
        403: {
          what: { ocsf: [1007, 2], outcome: 'success' },
          message: '{code} PowerShell engine stopped[: {ps_host_application}]',
        },
        500: { what: { ocsf: [1007, 99] }, message: '{code} PowerShell command started' },
        501: { what: { ocsf: [1007, 99] }, message: '{code} PowerShell command stopped' },
        600: {
          what: { ocsf: [1007, 99], object: 'param1|Data[0]' },
          message: '{code} PowerShell provider {object} started',
        },
        800: {
          what: { ocsf: [1009, 1], object: 'param1|Data[0]' },
          message: '{code} PowerShell pipeline[ of {user|userId}]: {object}',
        },
        4100: {
          what: { ocsf: [1009, 1], outcome: 'failure', object: 'Payload' },
          message: '{code} PowerShell error[ of {user|userId}][: {Payload}]',
        },
        4103: {
          what: { ocsf: [1009, 1], object: 'Payload' },
          message: '{code} PowerShell command of {user|userId}: {Payload}',
        },
        4104: {
          what: { ocsf: [1009, 1], object: 'Path|ScriptBlockId' },
          message: '{code} PowerShell script block of {user|userId}: {ScriptBlockText}',
        },
        4105: {
          what: { ocsf: [1009, 1], object: 'ScriptBlockId' },
          message: '{code} PowerShell script block {object} started by {user|userId}',
        },
        4106: {
          what: { ocsf: [1009, 99], object: 'ScriptBlockId' },
          message: '{code} PowerShell script block {object} of {user|userId} completed',
        },
        40961: {
          what: { ocsf: [6002, 3] },
          message: '{code} PowerShell console starting[ for {user|userId}]',
        },
        40962: {
          what: { ocsf: [6002, 3] },
          message: '{code} PowerShell console ready[ for {user|userId}]',
        },
        53504: {
          what: { ocsf: [6002, 3], object: 'param1' },
          message: '{code} PowerShell listens for commands[ in process {param1}]',
        },
      },
    },
  ],
} as const satisfies FamilyMap
