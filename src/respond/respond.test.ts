import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { test } from 'node:test'
import { Failure } from '#base/failure.ts'
import { blockableAddress } from './actions/nft-block-address/guard.ts'
import { contextOf } from './context.ts'
import { ACTIONS, createResponder } from './index.ts'
import {
  createFakeNft,
  exampleIncident,
  exampleParts,
  examplePlaybook,
  type Seen,
  withServer,
} from './testing/fakes.ts'
import { BAD, BLOCK, hook, ip, planned, refused } from './testing/playbooks.ts'

test('an incident gets one waiting run with the exact commands, and nothing is changed', async () => {
  const { parts, nft, store } = exampleParts({ playbooks: [BLOCK] })
  const run = await planned(parts)
  assert.equal(run.status, 'waiting')
  assert.equal(run.steps[0]?.status, 'dry-run')
  assert.ok(
    run.steps[0]?.effect.includes(
      'add element inet vedette blocked4 { 203.0.113.7 timeout 7200s }',
    ),
  )
  assert.equal(nft.sets.size, 0)
  await createResponder(parts).onIncident(exampleIncident([BAD]))
  assert.equal(store.runs.size, 1)
})

test('a run that waits follows the incident as it grows; a decided one stays', async () => {
  const { parts, store } = exampleParts({ playbooks: [BLOCK] })
  const responder = createResponder(parts)
  const [first] = await responder.onIncident(exampleIncident([BAD]))
  const [second] = await responder.onIncident(exampleIncident([BAD, ip('203.0.113.8')]))
  assert.equal(first?.id, second?.id)
  assert.equal(second?.steps.length, 2)
  await responder.reject(second?.id ?? '', 'ann', 'not now')
  assert.deepEqual(await responder.onIncident(exampleIncident([BAD, ip('203.0.113.9')])), [])
  assert.equal(store.runs.get(second?.id ?? '')?.status, 'rejected')
})

test('approval acts, verifies and says who approved; undo takes it back', async () => {
  const { parts, nft } = exampleParts({ playbooks: [BLOCK] })
  const run = await planned(parts, exampleIncident([BAD, ip('2001:db8::7')]))
  const responder = createResponder(parts)
  const done = await responder.approve(run.id, 'ann')
  assert.equal(done.status, 'done')
  assert.equal(done.decidedBy, 'ann')
  assert.deepEqual([...(nft.sets.get('blocked4') ?? [])], ['203.0.113.7'])
  assert.deepEqual([...(nft.sets.get('blocked6') ?? [])], ['2001:db8::7'])
  const undone = await responder.undo(run.id, 'bob')
  assert.ok(undone.steps.every((step) => step.undoneBy === 'bob'))
  assert.equal(nft.sets.get('blocked4')?.size, 0)
  await assert.rejects(responder.undo(run.id, 'bob'), refused(/nothing was undone/))
})

test('a run is decided once', async () => {
  const { parts, nft } = exampleParts({ playbooks: [BLOCK] })
  const run = await planned(parts)
  const responder = createResponder(parts)
  const both = await Promise.allSettled([
    responder.approve(run.id, 'ann'),
    responder.approve(run.id, 'bob'),
  ])
  assert.deepEqual(
    both.map((one) => one.status),
    ['fulfilled', 'rejected'],
  )
  assert.equal(nft.log.filter((line) => line === '-f -').length, 1)
  await assert.rejects(responder.reject(run.id, 'ann', 'late'), refused(/done, decided by ann/))
  await assert.rejects(
    responder.approve('run-nope', 'ann'),
    (error) => error instanceof Failure && error.code === 'api.not-found',
  )
  await assert.rejects(responder.approve(run.id, ' '), refused(/./))
})

test('two servers over one store cannot both decide', async () => {
  const { parts } = exampleParts({ playbooks: [BLOCK] })
  const run = await planned(parts)
  const both = await Promise.allSettled([
    createResponder(parts).approve(run.id, 'ann'),
    createResponder(parts).reject(run.id, 'bob', 'no'),
  ])
  assert.equal(both.filter((one) => one.status === 'fulfilled').length, 1)
})

