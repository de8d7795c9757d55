import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { after, test } from 'node:test'
import { runCommand } from '#base/process.ts'
import { createResponder } from '#respond/index.ts'
import { exampleIncident, exampleParts, examplePlaybook } from '#respond/testing/fakes.ts'
import { ip } from '#respond/testing/playbooks.ts'
import type { Run } from '#shape/run.ts'

/** A network of its own: nothing here can reach the rules of this machine. */
const ALONE = ['--map-root-user', '--net']
const ATTACKER = '203.0.113.7'
const ATTACKER_6 = '2001:db8::7'
const LIMIT = { timeoutMs: 10_000 }

const attempt = await runCommand('unshare', [...ALONE, 'nft', 'list', 'ruleset'], LIMIT)
const skip = attempt.status === 0 ? false : 'needs unshare and nft with user namespaces'

/** Holds a network open until it is stopped; the addresses of the attackers are its own, so that packets have a way. */
async function openNetwork() {
  const setup = [
    'ip link set lo up',
    `ip address add ${ATTACKER}/32 dev lo`,
    `ip address add ${ATTACKER_6}/128 dev lo nodad`,
    'echo ready',
    'exec sleep 120',
  ].join(' && ')
  const holder = spawn('unshare', [...ALONE, 'sh', '-c', setup], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  await new Promise<void>((resolve, reject) => {
    holder.stdout.once('data', () => resolve())
    holder.once('exit', (code) => reject(new Error(`no network: ${code}`)))
  })
  const enter = ['--target', String(holder.pid), '--user', '--net', '--preserve-credentials', '--']
  return {
    run: (
      program: string,
      args: readonly string[],
      options: { timeoutMs: number; input?: string },
    ) => runCommand('nsenter', [...enter, program, ...args], options),
    stop: () => void holder.kill('SIGKILL'),
  }
}

const BLOCK = examplePlaybook(
  readFileSync(new URL('../../content/playbooks/block-attacker.yml', import.meta.url), 'utf8'),
)
const incident = exampleIncident([ip(ATTACKER), ip(ATTACKER_6), ip('10.1.1.1')], {
  tactics: ['credential-access'],
})
const INCIDENT = {
  ...incident,
  entities: incident.entities.map((entity) => ({ ...entity, alerts: 1 })),
}

const network = skip === false ? await openNetwork() : undefined
after(() => network?.stop())

/** `sent`, or the error that a packet to the address meets. */
async function packetTo(address: string): Promise<string> {
  const kind = address.includes(':') ? 'udp6' : 'udp4'
  const script = `const s = require('node:dgram').createSocket('${kind}')
s.send('x', 9, '${address}', (e) => { console.log(e ? e.code : 'sent'); s.close() })`
  const result = await network?.run(process.execPath, ['-e', script], LIMIT)
  return result?.stdout.trim() ?? ''
}

const rulesetOf = async () => (await network?.run('nft', ['list', 'ruleset'], LIMIT))?.stdout ?? ''
const ofAddresses = (run: Run | undefined) =>
  run?.steps.filter(({ action }) => action === 'nft-block-address') ?? []

test('a block is shown, made, seen and taken back by the real nft', { skip }, async () => {
  assert.ok(network)
  const { parts } = exampleParts({ playbooks: [BLOCK], command: network.run })
  const responder = createResponder(parts)
  assert.equal(await packetTo(ATTACKER), 'sent')
  assert.equal(await packetTo(ATTACKER_6), 'sent')

  const [run] = await responder.onIncident(INCIDENT)
  const shown = ofAddresses(run)
  assert.deepEqual(
    shown.map(({ name, status }) => [name, status]),
    [
      [`Block the address (${ATTACKER_6})`, 'dry-run'],
      [`Block the address (${ATTACKER})`, 'dry-run'],
    ].sort(),
  )
  for (const { effect } of shown) assert.ok(!effect.some((line) => /would fail/i.test(line)))
  assert.equal(await rulesetOf(), '', 'a dry run changes nothing')

  const done = await responder.approve(run?.id ?? '', 'ann')
  assert.equal(done.status, 'done')
  for (const { status, detail } of ofAddresses(done)) {
    assert.equal(status, 'done')
    assert.match(detail, /is blocked; verified: .* is in the set/)
  }
  assert.equal(await packetTo(ATTACKER), 'EPERM')
  assert.equal(await packetTo(ATTACKER_6), 'EPERM')
  assert.match(await rulesetOf(), /203\.0\.113\.7 timeout 1d expires 23h/)

  const [again] = await responder.onIncident({ ...INCIDENT, id: 'inc-2' })
  for (const { effect } of ofAddresses(again)) assert.match(effect.join(), /blocked .* already/)

  await responder.undo(done.id, 'ann')
  assert.equal(await packetTo(ATTACKER), 'sent')
  assert.equal(await packetTo(ATTACKER_6), 'sent')
  const [later] = await responder.onIncident({ ...INCIDENT, id: 'inc-3' })
  const lines = ofAddresses(later).map(({ effect }) => effect.slice(2))
  assert.deepEqual(lines.flat().sort(), [
    `add element inet vedette blocked4 { ${ATTACKER} timeout 86400s }`,
    `add element inet vedette blocked6 { ${ATTACKER_6} timeout 86400s }`,
  ])
})

test('the rules of this machine were never touched', { skip }, async () => {
  assert.ok(network)
  const [own, inside] = await Promise.all([
    runCommand('readlink', ['/proc/self/ns/net'], LIMIT),
    network.run('readlink', ['/proc/self/ns/net'], LIMIT),
  ])
  assert.notEqual(own.stdout, inside.stdout)
})
