import assert from 'node:assert/strict'
import { createServer, type Server } from 'node:http'
import { createEgress } from '#base/egress.ts'
import { silentLog } from '#base/log.ts'
import type { CommandResult } from '#base/process.ts'
import { createFakeClock } from '#base/testing/fake-clock.ts'
import { loadPlan, type Plan } from '#plan/index.ts'
import type { Entity } from '#shape/entity.ts'
import type { Incident } from '#shape/incident.ts'
import type { Run } from '#shape/run.ts'
import type { Command } from '../action.ts'
import type { ResponderParts, RunStore } from '../parts.ts'
import { loadPlaybook, type Playbook } from '../playbook.ts'

/** A run store in memory that can be told to die at a given write. */
function createFakeStore(): RunStore & {
  readonly runs: Map<string, Run>
  dieWhen: (run: Run) => boolean
} {
  const runs = new Map<string, Run>()
  const store = {
    runs,
    dieWhen: (_run: Run) => false,
    get: async (id: string) => runs.get(id),
    async put(run: Run) {
      if (store.dieWhen(run)) throw new Error('killed')
      runs.set(run.id, structuredClone(run))
    },
    async putIf(run: Run, updated: number) {
      if (runs.get(run.id)?.updated !== updated) return false
      await store.put(run)
      return true
    },
    list: async (filter: { incidentId?: string; status?: string } = {}) =>
      [...runs.values()].filter(
        (run) =>
          (filter.status === undefined || run.status === filter.status) &&
          (filter.incidentId === undefined || run.incidentId === filter.incidentId),
      ),
  }
  return store
}

const nftAnswer = (status: number, stdout = '', stderr = ''): CommandResult => ({
  status,
  stdout,
  stderr,
})
const ABSENT = 'Error: Could not process rule: No such file or directory'

