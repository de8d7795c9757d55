import { type Activity, after } from '../activity.ts'
import { nginx } from '../records/unix.ts'
import type { DemoRecord, Moment } from '../wire.ts'

const BROWSERS = [
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:134.0) Gecko/20100101 Firefox/134.0',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_2 like Mac OS X) AppleWebKit/605.1.15 Version/18.2 Mobile/15E148 Safari/604.1',
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 Chrome/131.0.0.0 Safari/537.36',
] as const
const PAGES = [
  '/',
  '/shop',
  '/shop/item/1204',
  '/shop/item/88',
  '/shop/cart',
  '/login',
  '/assets/app.js',
  '/assets/site.css',
  '/search?q=lamp',
  '/api/stock/88',
] as const
const PROBES = [
  '/.env',
  '/.git/config',
  '/wp-login.php',
  '/xmlrpc.php',
  '/phpmyadmin/',
  '/.aws/credentials',
  '/server-status',
  '/actuator/health',
] as const

function visit(moment: Moment): DemoRecord[] {
  const { chance } = moment
  // Readers of the documentation networks come by IPv6 as well.
  const ip = chance.happens(0.1)
    ? `2001:db8:${chance.hex(4)}::${chance.hex(2)}`
    : `203.0.113.${chance.int(120, 199)}`
  const agent = chance.pick(BROWSERS)
  const records: DemoRecord[] = []
  for (let page = 0; page < chance.int(1, 4); page += 1) {
    const status = chance.happens(0.97) ? 200 : chance.pick([302, 404, 500])
    records.push(
      nginx(after(moment, page * 11), {
        ip,
        method: 'GET',
        target: chance.pick(PAGES),
        status,
        agent,
      }),
    )
  }
  if (chance.happens(0.2))
    records.push(
      nginx(after(moment, 50), { ip, method: 'POST', target: '/shop/cart', status: 302, agent }),
    )
  return records
}

function probe(moment: Moment): DemoRecord[] {
  const { chance } = moment
  const ip = `198.51.100.${chance.int(210, 250)}`
  const agent = chance.pick([
    'Mozilla/5.0 zgrab/0.x',
    'python-requests/2.32.3',
    'Go-http-client/1.1',
    BROWSERS[0],
  ])
  const records: DemoRecord[] = []
  for (let at = 0; at < chance.int(1, 5); at += 1)
    records.push(
      nginx(after(moment, at), {
        ip,
        method: 'GET',
        target: chance.pick(PROBES),
        status: 404,
        sizeBytes: 153,
        agent,
      }),
    )
  if (chance.happens(0.1))
    records.push(
      nginx(after(moment, 6), {
        ip,
        method: 'GET',
        target: '/shop/item/88?id=7%20UNION%20SELECT%201,2,3',
        status: 400,
        sizeBytes: 166,
        agent,
      }),
    )
  return records
}

/** What the web shop sees on ordinary days: customers, and everybody who tries doors. */
export const WEB: readonly Activity[] = [
  { name: 'a customer visits', perHour: 14, rhythm: 'visitors', play: visit },
  { name: 'somebody tries the doors of the shop', perHour: 1.2, rhythm: 'always', play: probe },
]
