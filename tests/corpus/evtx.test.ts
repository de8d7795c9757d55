import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { isObject, type JsonObject, parseJson } from '#base/json.ts'
import { runCommand } from '#base/process.ts'
import { createStructurer } from '#structure/index.ts'
import { compileFamily, type Family } from '../../src/structure/compile.ts'
import { windowsApplication } from '../../src/structure/families/windows.application/index.ts'
import { windowsDefender } from '../../src/structure/families/windows.defender/index.ts'
import { windowsOther } from '../../src/structure/families/windows.other/index.ts'
import { windowsPowershell } from '../../src/structure/families/windows.powershell/index.ts'
import { windowsSecurity } from '../../src/structure/families/windows.security/index.ts'
import { windowsSysmon } from '../../src/structure/families/windows.sysmon/index.ts'
import { windowsSystem } from '../../src/structure/families/windows.system/index.ts'
import { windowsTaskscheduler } from '../../src/structure/families/windows.taskscheduler/index.ts'
import { decodeEvtxChunk, evtxChunks } from '../../src/structure/formats/evtx/index.ts'
import {
  bytesValue,
  slot,
  tag,
  type Value,
  value,
  writeChunk,
  writeFile,
} from '../../src/structure/formats/evtx/testing/write-chunk.ts'
import { eventFromJson } from '../../src/structure/formats/winlog/fold.ts'
import { winlog } from '../../src/structure/formats/winlog/index.ts'
import { eventFromXml } from '../../src/structure/formats/winlog/xml.ts'
import { ipOf } from '../../src/structure/ip.ts'
import { UTC } from '../../src/structure/zone.ts'

const SHARED = fileURLToPath(new URL('../../../shared/', import.meta.url))
const REGRESSION = `${SHARED}data/sigma/regression/`
const TOOL = '/usr/bin/evtxexport'
const needsTool = existsSync(TOOL) ? {} : { skip: 'needs evtxexport of libevtx-utils' }
const needsShared = existsSync(REGRESSION) ? {} : { skip: 'needs ../shared' }

type Fields = Record<string, unknown>

function eventsOf(name: string): Fields[] {
  const events: Fields[] = []
  for (const { chunk } of evtxChunks(readFileSync(REGRESSION + name))) {
    const { records, damaged } = decodeEvtxChunk(chunk)
    assert.deepEqual(damaged, [], name)
    for (const { event } of records) events.push(event)
  }
  return events
}

function evtxFiles(): string[] {
  return readdirSync(REGRESSION).filter((name) => name.endsWith('.evtx'))
}

/** The objects of a file that holds one or several, one behind the other. */
function objectsOf(text: string): JsonObject[] {
  const objects: JsonObject[] = []
  let start = 0
  for (let end = text.indexOf('}'); end !== -1; end = text.indexOf('}', end + 1)) {
    const parsed = parseJson(text.slice(start, end + 1))
    if (!parsed.ok || !isObject(parsed.value)) continue
    objects.push(parsed.value)
    start = end + 1
  }
  return objects
}

describe('the EVTX decoder', needsShared, () => {
  test('equals the JSON rendering of the evtx crate in every field', () => {
    let compared = 0
    for (const name of evtxFiles()) {
      const events = eventsOf(name)
      const twins = objectsOf(readFileSync(REGRESSION + name.replace('.evtx', '.json'), 'utf8'))
      assert.equal(events.length, twins.length, name)
      twins.forEach((twin, at) => {
        assert.deepEqual(events[at], eventFromJson(twin), name)
        compared += Object.keys(events[at] ?? {}).length
      })
    }
    assert.ok(compared > 3_000, `${compared}`)
  })

  test('gives the structurer events of Windows families and no dead letter', () => {
    const structurer = createStructurer({ routes: [] })
    for (const [at, name] of evtxFiles().entries()) {
      const bytes = readFileSync(REGRESSION + name)
      const record = { partition: 0, seq: at, feed: 'file', received: 1, bytes }
      const { events, dead } = structurer.structure(record)
      assert.deepEqual(dead, [], name)
      assert.equal(events.length, eventsOf(name).length, name)
      for (const { family, who, what, where, timeQuality } of events) {
        assert.match(family, /^windows\./)
        assert.ok((who.user ?? who.userId) && what.action && where.host, name)
        assert.notEqual(timeQuality, 'received')
      }
    }
  })

  test('equals evtxexport in every field but for how it renders them', needsTool, async () => {
    let compared = 0
    for (const name of evtxFiles()) {
      const theirs = await exported(REGRESSION + name)
      const ours = eventsOf(name)
      assert.equal(theirs.length, ours.length, name)
      ours.forEach((event, at) => {
        const other = theirs[at] ?? {}
        for (const key of new Set([...Object.keys(event), ...Object.keys(other)])) {
          compared += 1
          assert.equal(plain(event[key]), plain(other[key]), `${name} ${key}`)
        }
      })
    }
    assert.ok(compared > 3_000, `${compared}`)
  })
})

