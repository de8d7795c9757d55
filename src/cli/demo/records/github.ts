import { COMPANY } from '../company.ts'
import { type DemoRecord, jsonRecord, type Moment } from '../wire.ts'

/** One line of the code host's audit log. `more` holds what only this action carries. */
export interface GithubEntry {
  readonly action: string
  readonly actor: string
  readonly ip: string
  readonly country?: string
  readonly repository?: string
  readonly more?: Readonly<Record<string, unknown>>
}

/** An entry of the GitHub audit log, as its streaming sends it. */
export function github(moment: Moment, entry: GithubEntry): DemoRecord {
  const { time, chance } = moment
  return jsonRecord(moment, 'github', {
    '@timestamp': time,
    action: entry.action,
    actor: entry.actor,
    actor_ip: entry.ip,
    actor_is_bot: entry.actor.endsWith('[bot]'),
    actor_location: { country_code: entry.country ?? 'DE' },
    business: 'lindenhof',
    created_at: time,
    org: COMPANY.githubOrg,
    org_id: 91_827_364,
    ...(entry.repository ? { repo: `${COMPANY.githubOrg}/${entry.repository}` } : {}),
    user_agent: 'git/2.47.1',
    _document_id: chance.hex(22),
    ...entry.more,
  })
}
