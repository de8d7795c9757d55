import type { FamilyMap } from '../../mapping.ts'
import { OCSF } from '../../ocsf.ts'

const REFUSED = /drop|block|den(?:y|ied)|reject|refus|invalid|-[DR]\]?$/i
const ALLOWED = /accept|allow|pass|permit|-A\]?$/i

/** Packets logged by iptables, nftables and ufw. Source: Linux kernel net/netfilter/nf_log_syslog.c. */
export const linuxNetfilter = {
  id: 'linux.netfilter',
  summary: 'Packets that iptables, nftables or ufw logged through the kernel.',
  logsources: [
    { category: 'firewall' },
    { product: 'linux', service: 'iptables' },
    { product: 'linux', service: 'ufw' },
  ],
  rank: 30,
  recognise: [{ text: /(?:^|[\s\]:])IN=\S* OUT=\S* (?:\S+=\S* ){0,6}SRC=\S+ DST=/ }],
  texts: [
    {
      rows: [
        {
          match:
            /^(?:\[ *[\d.]+\] ?)?\[?(?<prefix>[^\]=]{0,128}?)[\]: ]*IN=(?<IN>\S*) OUT=(?<OUT>\S*) .{0,256}?SRC=(?<SRC>\S+) DST=(?<DST>\S+)(?:.{0,256}? PROTO=(?<PROTO>\S+)(?: SPT=(?<SPT>\d+) DPT=(?<DPT>\d+))?)?/,
        },
      ],
    },
  ],
  alias: {
    src_ip: 'SRC',
    dst_ip: 'DST',
    src_port: 'SPT',
    dst_port: 'DPT',
    action: 'prefix',
  },
  what: {
    ocsf: {
      of: 'prefix|$app',
      match: [[REFUSED, OCSF.networkRefuse]],
      else: OCSF.networkTraffic,
      empty: OCSF.networkTraffic,
    },
    action: ['prefix', { of: '$app', map: { kernel: 'packet' } }, "$app|'packet'"],
    outcome: {
      of: 'prefix|$app',
      match: [
        [REFUSED, 'failure'],
        [ALLOWED, 'success'],
      ],
    },
    object: 'PROTO',
  },
  where: { srcIp: 'SRC', srcPort: 'SPT', dstIp: 'DST', dstPort: 'DPT' },
  message: "{action}: {PROTO|'packet'} {srcIp}[:{srcPort}] to {dstIp}[:{dstPort}]",
} as const satisfies FamilyMap