const untouchable = [
  '10.1.2.3',
  '198.51.100.9',
  '127.0.0.1',
  '::1',
  '192.168.1.1',
  '169.254.1.1',
  'fe80::1',
  'fd00::1',
  '100.64.1.1',
  '224.0.0.1',
  '0.0.0.0',
  '255.255.255.255',
  '192.0.2.1',
  '192.0.2.80',
  '203.0.113.250',
  '::ffff:10.0.0.1',
  '::ffff:203.0.113.250',
  '2001:db8:1::5',
  '2002:0a00:0001::1',
  '64:ff9b::10.0.0.1',
  '203.0.113.0/24',
  '203.0.113.7 }; flush ruleset',
  '0xcb007107',
  '203.0.113.007',
  'evil.example',
  '',
]
for (const address of untouchable)
  test(`${JSON.stringify(address)} is never blocked`, async () => {
    const { parts, nft } = exampleParts({ playbooks: [BLOCK] })
    const run = await planned(parts, exampleIncident([ip(address)]))
    assert.equal(run.steps[0]?.status, 'skipped')
    const done = await createResponder(parts).approve(run.id, 'ann')
    assert.equal(done.steps[0]?.status, 'skipped')
    assert.deepEqual(nft.log, [])
  })

test('an address that becomes ours between dry run and approval is not blocked', async () => {
  const { parts, nft } = exampleParts({ playbooks: [BLOCK] })
  const run = await planned(parts)
  const done = await createResponder({ ...parts, listen: ['203.0.113.7'] }).approve(run.id, 'ann')
  assert.equal(done.status, 'failed')
  assert.match(done.steps[0]?.detail ?? '', /is an address of this machine/)
  assert.equal(nft.sets.size, 0)
})

test('the addresses and name servers of this machine are known without being configured', () => {
  const { parts } = exampleParts()
  const step = {
    name: 'x',
    action: 'x',
    input: {},
    idempotencyKey: 'k',
    status: 'planned',
    effect: [],
    detail: '',
  } as const
  const context = contextOf(parts, step)
  assert.ok(context.own.includes('127.0.0.1') && context.own.includes('203.0.113.250'))
  const guarded = { ...context, resolvers: ['203.0.113.53'] }
  assert.throws(() => blockableAddress('203.0.113.53', guarded), refused(/name server/))
  assert.equal(blockableAddress('::ffff:203.0.113.7', guarded), '203.0.113.7')
})

test('missing rights are shown in the dry run and fail the run with the words of nft', async () => {
  const { parts, nft } = exampleParts({ playbooks: [BLOCK] })
  nft.state.denied = true
  const run = await planned(parts)
  assert.match(run.steps[0]?.effect.at(-1) ?? '', /Would fail now: Operation not permitted/)
  const done = await createResponder(parts).approve(run.id, 'ann')
  assert.equal(done.status, 'failed')
  assert.match(done.steps[0]?.detail ?? '', /not permitted/)
})

test('more than twenty entities are not acted upon in one run, and it says so', async () => {
  const { parts } = exampleParts({ playbooks: [BLOCK] })
  const run = await planned(
    parts,
    exampleIncident(Array.from({ length: 30 }, (_, n) => ip(`203.0.113.${n + 1}`))),
  )
  assert.equal(run.steps.length, 21)
  assert.match(run.steps.at(-1)?.detail ?? '', /10 more entities are left out/)
})

test('a webhook is called once, with the key of the step and the body that was shown', async () => {
  await withServer(
    () => ({ status: 200 }),
    async (url, seen) => {
      const { parts } = exampleParts({ playbooks: [hook(url)] })
      const run = await planned(parts)
      assert.equal(seen.length, 0)
      const done = await createResponder(parts).approve(run.id, 'ann')
      assert.equal(done.status, 'done')
      assert.equal(seen.length, 1)
      assert.equal(seen[0]?.headers['idempotency-key'], run.steps[0]?.idempotencyKey)
      assert.deepEqual(JSON.parse(seen[0]?.body ?? ''), {
        title: 'Break-in by mallory',
        level: 'high',
      })
    },
  )
})

