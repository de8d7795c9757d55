import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import type { JournalRecord } from '#base/journal.ts'
import { isObject, type JsonObject, parseJsonObject } from '#base/json.ts'
import type { Event } from '#shape/event.ts'
import { createStructurer, FAMILIES, type Structurer } from '#structure/index.ts'

const SHARED = new URL('../../../shared/data/structure/', import.meta.url)
const SKIP = existsSync(SHARED) ? {} : { skip: 'needs ../shared' }

/** Lowest acceptable share of hits, in percent; a dimension that the fixtures do not state has no floor. */
interface Floors {
  readonly family: number
  readonly who?: number
  readonly actor?: number
  readonly when?: number
  readonly action?: number
  readonly class?: number
  readonly outcome?: number
  readonly src?: number
  readonly dst?: number
  readonly host?: number
}

/** Streams with the family they must be recognised as, from content alone. */
const STREAMS: Readonly<Record<string, { readonly family: string; readonly floors: Floors }>> = {
  'elastic/aws.cloudtrail': {
    family: 'aws.cloudtrail',
    floors: { family: 100, who: 90, when: 95, action: 90, src: 95 },
  },
  'beats/aws.cloudtrail': {
    family: 'aws.cloudtrail',
    floors: { family: 100, who: 90, when: 95, action: 90, src: 95 },
  },
  'elastic/azure.signinlogs': {
    family: 'entra.signin',
    floors: { family: 100, who: 90, when: 95, action: 90, src: 95 },
  },
  'beats/azure.signinlogs': {
    family: 'entra.signin',
    floors: { family: 100, who: 90, when: 95, action: 90, src: 95 },
  },
  'beats/cef.log': { family: 'cef', floors: { family: 100 } },
  'elastic/fortinet_fortigate.log': {
    family: 'fortinet.fortigate',
    floors: { family: 100, who: 80, when: 95, action: 90, src: 95 },
  },
  'beats/fortinet.firewall': {
    family: 'fortinet.fortigate',
    floors: { family: 100, who: 80, when: 95, action: 90, src: 95 },
  },
  'elastic/github.audit': {
    family: 'github.audit',
    floors: { family: 100, who: 90, when: 95, action: 90 },
  },
  'beats/iptables.log': {
    family: 'linux.netfilter',
    floors: { family: 80, action: 90, src: 95, dst: 95 },
  },
  'elastic/nginx.access': { family: 'nginx.access', floors: { family: 95, when: 95, src: 95 } },
  'beats/nginx.access': { family: 'nginx.access', floors: { family: 95, when: 95, src: 95 } },
  'beats/nginx.error': { family: 'nginx.access', floors: { family: 100, when: 95 } },
  'beats/nginx.ingress_controller': {
    family: 'nginx.access',
    floors: { family: 100, when: 95, src: 95 },
  },
  'elastic/okta.system': {
    family: 'okta.system',
    floors: { family: 100, who: 90, when: 95, action: 90, src: 95 },
  },
  'elastic/system.auth': {
    family: 'linux.auth',
    floors: { family: 90, who: 90, when: 95, action: 90, src: 95 },
  },
  'beats/system.auth': {
    family: 'linux.auth',
    floors: { family: 90, who: 90, when: 95, action: 90, src: 95 },
  },
  'elastic/system.syslog': { family: 'linux.syslog', floors: { family: 95, when: 95, host: 95 } },
  'beats/system.syslog': { family: 'linux.syslog', floors: { family: 95, when: 95, host: 95 } },
}

interface Sample {
  readonly raw: string
  readonly expected: JsonObject
}

function samplesOf(stream: string): Sample[] {
  const text = readFileSync(new URL(`${stream}.ndjson`, SHARED), 'utf8')
  return text.split('\n').flatMap((line) => {
    const row = line === '' ? undefined : parseJsonObject(line)
    if (!row?.ok) return []
    const { raw, expected } = row.value
    if (!isObject(expected)) return []
    return [{ raw: typeof raw === 'string' ? raw : JSON.stringify(raw), expected }]
  })
}

