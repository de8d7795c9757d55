import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createResponder, loadPlaybook } from './index.ts'
import { exampleIncident, exampleParts, examplePlaybook } from './testing/fakes.ts'
import { BAD } from './testing/playbooks.ts'

const conditions: [string, boolean][] = [
  ['level: high', true],
  ['level: critical', false],
  ['techniques: [T1110]', true],
  ['techniques: [T1110.003]', true],
  ['techniques: [T1110.001]', false],
  ['tactics: [impact, credential-access]', true],
  ['tactics: [impact]', false],
  ['targets: [shop]', true],
  ['targets: [mail]', false],
  ['entities: [ip]', true],
  ['entities: [ip, user]', false],
]
for (const [when, wanted] of conditions)
  test(`a playbook for {${when}} ${wanted ? 'answers' : 'leaves'} a high credential-access incident at shop`, async () => {
    const playbook = examplePlaybook(
      `{ id: p, title: P, when: { ${when} }, steps: [{ name: a, action: webhook, with: { url: "http://127.0.0.1:9/", body: 1 } }] }`,
    )
    const { parts } = exampleParts({ playbooks: [playbook] })
    const runs = await createResponder(parts).onIncident(exampleIncident([BAD]))
    assert.equal(runs.length, wanted ? 1 : 0)
  })

const mistakes: [string, RegExp][] = [
  ['id: A b\ntitle: t\nsteps: []\n', /:1:5 id — expected an id like block-attacker/],
  ['id: a\ntitle: t\nstep: []\n', /:3:1 step — unknown key · did you mean "steps"\?/],
  [
    'id: a\ntitle: t\nsteps:\n  - { name: x, action: web-hook }\n',
    /:4:\d+ steps\.0\.action — there is no action "web-hook" · did you mean "webhook"\?/,
  ],
  [
    'id: a\ntitle: t\nsteps:\n  - name: x\n    action: webhook\n    with: { url: "http://{{entity.ip}}/", body: 1 }\n',
    /with\.url — must not hold text out of an incident/,
  ],
  [
    'id: a\ntitle: t\nsteps:\n  - name: x\n    action: webhook\n    with: { url: "http://x.example/", body: "{{incident.titel}}" }\n',
    /unknown placeholder \{\{incident\.titel\}\} · did you mean "incident\.title"\?/,
  ],
  [
    'id: a\ntitle: t\nsteps:\n  - name: x\n    action: webhook\n    with: { url: "http://x.example/", body: "{{entity.ip}}" }\n',
    /needs `for:`/,
  ],
  [
    'id: a\ntitle: t\nsteps:\n  - name: x\n    action: github-issue\n    with: { repository: a/b, title: t, token: ghp_plain }\n',
    /with\.token — write \$\{env:NAME\}/,
  ],
  [
    'id: a\ntitle: t\nsteps:\n  - name: x\n    action: webhook\n    with: { url: "http://x.example/${env:A}", body: 1 }\n',
    /must stand alone/,
  ],
  [
    'id: a\ntitle: t\nsteps:\n  - name: x\n    action: nft-block-address\n    with: { adress: 1.2.3.4 }\n',
    /with\.adress — unknown key/,
  ],
  [
    'id: a\ntitle: t\napproval: none\nsteps:\n  - { name: x, action: webhook, with: { url: "http://x.example/" } }\n',
    /:3:11 approval — expected one of required/,
  ],
  [
    'id: a\ntitle: t\nwhen: { techniques: [T0000] }\nsteps:\n  - { name: x, action: webhook, with: { url: "http://x.example/" } }\n',
    /expected an ATT&CK 18\.1 technique/,
  ],
  [
    'id: a\ntitle: t\nsteps:\n  - { name: x, action: webhook, with: { url: "http://x.example/" } }\n  - { name: x, action: webhook, with: { url: "http://x.example/" } }\n',
    /steps\.1\.name — another step is called "x"/,
  ],
]
for (const [text, wanted] of mistakes)
  test(`a playbook is refused with ${wanted.source.slice(0, 60)}`, () => {
    const { playbook, problems } = loadPlaybook(text, 'p.yaml')
    assert.equal(playbook, undefined)
    assert.match(problems.map((one) => one.text).join('\n'), wanted)
  })
