import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { systemClock } from '#base/clock.ts'
import { systemIds } from '#base/ids.ts'
import { openStateStore } from '#store/index.ts'
import { flowFolder, hasEngine, removeFolder, runVerb } from '../flow/server.ts'

const folder = flowFolder()
const data = join(folder, 'data')

before(async () => {
  writeFileSync(
    join(folder, 'quiet.log'),
    'Mar  9 10:15:02 bastion sshd[7]: Server listening on :: port 22.\n',
  )
  writeFileSync(
    join(folder, 'loud.log'),
    'Mar  9 10:15:02 bastion sudo: mara : TTY=pts/1 ; PWD=/ ; USER=root ; COMMAND=/bin/systemctl stop rsyslog\n',
  )
  writeFileSync(join(folder, 'deep.log'), `${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}\n`)
  writeFileSync(join(folder, 'no-rule.yml'), 'title: \u001b[31mnothing\n')
  writeFileSync(join(folder, 'typo.yaml'), 'lisen: { http: 127.0.0.1:0 }\n')
  writeFileSync(join(folder, 'typo-plan.yaml'), 'version: 1\nname: x\nowner: y\nsorces: []\n')
  mkdirSync(join(folder, 'precious'))
  writeFileSync(join(folder, 'precious', 'thesis.txt'), 'mine')
  const state = await openStateStore({
    path: join(data, 'state.sqlite'),
    clock: systemClock,
    ids: systemIds,
  })
  await state.audit.append({ actor: 'admin', action: 'sign-in', subject: 'admin' })
  await state.close()
})
after(() => removeFolder(folder))

interface Case {
  readonly says: string
  readonly args: readonly string[]
  readonly code: number
  readonly out?: RegExp
  readonly err?: RegExp
  readonly input?: string
  readonly engine?: boolean
}

const CASES: readonly Case[] = [
  {
    says: 'a verb that is not there is wrong use, with a suggestion',
    args: ['scna'],
    code: 2,
    err: /Did you mean scan\?/,
  },
  { says: 'scan finds nothing: 0', args: ['scan', 'quiet.log'], code: 0, err: /0 findings/ },
  {
    says: 'scan finds something: 1',
    args: ['scan', 'loud.log'],
    code: 1,
    out: /Somebody stopped the log/,
  },
  {
    says: 'scan of what is not there: 3',
    args: ['scan', 'absent.log'],
    code: 3,
    err: /absent\.log/,
  },
  {
    says: 'scan without a path says where it goes',
    args: ['scan', '--rules', 'x', 'y'],
    code: 2,
    err: /scan PATH… --rules/,
  },
  {
    says: 'parse reads standard input: 0',
    args: ['parse'],
    input: 'Mar  9 10:15:02 bastion sshd[7]: Server listening\n',
    code: 0,
    out: /linux\.auth/,
  },
  {
    says: 'parse that could not read a record: 1',
    args: ['parse', 'deep.log'],
    code: 1,
    err: /json\.too-deep/,
  },
  {
    says: 'parse of a zone that is none: 2',
    args: ['parse', '--zone', 'Mars/One', 'quiet.log'],
    code: 2,
    err: /Europe\/Berlin/,
  },
  {
    says: 'rules check names file and line of what is no rule: 1',
    args: ['rules', 'check', 'no-rule.yml'],
    code: 1,
    out: /no-rule\.yml:1 rejected/,
  },
  {
    says: 'plan init leaves a plan alone that is there: 2',
    args: ['plan', 'init', 'typo-plan.yaml'],
    code: 2,
    err: /files\.exists/,
  },
  {
    says: 'plan check names line and key of a typo: 2',
    args: ['plan', 'check', '--plan', 'typo-plan.yaml'],
    code: 2,
    err: /typo-plan\.yaml:4:1.*sources/s,
  },
  {
    says: 'plan check of a server that was never fed: 1',
    args: ['plan', 'check', '--data', 'data'],
    code: 1,
    out: /\S/,
    engine: true,
  },
  {
    says: 'ledger show without a data folder: 3',
    args: ['ledger', 'show', '--data', 'nowhere'],
    code: 3,
    err: /run\.not-running/,
  },
  {
    says: 'ledger show of a number that is none: 2',
    args: ['ledger', 'show', '--hours', 'x'],
    code: 2,
    err: /expected a number/,
  },
  {
    says: 'audit verify of an unbroken trail: 0',
    args: ['audit', 'verify', '--data', 'data'],
    code: 0,
    out: /unbroken: 1 lines/,
  },
  {
    says: 'sign-in without a running server: 3',
    args: ['sign-in', '--data', 'data'],
    code: 3,
    err: /run\.not-running/,
  },
  {
    says: 'up with a typo in the configuration names line and key: 2',
    args: ['up', '--config', 'typo.yaml'],
    code: 2,
    err: /typo\.yaml:1:1.*listen/s,
  },
  {
    says: 'demo never empties a folder that is not its own: 2',
    args: ['demo', '--data', 'precious'],
    code: 2,
    err: /something else than a demo/,
  },
]

for (const one of CASES) {
  const skip = one.engine && !hasEngine ? 'the store engine (chdb) is not installed' : false
  test(one.says, { skip }, async () => {
    const result = await runVerb(one.args, { cwd: folder, input: one.input ?? '' })
    const all = `${result.stdout}\n---\n${result.stderr}`
    assert.equal(result.code, one.code, all)
    if (one.out) assert.match(result.stdout, one.out)
    if (one.err) assert.match(result.stderr, one.err)
    assert.ok(!all.includes('\u001b'), 'no control character of a file reaches the terminal')
    assert.ok(!/\n\s+at .*:\d+:\d+\)/.test(all), `no stack is shown for what a person did:\n${all}`)
  })
}

test('up on a taken port names the port and where it is configured: 3', {
  skip: hasEngine ? false : 'the store engine (chdb) is not installed',
}, async () => {
  const taken = createServer()
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve))
  const address = taken.address()
  const port = typeof address === 'object' && address ? address.port : 0
  try {
    const config = join(folder, 'taken.yaml')
    writeFileSync(
      config,
      JSON.stringify({ listen: { http: `127.0.0.1:${port}`, syslog: 'off' }, ownLogs: false }),
    )
    const result = await runVerb(['up', '--config', config, '--data', join(folder, 'up')])
    assert.equal(result.code, 3, result.stderr)
    assert.match(
      result.stderr,
      new RegExp(`collect\\.port-taken: .*listen\\.http: 127\\.0\\.0\\.1:${port}`),
    )
  } finally {
    taken.close()
  }
})
