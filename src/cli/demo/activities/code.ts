import { type Activity, after } from '../activity.ts'
import { CODERS, COMPANY, type Person } from '../company.ts'
import { type GithubEntry, github } from '../records/github.ts'
import type { DemoRecord, Moment } from '../wire.ts'

function entryOf(moment: Moment, person: Person, action: string): GithubEntry {
  return {
    action,
    actor: person.code ?? person.user,
    ip: moment.chance.happens(0.6) ? COMPANY.officeIp : person.home,
    repository: moment.chance.pick(COMPANY.repositories),
  }
}

function change(moment: Moment): DemoRecord[] {
  const person = moment.chance.pick(CODERS)
  const entry = entryOf(moment, person, 'git.push')
  const run = {
    workflow_run_id: moment.chance.int(1_000_000, 9_999_999),
    head_branch: 'main',
    name: 'build',
  }
  return [
    github(moment, { ...entry, more: { transport_protocol_name: 'ssh' } }),
    github(after(moment, 30), { ...entry, action: 'pull_request.create' }),
    github(after(moment, 2000), { ...entry, action: 'pull_request.merge' }),
    github(after(moment, 2010), { ...entry, action: 'workflows.created_workflow_run', more: run }),
    github(after(moment, 2300), {
      ...entry,
      action: 'workflows.completed_workflow_run',
      more: { ...run, conclusion: 'success' },
    }),
  ]
}

function simple(action: string, more: Readonly<Record<string, unknown>> = {}) {
  return (moment: Moment) => [
    github(moment, { ...entryOf(moment, moment.chance.pick(CODERS), action), more }),
  ]
}

/** What the code host sees on ordinary days. */
export const CODE: readonly Activity[] = [
  { name: 'a change is made', perHour: 3, rhythm: 'work', play: change },
  {
    name: 'somebody fetches news',
    perHour: 8,
    rhythm: 'work',
    play: simple('git.fetch', { transport_protocol_name: 'ssh' }),
  },
  {
    name: 'somebody clones a repository',
    perHour: 1.2,
    rhythm: 'work',
    play: simple('git.clone', { transport_protocol_name: 'http' }),
  },
  {
    name: 'a token is renewed',
    perHour: 0.08,
    rhythm: 'work',
    play: simple('personal_access_token.access_granted'),
  },
  {
    name: 'a secret is rotated',
    perHour: 0.06,
    rhythm: 'work',
    play: simple('repo.update_actions_secret', { key: 'NPM_TOKEN' }),
  },
  {
    name: 'a mirror gets a key that only reads',
    perHour: 0.02,
    rhythm: 'work',
    play: simple('public_key.create', { read_only: 'true', title: 'mirror' }),
  },
]