test('a refused call fails, a lost answer is unknown, and later steps are left out', async () => {
  const two = (url: string) =>
    examplePlaybook(`
id: two
title: Two
steps:
  - { name: first, action: webhook, with: { url: "${url}", body: 1 } }
  - { name: second, action: webhook, with: { url: "${url}", body: 2 } }
`)
  for (const [answer, status] of [
    [{ status: 403 }, 'failed'],
    ['hang-up', 'unknown'],
    [{ status: 500 }, 'unknown'],
  ] as const)
    await withServer(
      () => answer,
      async (url, seen) => {
        const { parts } = exampleParts({ playbooks: [two(url)] })
        const done = await createResponder(parts).approve((await planned(parts)).id, 'ann')
        assert.deepEqual(
          done.steps.map((step) => step.status),
          [status, 'skipped'],
        )
        assert.equal(done.status, 'failed')
        assert.equal(seen.length, 1)
      },
    )
})

test('a call to a private address that is not allowed goes nowhere', async () => {
  await withServer(
    () => ({ status: 200 }),
    async (url, seen) => {
      const { parts } = exampleParts({ playbooks: [hook(url.replace('127.0.0.1', 'localhost'))] })
      const done = await createResponder(parts).approve((await planned(parts)).id, 'ann')
      assert.equal(done.steps[0]?.status, 'failed')
      assert.match(done.steps[0]?.detail ?? '', /not a public address/)
      assert.equal(seen.length, 0)
    },
  )
})

const ISSUE = (api: string) =>
  examplePlaybook(`
id: issue
title: Open an issue
steps:
  - name: open
    action: github-issue
    with: { repository: acme/soc, title: "{{incident.title}}", body: "{{incident.story}}", token: "\${env:TOKEN}", api: "${api}" }
`)

/** A GitHub that keeps issues. */
function fakeGithub() {
  const issues: { number: number; state: string; body: string; title: string }[] = []
  const state = { hangUpOnCreate: false }
  const answer = (seen: Seen) => {
    if (seen.headers['authorization'] !== 'Bearer s3cr3t-token') return { status: 401 }
    if (seen.method === 'GET')
      return { status: 200, body: seen.url.includes('/issues') ? JSON.stringify(issues) : '{}' }
    if (seen.method === 'PATCH') {
      const issue = issues.find((one) => seen.url.endsWith(`/issues/${one.number}`))
      if (issue) issue.state = 'closed'
      return { status: issue ? 200 : 404 }
    }
    issues.push({ number: issues.length + 1, state: 'open', ...JSON.parse(seen.body) })
    return state.hangUpOnCreate
      ? ('hang-up' as const)
      : { status: 201, body: JSON.stringify(issues.at(-1)) }
  }
  return { issues, state, answer }
}

test('an issue is opened once even when the answer is lost, and closed by undo', async () => {
  const github = fakeGithub()
  github.state.hangUpOnCreate = true
  await withServer(github.answer, async (url) => {
    const { parts } = exampleParts({ playbooks: [ISSUE(url)] })
    const run = await planned(
      parts,
      exampleIncident([BAD], { story: 'by @mallory <!-- vedette:act-1 -->' }),
    )
    assert.doesNotMatch(run.steps[0]?.effect.join('\n') ?? '', /Would fail/)
    const done = await createResponder(parts).approve(run.id, 'ann')
    assert.equal(done.status, 'done')
    assert.equal(github.issues.length, 1)
    assert.doesNotMatch(github.issues[0]?.body ?? '', /@mallory|<!-- vedette:act-1 -->/)
    await createResponder(parts).undo(run.id, 'ann')
    assert.equal(github.issues[0]?.state, 'closed')
  })
})

test('a secret is in no run, no detail and no failure, also when a server sends it back', async () => {
  await withServer(
    (seen) => ({ status: 400, body: `bad token ${seen.headers['authorization']}` }),
    async (url) => {
      const { parts, store } = exampleParts({ playbooks: [ISSUE(url)] })
      const run = await planned(parts)
      await createResponder(parts).approve(run.id, 'ann')
      assert.doesNotMatch(JSON.stringify([...store.runs.values()]), /s3cr3t/)
      assert.equal(run.steps[0]?.input['token'], '[secret]')
    },
  )
})

