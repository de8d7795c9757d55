import type { FamilyMap } from '../../mapping.ts'
import { OCSF } from '../../ocsf.ts'

/** FortiGate firewalls, key and value form. Source: Fortinet, FortiOS log message reference. */
export const fortinetFortigate = {
  id: 'fortinet.fortigate',
  summary:
    'FortiGate firewalls: traffic, threats, web filter, VPN, administration (key and value form).',
  logsources: [
    { category: 'firewall' },
    { product: 'fortigate', category: 'firewall' },
    { product: 'fortigate', service: 'event' },
    { product: 'fortigate', service: 'traffic' },
    { product: 'fortigate', service: 'utm' },
    { product: 'fortios', service: 'sslvpnd' },
  ],
  rank: 20,
  recognise: [
    { formats: ['kv'], keys: ['type', 'subtype|eventtype', 'logid|log_id', 'level|pri'] },
    { formats: ['kv'], keys: ['date', 'time', 'devname|devid|device_id|vd', 'type'] },
  ],
  // The address of an administrator often stands only in `ui="ssh(192.0.2.1)"`.
  texts: [{ of: 'ui', rows: [{ match: /\((?<ui_ip>[0-9A-Fa-f.:]+)\)/ }] }],
  alias: {
    src_ip: 'srcip|remip|ui_ip',
    dst_ip: 'dstip',
    src_port: 'srcport',
    dst_port: 'dstport',
  },
  when: {
    time: ['eventtime', { template: '{date}T{time}[{tz}]' }],
  },
  who: {
    user: 'user|srcuser|unauthuser|xauthuser|admin|initiator|from',
    domain: 'domain|authserver',
    kind: { of: 'type', map: { event: 'admin' }, else: 'user' },
    target: { user: 'dstuser|acct_name' },
  },
  what: {
    ocsf: [
      {
        of: 'subtype',
        map: {
          webfilter: OCSF.httpOther,
          dns: OCSF.dnsTraffic,
          ips: OCSF.findingCreate,
          virus: OCSF.findingCreate,
          anomaly: OCSF.findingCreate,
          waf: OCSF.findingCreate,
          dlp: OCSF.findingCreate,
        },
      },
      {
        of: 'action',
        match: [
          [/^(login|auth-logon|logon|ssl-login-fail|authentication|FSSO-logon)$/i, OCSF.logon],
          [/^(logout|auth-logout|logoff|FSSO-logoff)$/i, OCSF.logoff],
          [/^(tunnel-up|ssl-new-con|phase2-up|negotiate|install_sa|ssl-web-pass)/, OCSF.tunnelOpen],
          [
            /^(tunnel-down|delete_ipsec_sa|delete_phase1_sa|phase2-down|ssl-exit-error)/,
            OCSF.tunnelClose,
          ],
          [/^(Add|Edit|Delete|Move|restore|upload)$/, OCSF.configOther],
        ],
      },
      { of: 'subtype', map: { vpn: OCSF.tunnelOther, user: OCSF.logon } },
      {
        of: 'type',
        map: { event: OCSF.other },
      },
      {
        of: 'action',
        map: {
          accept: OCSF.networkTraffic,
          close: OCSF.networkClose,
          timeout: OCSF.networkClose,
          'client-rst': [4001, 3],
          'server-rst': [4001, 3],
          deny: OCSF.networkRefuse,
          blocked: OCSF.networkRefuse,
          dropped: OCSF.networkRefuse,
        },
        else: OCSF.networkTraffic,
        empty: OCSF.networkTraffic,
      },
    ],
    action: 'action|utmaction|eventtype|logdesc|subtype',
    outcome: [
      {
        of: 'status|result',
        match: [
          [/^(success|ok|succeed)/i, 'success'],
          [/^(fail|deny|denied|error|blocked)/i, 'failure'],
        ],
      },
      {
        of: 'action|utmaction',
        match: [
          [/deny|denied|block|drop|reset|reject|fail|quarantine|violation/i, 'failure'],
          [
            /accept|allow|pass|close|permit|exempt|-up$|-down$|^(?:add|edit|delete|move|clone)$|start|timeout|-rst$|login|logon/i,
            'success',
          ],
        ],
      },
    ],
    severity: {
      of: 'level|pri',
      map: { emergency: 6, alert: 5, critical: 5, error: 4, warning: 3 },
    },
    object: 'attack|virus|hostname|qname|cfgpath|app|policyname|tunneltype|group|service',
    code: 'logid|log_id',
  },
  where: {
    srcIp: 'srcip|remip|ui_ip|ip',
    srcPort: 'srcport|remport',
    dstIp: 'dstip|locip',
    dstPort: 'dstport|locport',
    host: 'devname|$host',
    account: 'vd',
    country: 'srccountry:country',
    url: [{ template: '{hostname}{url}' }, 'url'],
  },
  // Tunnels that this side opened start here.
  cases: [
    {
      of: 'init',
      is: {
        local: {
          where: { srcIp: 'locip', srcPort: 'locport', dstIp: 'remip', dstPort: 'remport' },
        },
      },
    },
  ],
  message:
    'fortigate: {type}[/{subtype}] {action}[ by {user}][ {srcIp}][ to {dstIp}][:{dstPort}][ ({object})]',
} as const satisfies FamilyMap
