import { type Activity, after } from '../activity.ts'
import { COMPANY, PEOPLE } from '../company.ts'
import type { Chance } from '../prng.ts'
import { type Connection, configuration, traffic, vpn } from '../records/fortigate.ts'

const INSIDE = [
  ['10.20.10.5', 53, 'DNS'],
  ['10.20.10.5', 88, 'KERBEROS'],
  ['10.20.10.5', 389, 'LDAP'],
  ['10.20.10.6', 445, 'SMB'],
  ['10.20.10.9', 123, 'NTP'],
  ['10.20.10.40', 9100, 'PRINTER'],
  ['10.20.40.10', 443, 'HTTPS'],
  ['10.20.10.50', 8080, 'PROXY'],
] as const

function insideLink(chance: Chance): Connection {
  const [dstIp, port, service] = chance.pick(INSIDE)
  return {
    srcIp: `10.20.30.${chance.int(11, 40)}`,
    dstIp,
    port,
    service,
    action: chance.happens(0.9) ? 'accept' : 'close',
    from: 'clients',
    to: 'servers',
  }
}

function scanner(chance: Chance): Connection {
  const port = chance.pick([22, 23, 445, 3389, 5900, 6379, 8080, 8443, 27017])
  return {
    srcIp: `198.51.100.${chance.int(210, 250)}`,
    dstIp: COMPANY.officeIp,
    port,
    service: `tcp/${port}`,
    action: 'deny',
    from: 'wan1',
    to: 'root',
  }
}

function outward(chance: Chance): Connection {
  const person = chance.pick(PEOPLE)
  return {
    srcIp: person.ip,
    dstIp: `198.51.100.${chance.int(20, 60)}`,
    port: 443,
    service: 'HTTPS',
    action: 'close',
    from: 'clients',
    to: 'wan1',
    user: person.user,
  }
}

/** What the two firewalls see on ordinary days; the inner one reports every connection that it lets through. */
export const NETWORK: readonly Activity[] = [
  {
    name: 'machines talk inside, by day and night',
    perHour: 125,
    rhythm: 'always',
    play: (moment) => [traffic(moment, 'core', insideLink(moment.chance))],
  },
  {
    name: 'people talk to servers inside',
    perHour: 280,
    rhythm: 'work',
    play: (moment) => [traffic(moment, 'core', insideLink(moment.chance))],
  },
  {
    name: 'the internet knocks',
    perHour: 20,
    rhythm: 'always',
    play: (moment) => [traffic(moment, 'edge', scanner(moment.chance))],
  },
  {
    name: 'people use the internet',
    perHour: 30,
    rhythm: 'work',
    play: (moment) => [traffic(moment, 'edge', outward(moment.chance))],
  },
  {
    name: 'strangers try the VPN',
    perHour: 1.5,
    rhythm: 'always',
    play: (moment) => [
      vpn(moment, {
        action: 'ssl-login-fail',
        user: moment.chance.pick(['admin', 'test', 'vpn', 'guest']),
        ip: `198.51.100.${moment.chance.int(210, 250)}`,
      }),
    ],
  },
  {
    name: 'somebody works through the VPN',
    perHour: 3,
    rhythm: 'work',
    play(moment) {
      const person = moment.chance.pick(PEOPLE)
      const tunnelIp = person.ip.replace('10.20.30.', '10.20.250.1')
      const entry = { user: person.user, ip: person.home, tunnelIp }
      return [
        vpn(moment, { ...entry, action: 'tunnel-up' }),
        vpn(after(moment, moment.chance.int(600, 9000)), { ...entry, action: 'tunnel-down' }),
      ]
    },
  },
  {
    name: 'the network team works',
    perHour: 0.12,
    rhythm: 'work',
    play(moment) {
      const name = `web-${moment.chance.int(4, 60)}`
      return [
        configuration(moment, {
          action: 'Add',
          path: 'firewall.address',
          object: name,
          attribute: 'subnet[10.20.40.14 255.255.255.255]',
        }),
        configuration(after(moment, 50), {
          action: 'Edit',
          path: 'firewall.policy',
          object: '14',
          attribute: `dstaddr[web-3->${name}]`,
        }),
      ]
    },
  },
]
