/**
 * The sending side of `vedette bench ingest`, a process of its own: the workload over real sockets, at a rate or as fast
 * as it is acknowledged. Tells its parent `{ kind: 'sent', records, startedMs, endedMs }`.
 */
import { parseArgs } from 'node:util'
import { systemClock } from '#base/clock.ts'
import { createEgress } from '#base/egress.ts'
import { createSender } from '../demo/sender.ts'
import { benchRecords } from './records.ts'

const { values } = parseArgs({
  options: {
    url: { type: 'string', default: '' },
    token: { type: 'string', default: '' },
    /** TCP syslog, `127.0.0.1:5514`. */
    syslog: { type: 'string', default: '' },
    count: { type: 'string', default: '10000' },
    /** Records a second; 0 for as fast as possible. */
    rate: { type: 'string', default: '0' },
    seed: { type: 'string', default: '1' },
  },
})

const BATCH = 1_000

const count = Number(values.count)
const rate = Number(values.rate)
const url = new URL(values.url)
const colon = values.syslog.lastIndexOf(':')
const syslog = {
  host: values.syslog.slice(0, colon),
  port: Number(values.syslog.slice(colon + 1)),
}
const stop = new AbortController()
process.once('disconnect', () => stop.abort())
const sender = createSender({
  url: url.origin,
  token: values.token,
  syslog,
  syslogTcp: syslog,
  egress: createEgress({ allow: [url.host] }),
  clock: systemClock,
  signal: stop.signal,
})
const records = benchRecords(count, {
  seed: Number(values.seed),
  startMs: systemClock.now() - count,
})
const startedMs = systemClock.now()
const batch = rate > 0 ? Math.max(50, Math.min(BATCH, Math.floor(rate / 10))) : BATCH
for (let sent = 0; sent < records.length && !stop.signal.aborted; sent += batch) {
  await sender.send(records.slice(sent, sent + batch))
  const aheadMs = rate > 0 ? startedMs + ((sent + batch) / rate) * 1000 - systemClock.now() : 0
  if (aheadMs > 1) await systemClock.sleep(aheadMs, stop.signal)
}
process.send?.({ kind: 'sent', records: records.length, startedMs, endedMs: systemClock.now() })
sender.close()
if (process.connected) process.disconnect()
