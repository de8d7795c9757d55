import { COMPANY } from '../company.ts'
import { type DemoRecord, datagram, type Moment } from '../wire.ts'

/** Which of the two firewalls. */
type Firewall = 'edge' | 'core'

/** A line of a FortiGate: keys and values in its own order and spelling. */
export function fortigate(moment: Moment, device: Firewall, pairs: string): DemoRecord {
  const { host, serial } = COMPANY[device]
  const iso = new Date(moment.time).toISOString()
  const stamp = `date=${iso.slice(0, 10)} time=${iso.slice(11, 19)} devname="${host}" devid="${serial}" eventtime=${moment.time}000000 tz="+0000"`
  return datagram(moment, { priority: 189, host }, `${stamp} ${pairs}`)
}

/** One connection through a firewall. */
export interface Connection {
  readonly srcIp: string
  readonly dstIp: string
  readonly port: number
  readonly service: string
  readonly action: 'accept' | 'close' | 'deny' | 'timeout'
  readonly from: string
  readonly to: string
  readonly sentBytes?: number
  readonly user?: string
}

/** A traffic line. */
export function traffic(moment: Moment, device: Firewall, link: Connection): DemoRecord {
  const { chance } = moment
  const isDenied = link.action === 'deny'
  const sent = isDenied ? 0 : (link.sentBytes ?? chance.int(300, 90_000))
  const user = link.user === undefined ? '' : ` user="${link.user}" authserver="ad"`
  return fortigate(
    moment,
    device,
    `logid="0000000013" type="traffic" subtype="forward" level="${isDenied ? 'warning' : 'notice'}" vd="root" srcip=${link.srcIp} srcport=${chance.int(1024, 65_000)} srcintf="${link.from}" srcintfrole="undefined" dstip=${link.dstIp} dstport=${link.port} dstintf="${link.to}" dstintfrole="undefined" sessionid=${chance.int(100_000, 99_999_999)} proto=${link.port === 53 || link.port === 123 ? 17 : 6} action="${link.action}" policyid=${isDenied ? 0 : chance.int(1, 40)} policytype="policy" service="${link.service}"${user} trandisp="noop" duration=${isDenied ? 0 : chance.int(1, 400)} sentbyte=${sent} rcvdbyte=${isDenied ? 0 : chance.int(200, 400_000)} sentpkt=${Math.ceil(sent / 900)} appcat="unscanned"`,
  )
}

/** A VPN line: a tunnel that starts or ends, or a sign-in that failed. */
export function vpn(
  moment: Moment,
  entry: {
    action: 'tunnel-up' | 'tunnel-down' | 'ssl-login-fail'
    user: string
    ip: string
    tunnelIp?: string
  },
): DemoRecord {
  const isFailure = entry.action === 'ssl-login-fail'
  const logid = isFailure
    ? '0101039426'
    : entry.action === 'tunnel-up'
      ? '0101039424'
      : '0101039425'
  const tunnel = entry.tunnelIp === undefined ? '' : ` tunnelip=${entry.tunnelIp}`
  const reason = isFailure ? 'sslvpn_login_unknown_user' : 'N/A'
  return fortigate(
    moment,
    'edge',
    `logid="${logid}" type="event" subtype="vpn" level="${isFailure ? 'alert' : 'information'}" vd="root" logdesc="SSL VPN ${entry.action}" action="${entry.action}" tunneltype="${isFailure ? 'ssl-web' : 'ssl-tunnel'}" tunnelid=${moment.chance.int(1000, 999_999)} remip=${entry.ip}${tunnel} user="${entry.user}" group="vpn-users" dst_host="N/A" reason="${reason}" msg="SSL ${entry.action}"`,
  )
}

/** A change of the configuration by an administrator. */
export function configuration(
  moment: Moment,
  change: { action: 'Add' | 'Edit'; path: string; object: string; attribute: string },
): DemoRecord {
  return fortigate(
    moment,
    'edge',
    `logid="0100044547" type="event" subtype="system" level="information" vd="root" logdesc="Object attribute configured" user="netops" ui="GUI(10.20.30.24)" action="${change.action}" cfgtid=${moment.chance.int(1_000_000, 9_999_999)} cfgpath="${change.path}" cfgobj="${change.object}" cfgattr="${change.attribute}" msg="${change.action} ${change.path} ${change.object}"`,
  )
}
