/** Where events of a Windows log source are found. Channels are lower case; `prefix` also takes longer names. */
export interface ChannelRoute {
  readonly channel: string
  readonly prefix?: boolean
  readonly eventIds?: readonly number[]
  /** Accepted values of a field, lower case; any one of them. */
  readonly only?: { readonly field: string; readonly values: readonly string[] }
}

const SYSMON = 'microsoft-windows-sysmon/operational'
const SECURITY = 'security'
const POWERSHELL = ['microsoft-windows-powershell/operational', 'powershellcore/operational']
const CLASSIC = 'windows powershell'
const DEFENDER = 'microsoft-windows-windows defender/operational'

/** Channels of each `service`, without the prefix `microsoft-windows-` where marked by `~`. Source: Sigma taxonomy. */
const SERVICE_CHANNELS: Readonly<Record<string, readonly string[]>> = {
  'appmodel-runtime': ['~appmodel-runtime/admin'],
  application: ['application'],
  'application-experience': [
    '~application-experience/program-telemetry',
    '~application-experience/program-compatibility-assistant',
  ],
  applocker: [
    '~applocker/msi and script',
    '~applocker/exe and dll',
    '~applocker/packaged app-deployment',
    '~applocker/packaged app-execution',
  ],
  'appxdeployment-server': [
    '~appxdeploymentserver/operational',
    '~appxdeployment-server/operational',
  ],
  'appxpackaging-om': ['~appxpackaging/operational'],
  bitlocker: ['~bitlocker/bitlocker management'],
  'bits-client': ['~bits-client/operational'],
  capi2: ['~capi2/operational'],
  'certificateservicesclient-lifecycle-system': [
    '~certificateservicesclient-lifecycle-system/operational',
  ],
  'codeintegrity-operational': ['~codeintegrity/operational'],
  dhcp: ['~dhcp-server/operational', 'dhcp-server'],
  'diagnosis-scripted': ['~diagnosis-scripted/operational'],
  'dns-client': [
    '~dns-client/operational',
    '~dns client events/operational',
    'dns client events/operational',
  ],
  'dns-server': ['dns server'],
  'dns-server-analytic': ['~dns-server/analytical', '~dnsserver/analytical'],
  'dns-server-audit': ['~dns-server/audit', '~dnsserver/audit'],
  'driver-framework': ['~driverframeworks-usermode/operational'],
  'firewall-as': ['~windows firewall with advanced security/firewall'],
  'hyper-v-worker': ['~hyper-v-worker*'],
  'iis-configuration': [
    '~iis-configuration/operational',
    'microsoft-iis-configuration/operational',
  ],
  'kernel-event-tracing': ['~kernel-eventtracing*'],
  'kernel-shimengine': ['~kernel-shimengine/operational', '~kernel-shimengine/diagnostic'],
  ldap: ['~ldap-client/debug'],
  ldap_debug: ['~ldap-client/debug'],
  'lsa-server': ['~lsa/operational'],
  'microsoft-servicebus-client': [
    'microsoft-servicebus-client/admin',
    'microsoft-servicebus-client/operational',
    'microsoft-servicebus-client',
  ],
  'msexchange-management': ['msexchange management'],
  ntfs: ['~ntfs/operational'],
  ntlm: ['~ntlm/operational'],
  openssh: ['openssh/operational'],
  powershell: POWERSHELL,
  'powershell-classic': [CLASSIC],
  'printservice-admin': ['~printservice/admin'],
  'printservice-operational': ['~printservice/operational'],
  security: [SECURITY],
  'security-mitigations': ['~security-mitigations/kernel mode', '~security-mitigations/user mode'],
  sense: ['~sense*'],
  'servicebus-client': [
    'microsoft-servicebus-client/admin',
    'microsoft-servicebus-client/operational',
    'microsoft-servicebus-client',
  ],
  'shell-core': ['~shell-core/operational'],
  'smbclient-connectivity': ['~smbclient/connectivity'],
  'smbclient-security': ['~smbclient/security'],
  'smbserver-connectivity': ['~smbserver/connectivity'],
  sysmon: [SYSMON],
  system: ['system'],
  taskscheduler: ['~taskscheduler/operational'],
  'terminalservices-localsessionmanager': ['~terminalservices-localsessionmanager/operational'],
  vhdmp: ['~vhdmp/operational', '~vhdmp-operational'],
  windefend: [DEFENDER],
  wmi: ['~wmi-activity/operational'],
}