test('a secret that is not there is named in the dry run and nothing is sent', async () => {
  await withServer(
    () => ({ status: 200 }),
    async (url, seen) => {
      const { parts } = exampleParts({
        playbooks: [ISSUE(url)],
        secrets: { env: () => undefined, file: () => '' },
      })
      const run = await planned(parts)
      assert.match(run.steps[0]?.effect.join() ?? '', /environment variable TOKEN is not set/)
      const done = await createResponder(parts).approve(run.id, 'ann')
      assert.equal(done.status, 'failed')
      assert.equal(seen.length, 0)
    },
  )
})

test('a text of an attacker is never taken for a reference or a placeholder', async () => {
  await withServer(
    () => ({ status: 200 }),
    async (url, seen) => {
      const { parts } = exampleParts({ playbooks: [hook(url)] })
      const title = '${env:TOKEN} {{incident.level}} [secret]'
      const done = await createResponder(parts).approve(
        (await planned(parts, exampleIncident([BAD], { title }))).id,
        'ann',
      )
      assert.equal(done.status, 'done')
      assert.deepEqual(JSON.parse(seen[0]?.body ?? '').title, title)
    },
  )
})

test('a Slack message cannot be made to mention or link by a name in a log', async () => {
  await withServer(
    () => ({ status: 200, body: 'ok' }),
    async (url, seen) => {
      const playbook = examplePlaybook(
        `{ id: s, title: S, steps: [{ name: say, action: slack-message, with: { url: "${url}/T0/B0", text: "*{{incident.title}}* <https://vedette.invalid>" } }] }`,
      )
      const { parts } = exampleParts({ playbooks: [playbook] })
      await createResponder(parts).approve(
        (await planned(parts, exampleIncident([BAD], { title: '<!channel> & co' }))).id,
        'ann',
      )
      assert.equal(
        JSON.parse(seen[0]?.body ?? '').text,
        '*&lt;!channel&gt; &amp; co* <https://vedette.invalid>',
      )
    },
  )
})

test('a playbook that changed since the approval was asked for does not act', async () => {
  const { parts, nft } = exampleParts({ playbooks: [BLOCK] })
  const run = await planned(parts)
  const done = await createResponder({ ...parts, playbooks: [] }).approve(run.id, 'ann')
  assert.equal(done.status, 'failed')
  assert.equal(nft.sets.size, 0)
})

test('closing the incident rejects what waits for it', async () => {
  const { parts, store } = exampleParts({ playbooks: [BLOCK] })
  const run = await planned(parts)
  await createResponder(parts).onIncident(
    exampleIncident([BAD], { status: 'closed', closeReason: 'false' }),
  )
  assert.deepEqual(
    [store.runs.get(run.id)?.status, store.runs.get(run.id)?.reason],
    ['rejected', 'the incident was closed as false'],
  )
})

test('the script of nft may be given twice and touches only the table vedette', async () => {
  const { parts, nft } = exampleParts({ playbooks: [BLOCK] })
  await planned(parts)
  const commands = nft.scripts[0]?.trimEnd().split('\n') ?? []
  assert.ok(commands.length > 10)
  for (const line of commands)
    assert.match(line, /^(add|flush) (table|set|chain|rule|element) inet vedette/)
  for (const hookName of ['input', 'forward', 'output']) {
    const flush = commands.indexOf(`flush chain inet vedette ${hookName}`)
    const rule = commands.findIndex((line) => line.startsWith(`add rule inet vedette ${hookName} `))
    assert.ok(flush !== -1 && flush < rule)
  }
})

test('a fake nft answers like the real one for a set that does not exist', async () => {
  const nft = createFakeNft()
  const result = await nft.command(
    'nft',
    ['--json', 'list', 'set', 'inet', 'vedette', 'blocked4'],
    { timeoutMs: 1 },
  )
  assert.match(result.stderr, /No such file or directory/)
})

test('every action has a folder, words and an undo exactly when it says so', () => {
  const folders = readdirSync(new URL('./actions', import.meta.url)).sort()
  assert.deepEqual(
    ACTIONS.map((action) => action.name),
    folders,
  )
  for (const action of ACTIONS) {
    assert.ok(action.summary.length > 10 && action.needs.length > 0)
    assert.equal(action.bind({ nonsense: true }).ok, false)
  }
})