const RECEIVED = Date.UTC(2026, 10, 23) * 1000

function recordOf(text: string, seq: number): JournalRecord {
  return {
    partition: 0,
    seq,
    feed: 'stdin:corpus',
    received: RECEIVED,
    bytes: new TextEncoder().encode(text),
  }
}

function at(object: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>((value, key) => (isObject(value) ? value[key] : undefined), object)
}

function textsAt(object: unknown, paths: readonly string[]): string[] {
  return paths.flatMap((path) => {
    const value = at(object, path)
    const list: readonly unknown[] = Array.isArray(value) ? value : [value]
    return list.flatMap((one) =>
      one === undefined || one === null || one === '' ? [] : [String(one)],
    )
  })
}

const plain = (text: string) => text.toLowerCase().replace(/^.*\\/, '').replace(/@.*$/, '')

const USER_PATHS = [
  'user',
  'source.user',
  'client.user',
  'destination.user',
  'server.user',
  'user.effective',
  'user.target',
  'user.changes',
  'process.user',
]
const WHO_PATHS = [
  ...USER_PATHS.flatMap((path) =>
    ['name', 'id', 'email', 'full_name'].map((leaf) => `${path}.${leaf}`),
  ),
  'related.user',
]
const ACTOR_PATHS = [
  'user.name',
  'user.email',
  'user.id',
  'source.user.name',
  'client.user.name',
  'client.user.email',
  'user.target.name',
  'destination.user.name',
]

const CLASSES: Readonly<Record<string, readonly number[]>> = {
  authentication: [3002, 3003],
  iam: [3001, 3003, 3004, 3005, 3006, 3007, 3008, 6003],
  configuration: [6003, 3001, 3002, 3003, 3004, 3005, 3006, 5002, 1001, 1002, 1006],
  network: [4001, 4002, 4003, 4004, 4005, 4006, 4007, 4008, 4009, 4014],
  web: [4002, 6004, 6001, 6003],
  process: [1007, 1006],
  file: [1001, 4010, 6006],
  session: [3002, 3003, 4005, 4007, 4014],
  malware: [2004],
  intrusion_detection: [2004],
  threat: [2004],
}

type Verdict = boolean | undefined

function sameMoment(event: Event, expected: JsonObject): Verdict {
  const times = textsAt(expected, ['@timestamp', 'event.start', 'event.end', 'event.created'])
    .map((text) => Date.parse(text))
    .filter((ms) => !Number.isNaN(ms))
  if (times.length === 0) return undefined
  const ours = [event.time, event.end ?? event.time].map((micros) => Math.floor(micros / 1000))
  return times.some((ms) =>
    ours.some(
      (our) =>
        Math.abs(our - ms) <= 1000 ||
        new Date(our).toISOString().slice(4, 19) === new Date(ms).toISOString().slice(4, 19),
    ),
  )
}

function sameAction(event: Event, expected: JsonObject): Verdict {
  const wanted = textsAt(expected, ['event.action'])
  if (wanted.length === 0) return undefined
  const all = [...wanted, ...textsAt(expected, ['event.code', 'rule.name'])].map((text) =>
    text.toLowerCase(),
  )
  const tokens = (text: string) =>
    new Set(
      text
        .toLowerCase()
        .split(/[^a-z0-9]+/)
        .filter(Boolean),
    )
  const ours = [event.what.action, event.what.code ?? ''].filter(Boolean)
  return ours.some((our) =>
    all.some((one) => {
      const [a, b] = [tokens(our), tokens(one)]
      const both = [...a].filter((token) => b.has(token)).length
      return one === our.toLowerCase() || both / (a.size + b.size - both) >= 0.5
    }),
  )
}

function oneOf(
  ours: string | undefined,
  wanted: readonly string[],
  norm: (text: string) => string = (text) => text.toLowerCase(),
): Verdict {
  if (wanted.length === 0) return undefined
  return ours !== undefined && wanted.map(norm).includes(norm(ours))
}