/** What `nft --json list table` says of the chains and rules of a script. */
function listedChains(script: string): unknown[] {
  const chains = script.matchAll(
    /add chain inet vedette (\w+) \{ type filter hook (\w+) priority (-?\d+);/g,
  )
  const rules = script.matchAll(/add rule inet vedette (\w+) (\w+) (\w+) (@\w+) counter drop/g)
  return [
    ...chains.map(([, name, hook, prio]) => ({ chain: { name, hook, prio: Number(prio) } })),
    ...rules.map(([, chain, protocol, field, right]) => ({
      rule: {
        chain,
        expr: [
          { match: { op: '==', left: { payload: { protocol, field } }, right } },
          { counter: { packets: 0, bytes: 0 } },
          { drop: null },
        ],
      },
    })),
  ]
}

/** A machine with nftables: understands the scripts and commands of the action, and notes them. */
export function createFakeNft() {
  const sets = new Map<string, Set<string>>()
  const log: string[] = []
  const scripts: string[] = []
  const state = { denied: false }
  const runScript = (script: string) => {
    for (const set of ['blocked4', 'blocked6']) sets.set(set, sets.get(set) ?? new Set())
    const added = script.matchAll(/add element inet vedette (\w+) \{ (\S+) timeout \d+s \}/g)
    for (const [, set = '', address = ''] of added) sets.get(set)?.add(address)
    return nftAnswer(0)
  }
  const listed = (names: readonly string[]) =>
    names.map((name) => ({
      set: {
        name,
        elem: [...(sets.get(name) ?? [])].map((val) => ({ elem: { val, timeout: 60 } })),
      },
    }))
  const runArgs = (args: readonly string[]) => {
    if (args[2] === 'table') {
      const all = [
        { metainfo: {} },
        ...listed([...sets.keys()]),
        ...listedChains(scripts.at(-1) ?? ''),
      ]
      return sets.size === 0
        ? nftAnswer(1, '', ABSENT)
        : nftAnswer(0, JSON.stringify({ nftables: all }))
    }
    const name = args.find((arg) => arg.startsWith('blocked')) ?? ''
    const set = sets.get(name)
    if (!set) return nftAnswer(1, '', ABSENT)
    if (args[0] === 'delete')
      return set.delete(args[6] ?? '') ? nftAnswer(0) : nftAnswer(1, '', ABSENT)
    return nftAnswer(0, JSON.stringify({ nftables: [{ metainfo: {} }, ...listed([name])] }))
  }
  const command: Command = async (program, args, options) => {
    assert.equal(program, 'nft')
    log.push(args.join(' '))
    if (options.input !== undefined) scripts.push(options.input)
    if (state.denied) return nftAnswer(1, '', 'Operation not permitted (you must be root)')
    if (args[0] === '-c') return nftAnswer(0)
    return args[0] === '-f' ? runScript(options.input ?? '') : runArgs(args)
  }
  return { command, sets, log, scripts, state }
}

/** One request as a loopback server saw it. */
export interface Seen {
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, unknown>>
  readonly body: string
}

/** A loopback HTTP server that answers as told and remembers what it saw. */
export async function withServer<T>(
  answerTo: (seen: Seen, all: readonly Seen[]) => { status: number; body?: string } | 'hang-up',
  use: (url: string, seen: Seen[]) => Promise<T>,
): Promise<T> {
  const all: Seen[] = []
  const server: Server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      const seen = {
        method: request.method ?? '',
        url: request.url ?? '',
        headers: request.headers,
        body: Buffer.concat(parts).toString('utf8'),
      }
      all.push(seen)
      const answer = answerTo(seen, all)
      if (answer === 'hang-up') request.socket.destroy()
      else response.writeHead(answer.status, { connection: 'close' }).end(answer.body ?? '')
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  assert.ok(typeof address === 'object' && address !== null)
  try {
    return await use(`http://127.0.0.1:${address.port}`, all)
  } finally {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
}

/** A plan with networks, a target and a shared address. */
function examplePlan(): Plan {
  const { plan, problems } = loadPlan(
    `version: 1
name: acme
networks: [198.51.100.0/24, 10.0.0.0/8, 2001:db8:1::/48]
shared: { ips: [192.0.2.1] }
targets: [{ id: shop, matches: { ips: [192.0.2.80] } }]
`,
    'plan.yaml',
  )
  assert.ok(plan, problems.map((one) => one.text).join())
  return plan
}

/** A playbook out of YAML; fails the test when it has problems. */
export function examplePlaybook(text: string): Playbook {
  const { playbook, problems } = loadPlaybook(text, 'playbook.yaml')
  assert.ok(playbook, problems.map((one) => one.text).join('\n'))
  return playbook
}

/** An open incident about these entities. */
export function exampleIncident(
  entities: readonly Entity[],
  more: Partial<Incident> = {},
): Incident {
  return {
    id: 'inc-1',
    title: 'Break-in by mallory',
    story: 'Mallory broke in.',
    status: 'open',
    level: 'high',
    levelWhy: 'high rule',
    opened: 1,
    start: 1,
    end: 2,
    updated: 2,
    findingIds: ['f'],
    findingCount: 1,
    entities: entities.map((entity) => ({ ...entity, findings: 1 })),
    timeline: [],
    techniques: ['T1110.003'],
    tactics: ['credential-access'],
    targets: ['shop'],
    owner: '',
    advice: [],
    risk: 60,
    merged: [],
    ...more,
  }
}

/** Parts of a responder with fakes for everything outside. */
export function exampleParts(more: Partial<ResponderParts> = {}) {
  const store = createFakeStore()
  const nft = createFakeNft()
  const parts = {
    playbooks: [],
    store,
    egress: createEgress({ allow: ['127.0.0.1'] }),
    command: nft.command,
    clock: createFakeClock(),
    log: silentLog,
    secrets: {
      env: (name: string) => (name === 'TOKEN' ? 's3cr3t-token' : undefined),
      file: () => '',
    },
    plan: examplePlan(),
    listen: ['203.0.113.250'],
    ...more,
  }
  return { parts, store, nft }
}
