import type { LogSource } from './rule.ts'
import {
  type ChannelRoute,
  familyOfChannel,
  routesOfCategory,
  routesOfService,
} from './windows-channels.ts'

/** Which events a rule may see. */
export type Route =
  /** Windows events of these channels; empty = every Windows event. `sysmonNames`: fields carry Sysmon names. */
  | {
      readonly kind: 'windows'
      readonly channels: readonly ChannelRoute[]
      readonly sysmonNames: boolean
    }
  /** Events of these families; a name ending in `.` means every family that begins so. */
  | {
      readonly kind: 'families'
      readonly families: readonly string[]
      readonly windows?: readonly ChannelRoute[]
    }
  /** A log source that is not known: only a family of another product excludes an event. */
  | { readonly kind: 'unknown'; readonly product: string | undefined }

/** Families of log sources outside Windows, by `product/category/service`, most specific first. */
const FAMILIES: Readonly<Record<string, readonly string[]>> = {
  '//apache': ['apache.', 'nginx.access'],
  '//nginx': ['nginx.'],
  '//netflow': ['netflow.', 'ipfix.'],
  '/antivirus/': ['clamav.', 'antivirus.', 'linux.clamav'],
  '/database/': ['mysql.', 'postgresql.', 'mssql.', 'oracle.', 'database.'],
  '/dns/': ['dns.', 'zeek.dns', 'suricata.dns', 'bind.', 'unbound.', 'aws.route53', 'suricata.eve'],
  '/firewall/': [
    'fortinet.',
    'linux.netfilter',
    'cef',
    'cef.',
    'leef',
    'paloalto.',
    'cisco.asa',
    'cisco.ftd',
    'checkpoint.',
    'juniper.',
    'sophos.',
    'sonicwall.',
    'pfsense.',
    'opnsense.',
    'suricata.eve',
    'aws.vpcflow',
  ],
  '/proxy/': ['squid.', 'zscaler.', 'bluecoat.', 'proxy.', 'haproxy.', 'envoy.'],
  '/webserver/': [
    'nginx.',
    'apache.',
    'iis.',
    'caddy.',
    'traefik.',
    'haproxy.',
    'web.',
    'aws.alb',
    'aws.elb',
  ],
  'apache//': ['apache.', 'nginx.access'],
  'aws//': ['aws.'],
  'aws//cloudtrail': ['aws.cloudtrail'],
  'azure//': ['azure.', 'entra.'],
  'azure//activitylogs': ['azure.activity'],
  'azure//auditlogs': ['entra.audit'],
  'azure//pim': ['entra.risk', 'entra.pim', 'entra.audit'],
  'azure//riskdetection': ['entra.risk', 'entra.riskdetection'],
  'azure//signinlogs': ['entra.signin', 'entra.signin-noninteractive'],
  'bitbucket//audit': ['bitbucket.audit', 'bitbucket.'],
  'cisco//': ['cisco.'],
  'cisco//aaa': ['cisco.aaa', 'cisco.ios', 'cisco.asa', 'cisco.nxos'],
  'cisco//bgp': ['cisco.ios', 'cisco.nxos', 'cisco.bgp'],
  'cisco//duo': ['cisco.duo', 'duo.'],
  'cisco//ldp': ['cisco.ios', 'cisco.nxos', 'cisco.ldp'],
  'cisco//syslog': ['cisco.'],
  'fortigate//': ['fortinet.'],
  'fortigate//event': ['fortinet.'],
  'fortios//sslvpnd': ['fortinet.'],
  'gcp//': ['gcp.'],
  'gcp//gcp.audit': ['gcp.audit'],
  'gcp//google_workspace.admin': ['google.workspace', 'google.workspace-admin', 'gcp.workspace'],
  'gcp//google_workspace.login': ['google.workspace', 'google.workspace-login', 'gcp.workspace'],
  'github//': ['github.'],
  'github//audit': ['github.audit'],
  'gitlab//': ['gitlab.'],
  'gitlab//audit': ['gitlab.audit'],
  'kubernetes//audit': ['kubernetes.audit'],
  'kubernetes/application/audit': ['kubernetes.audit'],
  'kubernetes//': ['kubernetes.'],
  'linux//': ['linux.'],
  'linux//auditd': ['linux.auditd', 'linux.audit'],
  'linux//auth': ['linux.auth', 'linux.sshd', 'linux.sudo'],
  'linux//clamav': ['linux.clamav', 'clamav.', 'linux.syslog'],
  'linux//cron': ['linux.cron', 'linux.auth', 'linux.syslog'],
  'linux//guacamole': ['linux.guacamole', 'guacamole.', 'linux.syslog'],
  'linux//iptables': ['linux.netfilter'],
  'linux//modsecurity': ['linux.modsecurity', 'linux.syslog', 'nginx.', 'apache.'],
  'linux//sshd': ['linux.sshd', 'linux.auth'],
  'linux//sudo': ['linux.sudo', 'linux.auth'],
  'linux//syslog': ['linux.syslog', 'linux.auth', 'linux.journal', 'linux.kernel'],
  'linux//ufw': ['linux.netfilter'],
  'linux//vsftpd': ['linux.vsftpd', 'vsftpd.', 'linux.syslog'],
  'linux/file_event/': ['linux.sysmon', 'linux.auditd', 'linux.falco'],
  'linux/network_connection/': ['linux.sysmon', 'linux.auditd'],
  'linux/process_creation/': ['linux.sysmon', 'linux.auditd', 'linux.audit', 'linux.process'],
  'm365//': ['m365.'],
  'm365//audit': ['m365.audit', 'm365.'],
  'macos//': ['macos.'],
  'nginx//': ['nginx.'],
  'okta//okta': ['okta.system'],
  'okta//': ['okta.'],
  'paloalto//': ['paloalto.'],
  'zeek//': ['zeek.'],
}