const bareIp = (text: string) => (text.includes(':') ? new URL(`http://[${text}]`).hostname : text)

function judge(event: Event, expected: JsonObject): Record<string, Verdict> {
  const { who, what, where } = event
  const whoWanted = textsAt(expected, WHO_PATHS)
  const ours = [who.user, who.userId, who.target?.user].filter((one) => one !== undefined)
  const categories = textsAt(expected, ['event.category']).flatMap((one) => CLASSES[one] ?? [])
  const outcome = textsAt(expected, ['event.outcome']).filter((one) => one !== 'unknown')
  const hosts = textsAt(expected, [
    'host.name',
    'host.hostname',
    'observer.name',
    'observer.hostname',
  ]).map((one) => one.toLowerCase())
  const host = where.host?.toLowerCase()
  return {
    who:
      whoWanted.length === 0
        ? undefined
        : ours.some((one) => whoWanted.map(plain).includes(plain(one))),
    actor: (() => {
      const [first] = textsAt(expected, ACTOR_PATHS)
      return first === undefined
        ? undefined
        : [who.user, who.userId].some((one) => one !== undefined && plain(one) === plain(first))
    })(),
    when: sameMoment(event, expected),
    action: sameAction(event, expected),
    class: categories.length === 0 ? undefined : categories.includes(what.classUid),
    outcome: oneOf(what.outcome, outcome),
    src: oneOf(where.srcIp, textsAt(expected, ['source.ip', 'client.ip']), bareIp),
    dst: oneOf(where.dstIp, textsAt(expected, ['destination.ip', 'server.ip']), bareIp),
    host:
      hosts.length === 0
        ? undefined
        : host !== undefined &&
          hosts.some(
            (one) => one === host || host.startsWith(`${one}.`) || one.startsWith(`${host}.`),
          ),
  }
}

const DIMENSIONS = [
  'family',
  'who',
  'actor',
  'when',
  'action',
  'class',
  'outcome',
  'src',
  'dst',
  'host',
] as const
const structurers = new Map<string, Structurer>()

/** The fixtures state the zone in which the times of a sample without one are to be read. */
function structurerFor(expected: JsonObject): Structurer {
  const [zone = 'UTC'] = textsAt(expected, ['event.timezone'])
  const known = structurers.get(zone) ?? createStructurer({ routes: [], zone })
  structurers.set(zone, known)
  return known
}

for (const [stream, { family, floors }] of Object.entries(STREAMS)) {
  test(`${stream} is understood as well as its floors ask`, SKIP, (context) => {
    const hits: Record<string, number> = {}
    const totals: Record<string, number> = {}
    const count = (name: string, verdict: Verdict) => {
      if (verdict === undefined) return
      totals[name] = (totals[name] ?? 0) + 1
      hits[name] = (hits[name] ?? 0) + Number(verdict)
    }
    for (const [seq, sample] of samplesOf(stream).entries()) {
      const { events, dead } = structurerFor(sample.expected).structure(recordOf(sample.raw, seq))
      assert.deepEqual(dead, [])
      const [event] = events
      if (!event) continue
      count('family', event.family === family)
      for (const [name, verdict] of Object.entries(judge(event, sample.expected)))
        count(name, verdict)
    }
    const share = (name: string) => (100 * (hits[name] ?? 0)) / (totals[name] ?? 1)
    context.diagnostic(
      `${stream}: ${DIMENSIONS.filter((name) => totals[name])
        .map((name) => `${name} ${share(name).toFixed(0)}% of ${totals[name]}`)
        .join(', ')}`,
    )
    for (const name of DIMENSIONS) {
      const floor = floors[name]
      if (floor === undefined) continue
      assert.ok((totals[name] ?? 0) > 0, `the fixtures state no ${name}`)
      assert.ok(share(name) >= floor, `${name}: ${share(name).toFixed(1)} % is below ${floor} %`)
    }
  })
}

