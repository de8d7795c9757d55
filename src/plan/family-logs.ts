/** Which log sources of ATT&CK a family is, as starts of their names. Families are matched by their start too. */
const FAMILY_LOGS: readonly (readonly [family: string, logs: readonly string[]])[] = [
  ['apache', ['apache:', 'ApplicationLog:WebServer', 'ApplicationLog:Ingress', 'Application Log']],
  ['aws.cloudtrail', ['AWS:CloudTrail', 'CloudTrail:']],
  ['aws.vpc', ['AWS:VPCFlowLogs', 'VPCFlowLogs']],
  ['azure', ['azure:']],
  ['checkpoint', ['NSM:F', 'networkdevice:', 'Network Traffic']],
  ['cisco', ['NSM:F', 'networkdevice:', 'Network Traffic']],
  ['docker', ['docker:']],
  ['entra', ['azure:signinlogs', 'azure:audit', 'azure:ad', 'm365:signinlogs', 'Microsoft Entra']],
  ['esxi', ['esxi', 'ESXi']],
  ['fortinet', ['NSM:F', 'networkdevice:', 'Network Traffic']],
  ['gcp', ['gcp:', 'GCP']],
  ['github', ['saas:github', 'saas:RepoEvents', 'saas:PRMetadata', 'saas:audit']],
  ['google', ['saas:googleworkspace', 'Google Admin']],
  ['iis', ['ApplicationLog:IIS', 'WinEventLog:iis', 'ApplicationLog:WebServer']],
  ['iptables', ['NSM:F', 'iptables:', 'Netfilter']],
  ['kubernetes', ['kubernetes:']],
  ['linux.auditd', ['auditd:']],
  ['linux.auth', ['linux:auth', 'linux:syslog', 'auditd:USER_LOGIN', 'linux:cli']],
  ['linux.sysmon', ['linux:Sysmon']],
  ['linux.syslog', ['linux:syslog', 'linux:cron', 'journald:']],
  ['m365', ['m365:']],
  ['netfilter', ['NSM:F', 'iptables:', 'Netfilter']],
  ['nginx', ['ApplicationLog:WebServer', 'ApplicationLog:Ingress', 'apache:', 'Application Log']],
  ['okta', ['saas:okta', 'Okta:', 'saas:auth', 'saas:access']],
  ['opnsense', ['NSM:F', 'networkdevice:', 'PF:']],
  ['paloalto', ['NSM:F', 'networkdevice:', 'Network Traffic']],
  ['pfsense', ['NSM:F', 'networkdevice:', 'PF:']],
  ['suricata', ['NSM:', 'Network Traffic']],
  ['windows.application', ['WinEventLog:Application']],
  ['windows.powershell', ['WinEventLog:PowerShell']],
  ['windows.security', ['WinEventLog:Security', 'WinEventLog:Kerberos']],
  ['windows.sysmon', ['WinEventLog:Sysmon']],
  ['windows.system', ['WinEventLog:System']],
  ['zeek', ['NSM:', 'Network Traffic', 'dns:query']],
]

/** True when records of this family can show what an ATT&CK log source shows. */
export function familyShows(family: string, log: string): boolean {
  return FAMILY_LOGS.some(
    ([start, logs]) => family.startsWith(start) && logs.some((name) => log.startsWith(name)),
  )
}