describe('the EVTX decoder against evtxexport', needsTool, () => {
  test('gives the same for each type of value, for references and for nested templates', async () => {
    const kinds: readonly (readonly [string, Value])[] = [
      ['Text', value.text('grüße <&> "')],
      ['Nothing', value.text('')],
      ['U8', value.u8(200)],
      ['U16', value.u16(65_535)],
      ['U32', value.u32(4_294_967_295)],
      ['U64', value.u64(2n ** 64n - 1n)],
      ['True', value.bool(true)],
      ['False', value.bool(false)],
      ['Binary', bytesValue(0x0e, [0xde, 0xad])],
      ['Guid', bytesValue(0x0f, [...Array(16).keys()])],
      ['Filetime', value.time(1_761_399_873_440_907n)],
      ['Sid', bytesValue(0x13, [1, 2, 0, 0, 0, 0, 0, 5, 32, 0, 0, 0, 32, 2, 0, 0])],
      ['Hex32', value.hex32(0xff)],
      ['Hex64', value.hex64(0x1_0000_00abn)],
      ['List', value.texts(['one', 'two'])],
    ]
    const system = tag('System', {}, [
      tag('EventID', {}, [slot(0, 0x06)]),
      tag('Channel', {}, [{ text: 'Acme' }]),
    ])
    const data = kinds.map(([name, { type }], at) =>
      tag('Data', { Name: [{ text: name }] }, [slot(at + 1, type)]),
    )
    const flat = {
      template: [tag('Event', {}, [system, tag('EventData', {}, data)])],
      values: [value.u16(7), ...kinds.map(([, one]) => one)],
    }
    const inner = {
      template: [tag('EventData', {}, [tag('Data', { Name: [{ text: 'Who' }] }, [slot(0, 1)])])],
      values: [value.text('alice')],
    }
    const nested = {
      template: [tag('Event', {}, [system, slot(1, 0x21)])],
      values: [value.u16(8), value.nested(inner)],
    }
    const chunk = writeChunk([flat, nested, flat, nested])
    const ours = decodeEvtxChunk(chunk).records.map(({ event }) => event)
    const folder = mkdtempSync(join(tmpdir(), 'evtx-'))
    try {
      writeFileSync(join(folder, 'own.evtx'), writeFile(chunk))
      const theirs = await exported(join(folder, 'own.evtx'))
      assert.equal(ours.length, 4)
      assert.deepEqual(theirs.map(plainEvent), ours.map(plainEvent))
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})

function plainEvent(event: Fields): Fields {
  return Object.fromEntries(Object.entries(event).map(([key, one]) => [key, plain(one)]))
}

async function exported(path: string): Promise<Fields[]> {
  const { stdout } = await runCommand(TOOL, ['-f', 'xml', path], { timeoutMs: 20_000 })
  const events = [...stdout.matchAll(/<Event[ >][\s\S]*?<\/Event>/g)]
  return events.map(([xml]) => {
    const event = eventFromXml(xml)
    assert.ok(event, xml)
    return event
  })
}

/**
 * Renderings that differ and mean the same: evtxexport pads HexInt with zeros, puts a GUID in braces, writes
 * nanoseconds, and gives an empty element where the value was left out.
 */
function plain(value: unknown): string {
  const text = String(value ?? '')
  if (/^0x0[0-9a-f]+$/i.test(text)) return text.replace(/^0x0+(?=.)/, '0x')
  if (/^\{[0-9a-f-]{36}\}$/i.test(text)) return text.slice(1, -1).toUpperCase()
  return text.replace(/^(\d{4}-\d\d-\d\dT[\d:]{8}\.\d{6})\d{3}Z$/, '$1Z')
}

const FAMILIES: readonly Family[] = [
  windowsApplication,
  windowsDefender,
  windowsOther,
  windowsPowershell,
  windowsSecurity,
  windowsSysmon,
  windowsSystem,
  windowsTaskscheduler,
]
  .map((map) => compileFamily(map))
  .sort((a, b) => a.rank - b.rank)

const CONTEXT = { received: 0, feed: 'corpus', meta: {}, zone: UTC }
const WHO = [
  'user',
  'source.user',
  'client.user',
  'destination.user',
  'user.effective',
  'user.target',
  'user.changes',
]
const ACTOR = [
  'user.name',
  'user.id',
  'source.user.name',
  'user.target.name',
  'destination.user.name',
]

/** All scalar texts at a dotted path, lists opened. */
function textsAt(object: unknown, path: string): string[] {
  let value = object
  for (const key of path.split('.')) value = isObject(value) ? value[key] : undefined
  return [value].flat().flatMap((one) => (one === undefined || one === null ? [] : [String(one)]))
}

function bare(name: string | undefined): string {
  return (name ?? '').toLowerCase().replace(/^.*\\/, '').replace(/@.*$/, '')
}

/** Addresses in the one spelling of RFC 5952 that events use. */
function addresses(object: unknown, path: string): string[] {
  return textsAt(object, path).map((text) => ipOf(text) ?? text)
}

type Scores = Record<string, [hits: number, of: number]>

function score(scores: Scores, key: string, hit: boolean | undefined): void {
  if (hit === undefined) return
  const entry = scores[key] ?? [0, 0]
  scores[key] = [entry[0] + Number(hit), entry[1] + 1]
}

/** Undefined when the expectation names nothing. */
function oneOf(expected: readonly string[], ours: readonly string[]): boolean | undefined {
  return expected.length === 0 ? undefined : ours.some((one) => expected.includes(one))
}

function scoreLine(scores: Scores, line: string): void {
  const parsed = parseJson(line)
  assert.ok(parsed.ok && isObject(parsed.value))
  const { raw, expected } = parsed.value
  const record = typeof raw === 'string' ? parseJson(raw) : { ok: true as const, value: raw }
  const part =
    record.ok && isObject(record.value) ? winlog.read(record.value, CONTEXT)?.[0] : undefined
  score(scores, 'read', part !== undefined)
  if (!part || !('fields' in part)) return
  const scope = { native: part, context: CONTEXT }
  const meaning = FAMILIES.find((family) => family.recognises(scope))?.read(scope)
  assert.ok(meaning)
  const { who, what, where, time } = meaning
  const people = WHO.flatMap((path) => [
    ...textsAt(expected, `${path}.name`),
    ...textsAt(expected, `${path}.id`),
  ])
  const known = [...people, ...textsAt(expected, 'related.user')].map(bare)
  score(scores, 'who', oneOf(known, [who.user, who.userId, who.target?.user].map(bare)))
  const actor = ACTOR.flatMap((path) => textsAt(expected, path))[0]
  score(scores, 'actor', oneOf(actor ? [bare(actor)] : [], [bare(who.user ?? who.userId)]))
  const times = ['@timestamp', 'event.start', 'event.end', 'event.created'].flatMap((path) =>
    textsAt(expected, path),
  )
  const ms = (time?.micros ?? 0) / 1000
  if (times.length > 0)
    score(
      scores,
      'when',
      times.some((one) => Math.abs(Date.parse(one) - ms) < 1000),
    )
  const actions = [...textsAt(expected, 'event.action'), ...textsAt(expected, 'event.code')]
  score(scores, 'action', oneOf(actions, [what.action]))
  const outcomes = textsAt(expected, 'event.outcome').filter((one) => one !== 'unknown')
  score(scores, 'outcome', oneOf(outcomes, [what.outcome]))
  score(scores, 'srcIp', oneOf(addresses(expected, 'source.ip'), [where.srcIp ?? '']))
  score(scores, 'dstIp', oneOf(addresses(expected, 'destination.ip'), [where.dstIp ?? '']))
  score(scores, 'host', oneOf(textsAt(expected, 'host.name'), [where.host ?? '']))
}

describe('the Windows families against expected documents', needsShared, () => {
  const sets = [
    'elastic/system.security',
    'elastic/windows.forwarded',
    'elastic/windows.powershell_operational',
    'elastic/windows.applocker_msi_and_script',
    'beats/winlogbeat.powershell',
    'beats/winlogbeat.security',
    'beats/winlogbeat.sysmon',
  ]
  const floors: Readonly<Record<string, number>> = {
    read: 1,
    who: 0.95,
    actor: 0.9,
    when: 0.98,
    action: 0.95,
    outcome: 0.92,
    srcIp: 0.97,
    dstIp: 0.95,
    host: 0.92,
  }
  for (const set of sets) {
    test(`${set} reaches the floor of each dimension`, () => {
      const scores: Scores = {}
      const text = readFileSync(`${SHARED}data/structure/${set}.ndjson`, 'utf8')
      for (const line of text.trim().split('\n')) scoreLine(scores, line)
      for (const [key, [hits, of]] of Object.entries(scores))
        assert.ok(hits / of >= (floors[key] ?? 1), `${key} ${hits}/${of}`)
      assert.ok((scores['action']?.[1] ?? 0) > 0)
    })
  }
})