const sysmon = (...eventIds: number[]): ChannelRoute => ({ channel: SYSMON, eventIds })
const security = (eventId: number, ...accepted: string[]): ChannelRoute => {
  const route = { channel: SECURITY, eventIds: [eventId] }
  return accepted.length === 0
    ? route
    : { ...route, only: { field: 'OperationType', values: accepted } }
}
const powershell = (eventId: number): ChannelRoute[] =>
  POWERSHELL.map((channel) => ({ channel, eventIds: [eventId] }))
const classic = (eventId: number): ChannelRoute[] => [{ channel: CLASSIC, eventIds: [eventId] }]
const registryKeys = (...values: string[]): ChannelRoute => ({
  channel: SYSMON,
  eventIds: [12],
  only: { field: 'EventType', values },
})

const VALUE_CREATED = ['%%1904', 'new registry value created']
const VALUE_CHANGED = ['%%1905', 'existing registry value modified']
const VALUE_DELETED = ['%%1906', 'registry value deleted', 'existing registry value deleted']

/** Channels and event ids of each `category`. Source: Sigma taxonomy; Sysmon and Windows audit event ids. */
const CATEGORY_ROUTES: Readonly<Record<string, readonly ChannelRoute[]>> = {
  antivirus: [
    {
      channel: DEFENDER,
      eventIds: [1006, 1007, 1008, 1009, 1010, 1011, 1012, 1017, 1018, 1019, 1115, 1116],
    },
  ],
  clipboard_capture: [sysmon(24)],
  clipboard_change: [sysmon(24)],
  create_remote_thread: [sysmon(8)],
  create_stream_hash: [sysmon(15)],
  dns_query: [sysmon(22)],
  driver_load: [sysmon(6)],
  file_access: [{ channel: 'microsoft-windows-kernel-file', prefix: true }],
  file_block_executable: [sysmon(27)],
  file_block_shredding: [sysmon(28)],
  file_change: [sysmon(2)],
  file_delete: [sysmon(23, 26)],
  file_delete_detected: [sysmon(26)],
  file_event: [sysmon(11)],
  file_executable_detected: [sysmon(29)],
  file_rename: [{ channel: 'microsoft-windows-kernel-file', prefix: true }],
  image_load: [sysmon(7)],
  network_connection: [sysmon(3), security(5156)],
  pipe_created: [sysmon(17, 18)],
  process_access: [sysmon(10)],
  process_creation: [sysmon(1), security(4688)],
  process_tampering: [sysmon(25)],
  process_termination: [sysmon(5), security(4689)],
  ps_classic_provider_start: classic(600),
  ps_classic_script: classic(800),
  ps_classic_start: classic(400),
  ps_module: powershell(4103),
  ps_script: powershell(4104),
  raw_access_thread: [sysmon(9)],
  registry_add: [registryKeys('createkey'), security(4657, ...VALUE_CREATED)],
  registry_delete: [registryKeys('deletekey', 'deletevalue'), security(4657, ...VALUE_DELETED)],
  registry_event: [sysmon(12, 13, 14), security(4657)],
  registry_rename: [sysmon(14)],
  registry_set: [sysmon(13), security(4657, ...VALUE_CHANGED, ...VALUE_CREATED)],
  sysmon_error: [sysmon(255)],
  sysmon_status: [sysmon(4, 16)],
  wmi_event: [
    sysmon(19, 20, 21),
    { channel: 'microsoft-windows-wmi-activity/operational', eventIds: [5861] },
  ],
}

/** Channels of a Windows service; undefined for a service that is not known. */
export function routesOfService(service: string): readonly ChannelRoute[] | undefined {
  if (!Object.hasOwn(SERVICE_CHANNELS, service)) return undefined
  return SERVICE_CHANNELS[service]?.map((written): ChannelRoute => {
    const whole = written.replace('~', 'microsoft-windows-')
    return whole.endsWith('*') ? { channel: whole.slice(0, -1), prefix: true } : { channel: whole }
  })
}

/** Channels and event ids of a Windows category; undefined for a category that is not known. */
export function routesOfCategory(category: string): readonly ChannelRoute[] | undefined {
  return Object.hasOwn(CATEGORY_ROUTES, category) ? CATEGORY_ROUTES[category] : undefined
}

const FAMILY_OF_CHANNEL: Readonly<Record<string, string>> = {
  [SYSMON]: 'windows.sysmon',
  [SECURITY]: 'windows.security',
  [DEFENDER]: 'windows.defender',
  [CLASSIC]: 'windows.powershell',
  application: 'windows.application',
  'microsoft-windows-taskscheduler/operational': 'windows.taskscheduler',
  system: 'windows.system',
}

/** The family under which events of a channel are structured. */
export function familyOfChannel(channel: string): string {
  if (POWERSHELL.includes(channel)) return 'windows.powershell'
  return FAMILY_OF_CHANNEL[channel] ?? 'windows.other'
}
