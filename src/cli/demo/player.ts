/**
 * The simulated company as a process of its own: it sends to a server what real systems would send.
 *
 *   node player.ts --url http://127.0.0.1:7480 --token TOKEN --syslog 127.0.0.1:5514 [--syslog-tcp 127.0.0.1:5514] [--seed TEXT] [--speed 1] [--days 4]
 *
 * Some days of the past first, compressed to about half a minute, with one intrusion at their end; then ordinary life
 * as it happens. Ends with its parent, on SIGTERM, or with exit code 3 when the server refuses.
 * Tells its parent `{ kind: 'progress', sent, total }`, `{ kind: 'told', sent }` and `{ kind: 'failed', reason }`.
 */
import { parseArgs } from 'node:util'
import { systemClock } from '#base/clock.ts'
import { createEgress } from '#base/egress.ts'
import { reasonOf } from '#base/failure.ts'
import { playLive, playStory } from './play.ts'
import { createChance } from './prng.ts'
import { createSender } from './sender.ts'
import { tellStory } from './story.ts'

const RATE = 1_600

const { values } = parseArgs({
  options: {
    url: { type: 'string' },
    token: { type: 'string' },
    syslog: { type: 'string' },
    'syslog-tcp': { type: 'string' },
    seed: { type: 'string', default: 'lindenhof' },
    speed: { type: 'string', default: '1' },
    days: { type: 'string', default: '4' },
  },
})

const stop = new AbortController()
process.once('SIGTERM', () => stop.abort())
process.once('SIGINT', () => stop.abort())
process.once('disconnect', () => stop.abort())

function tell(message: Record<string, unknown>): void {
  if (process.connected) process.send?.(message)
}

function wanted(name: 'url' | 'token' | 'syslog'): string {
  const value = values[name]
  if (value === undefined || value === '') throw new Error(`--${name} is missing`)
  return value
}

function doorOf(text: string): { host: string; port: number } {
  const colon = text.lastIndexOf(':')
  return { host: text.slice(0, colon).replace(/^\[|\]$/g, ''), port: Number(text.slice(colon + 1)) }
}

async function main(): Promise<void> {
  const url = new URL(wanted('url'))
  const syslog = wanted('syslog')
  const sender = createSender({
    url: url.origin,
    token: wanted('token'),
    syslog: doorOf(syslog),
    syslogTcp: doorOf(values['syslog-tcp'] ?? syslog),
    egress: createEgress({ allow: [url.host, url.hostname] }),
    clock: systemClock,
    signal: stop.signal,
  })
  const now = systemClock.now()
  const story = tellStory({ seed: values.seed, now, days: Number(values.days) })
  try {
    const sent = await playStory(story, {
      sender,
      clock: systemClock,
      rate: RATE * Math.max(0.01, Number(values.speed) || 1),
      signal: stop.signal,
      progress: (done, total) => tell({ kind: 'progress', sent: done, total }),
    })
    if (!stop.signal.aborted) tell({ kind: 'told', sent })
    await playLive(createChance(values.seed).fork('live'), {
      from: now,
      sender,
      clock: systemClock,
      signal: stop.signal,
    })
  } finally {
    sender.close()
  }
}

try {
  await main()
} catch (error) {
  tell({ kind: 'failed', reason: reasonOf(error) })
  process.exitCode = 3
}
// The channel to the parent would keep a finished player alive.
if (process.connected) process.disconnect()