/** Services of these products are families of the same name. */
const FAMILY_PER_SERVICE = new Set(['aws', 'gitlab', 'huawei', 'juniper', 'onelogin', 'zeek'])

/** Where a rule looks. Never answers "nowhere": what is not known stays `unknown`. */
export function routeOf(source: LogSource): Route {
  const { product, category, service } = source
  if (product === 'windows') return windowsRoute(source)
  const known = knownKey(source)
  if (known !== undefined) return families(FAMILIES[known] ?? [], source)
  if (product !== undefined && service !== undefined && FAMILY_PER_SERVICE.has(product))
    return families([`${product}.${service}`], source)
  const broader = `${product ?? ''}//`
  if (product !== undefined && Object.hasOwn(FAMILIES, broader))
    return families(FAMILIES[broader] ?? [], source)
  if (product === undefined && routesOfCategory(category ?? '') !== undefined)
    return families(FAMILIES[`linux/${category}/`] ?? [], source)
  return { kind: 'unknown', product }
}

/** The most specific row of the table that speaks of this log source. */
function knownKey({ product, category, service }: LogSource): string | undefined {
  const start = product ?? ''
  const keys = [`${start}/${category ?? ''}/${service ?? ''}`, `${start}/${category ?? ''}/`]
  if (service !== undefined) keys.splice(1, 0, `${start}//${service}`)
  return keys.find((key) => key !== `${start}//` && Object.hasOwn(FAMILIES, key))
}

/** A category without product also means the Windows events of that category. */
function families(names: readonly string[], source: LogSource): Route {
  const windows =
    source.product === undefined && source.category !== undefined
      ? routesOfCategory(source.category)
      : undefined
  return windows === undefined
    ? { kind: 'families', families: names }
    : { kind: 'families', families: names, windows }
}

function windowsRoute({ category, service }: LogSource): Route {
  const byCategory = category === undefined ? undefined : routesOfCategory(category)
  const byService = service === undefined ? undefined : routesOfService(service)
  const sysmonNames = byCategory !== undefined
  if (category !== undefined && byCategory === undefined)
    return { kind: 'families', families: [`windows.${category}`] }
  if (service !== undefined && byService === undefined)
    return { kind: 'families', families: [`windows.${service}`] }
  if (byCategory !== undefined && byService !== undefined) {
    const names = byService.map((route) => route.channel)
    const both = byCategory.filter((route) => names.includes(route.channel))
    return { kind: 'windows', channels: both, sysmonNames }
  }
  return { kind: 'windows', channels: byCategory ?? byService ?? [], sysmonNames }
}

/** The families that can feed a route, for people and for coverage; empty when any can. */
export function familiesOf(route: Route): string[] {
  if (route.kind === 'unknown')
    return route.product === undefined ? [] : [`${route.product.replace(/\/.*/, '')}.*`]
  const channels = route.kind === 'windows' ? route.channels : (route.windows ?? [])
  const windows = channels.map((one) => familyOfChannel(one.channel))
  if (route.kind === 'windows') return windows.length === 0 ? ['windows.*'] : [...new Set(windows)]
  const named = route.families.map((name) => (name.endsWith('.') ? `${name}*` : name))
  return [...new Set([...named, ...windows])]
}

/** Whether a family is meant by one of the names of a `families` route. */
export function isFamily(family: string, names: readonly string[]): boolean {
  return names.some((name) => (name.endsWith('.') ? family.startsWith(name) : family === name))
}

/** Families that say nothing about where a record came from. */
export function isHintless(family: string): boolean {
  return family === 'unknown' || family === '' || family === 'ecs' || family.startsWith('generic')
}