/** Streams without expected documents: how many must be recognised from content alone, in percent. */
const RECOGNISED: readonly (readonly [stream: string, family: string, floor: number])[] = [
  ['panther/AWS.CloudTrail', 'aws.cloudtrail', 95],
  ['panther/GitHub.Audit', 'github.audit', 95],
  ['panther/GitHub.Webhook', 'github.audit', 85],
]

/** Streams of vendors without a mapping: a family of ours must not claim them. */
const STRANGERS = [
  'elastic/1password.signin_attempts',
  'elastic/auditd.log',
  'elastic/auth0.logs',
  'elastic/cisco_asa.log',
  'elastic/gitlab.audit',
  'elastic/hashicorp_vault.audit',
  'elastic/haproxy.log',
  'elastic/jumpcloud.events',
  'elastic/o365.audit',
  'elastic/panw.panos',
  'elastic/pfsense.log',
  'elastic/sonicwall_firewall.log',
  'elastic/sophos.xg',
  'elastic/suricata.eve',
  'elastic/teleport.audit',
  'panther/Asana.Audit',
  'panther/GCP.AuditLog',
  'panther/GSuite.ActivityEvent',
  'panther/Slack.AuditLogs',
]

function textsOf(stream: string): string[] {
  const text = readFileSync(new URL(`${stream}.ndjson`, SHARED), 'utf8')
  return text.split('\n').flatMap((line) => {
    const row = line === '' ? undefined : parseJsonObject(line)
    const raw = row?.ok ? (row.value['raw'] ?? row.value['log']) : undefined
    return raw === undefined ? [] : [typeof raw === 'string' ? raw : JSON.stringify(raw)]
  })
}

function familiesIn(stream: string): string[] {
  const structurer = createStructurer({ routes: [] })
  return textsOf(stream).flatMap((text, seq) =>
    structurer.structure(recordOf(text, seq)).events.map(({ family }) => family),
  )
}

for (const [stream, family, floor] of RECOGNISED)
  test(`${stream} is recognised as ${family}`, SKIP, (context) => {
    const families = familiesIn(stream)
    const share = (100 * families.filter((one) => one === family).length) / families.length
    context.diagnostic(`${stream}: ${share.toFixed(0)}% of ${families.length}`)
    assert.ok(share >= floor, `${share} % is below ${floor} %`)
  })

test('logs of other vendors are not claimed by a family that does not know them', SKIP, () => {
  const claimed = STRANGERS.flatMap((stream) =>
    familiesIn(stream)
      .filter((family) => !['unknown', 'linux.syslog', 'ecs'].includes(family))
      .map((family) => `${stream} by ${family}`),
  )
  assert.deepEqual(claimed, [])
})

test('every class and activity that a mapping names exists in OCSF 1.8.0', SKIP, () => {
  const schema = parseJsonObject(
    readFileSync(new URL('ocsf/ocsf-1.8.0.compact.json', SHARED), 'utf8'),
  )
  assert.ok(schema.ok)
  const known = new Set(['0/0', '0/99'])
  const classes = at(schema.value, 'classes')
  for (const one of isObject(classes) ? Object.values(classes) : [])
    for (const activity of Object.keys(at(one, 'attrs.activity_id.e') ?? {}))
      known.add(`${String(at(one, 'uid'))}/${activity}`)
  const pairs = pairsIn(FAMILIES)
  assert.ok(pairs.size > 40)
  assert.deepEqual(
    [...pairs].filter((pair) => !known.has(pair)),
    [],
  )
})

/** Every class and activity pair within the `ocsf` slots of the mappings. */
function pairsIn(value: unknown, within = false, found = new Set<string>()): Set<string> {
  if (Array.isArray(value)) {
    const [first, second] = value
    if (within && value.length === 2 && typeof first === 'number' && typeof second === 'number')
      found.add(`${first}/${second}`)
    else for (const one of value) pairsIn(one, within, found)
  } else if (isObject(value) && !(value instanceof RegExp))
    for (const [key, one] of Object.entries(value)) pairsIn(one, within || key === 'ocsf', found)
  return found
}
