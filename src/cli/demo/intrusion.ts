import { after } from './activity.ts'
import { COMPANY, PEOPLE, type Person, personOf } from './company.ts'
import { robCloud } from './intrusion-cloud.ts'
import { invade } from './intrusion-inside.ts'
import type { Chance } from './prng.ts'
import { type GithubEntry, github } from './records/github.ts'
import { type Origin, okta } from './records/okta.ts'
import type { DemoRecord, Moment } from './wire.ts'

/** The stranger, and whom the stranger becomes. */
export const INTRUDER = {
  ip: '192.0.2.66',
  country: 'Netherlands',
  victim: 'mara.voss',
  codeLogin: 'mara-voss',
} as const

/** From the first guess to the last trace. */
export const INTRUSION_MS = 118 * 60_000

const FROM: Origin = {
  ip: INTRUDER.ip,
  country: INTRUDER.country,
  agent: 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0',
}

/**
 * The one intrusion: passwords are sprayed, one person gives in to push requests, and the session reaches code,
 * cloud and domain controller. `start` is the moment of the first guess, epoch milliseconds.
 */
export function intrusion(chance: Chance, start: number): DemoRecord[] {
  const at = (minutes: number): Moment => ({ time: start + Math.round(minutes * 60_000), chance })
  return [
    ...spray(at(0)),
    ...wearDown(at(14)),
    ...touchCode(at(30)),
    ...robCloud(at(52), INTRUDER.ip),
    ...invade(at(78), INTRUDER),
  ]
}

/** Two common passwords for everybody, slowly enough for each account, fast enough to be seen from afar. */
function spray(moment: Moment): DemoRecord[] {
  const guess = (who: Person, seconds: number) =>
    okta(after(moment, seconds), {
      event: 'user.session.start',
      display: 'User login to Okta',
      who,
      from: FROM,
      failure: 'INVALID_CREDENTIALS',
    })
  return [
    ...PEOPLE.map((person, index) => guess(person, index * 11)),
    ...PEOPLE.filter((person) => person.user !== INTRUDER.victim).map((person, index) =>
      guess(person, 360 + index * 11),
    ),
  ]
}

/** The password is right; push requests follow until one is accepted, then the stranger's own phone is enrolled. */
function wearDown(moment: Moment): DemoRecord[] {
  const who = personOf(INTRUDER.victim)
  const factor = 'OKTA_VERIFY_PUSH'
  const session = `102${moment.chance.hex(20)}`
  const records: DemoRecord[] = []
  for (let push = 0; push < 6; push += 1)
    records.push(
      okta(after(moment, push * 70), {
        event: 'user.mfa.okta_verify.deny_push',
        display: 'User rejected Okta push verify',
        who,
        from: FROM,
        failure: 'User rejected push',
        factor,
      }),
    )
  const app = (name: string, seconds: number) =>
    okta(after(moment, seconds), {
      event: 'user.authentication.sso',
      display: 'User single sign on to app',
      who,
      from: FROM,
      session,
      target: { type: 'AppInstance', name },
    })
  return [
    ...records,
    okta(after(moment, 470), {
      event: 'user.authentication.auth_via_mfa',
      display: 'Authentication of user via MFA',
      who,
      from: FROM,
      factor,
      session,
    }),
    okta(after(moment, 472), {
      event: 'user.session.start',
      display: 'User login to Okta',
      who,
      from: FROM,
      session,
    }),
    okta(after(moment, 610), {
      event: 'user.mfa.factor.activate',
      display: 'Activate factor or authenticator enrollment',
      who,
      from: FROM,
      session,
      factor,
      target: { type: 'User', name: `${who.user}@${COMPANY.domain}` },
    }),
    app('GitHub', 700),
    app('VPN', 760),
  ]
}

/** The session clones what it can, plants a key, and lets the release pipeline print its cloud secret. */
function touchCode(moment: Moment): DemoRecord[] {
  const entry = (
    action: string,
    repository: string,
    more: GithubEntry['more'] = {},
  ): GithubEntry => ({
    action,
    actor: INTRUDER.codeLogin,
    ip: INTRUDER.ip,
    country: 'NL',
    repository,
    more,
  })
  const run = { workflow_run_id: 7_771_204, head_branch: 'main', name: 'release' }
  return [
    github(moment, entry('personal_access_token.access_granted', 'payroll', { token_id: 881_223 })),
    ...COMPANY.repositories.map((name, index) =>
      github(
        after(moment, 60 + index * 20),
        entry('git.clone', name, {
          transport_protocol_name: 'http',
          programmatic_access_type: 'Fine-grained personal access token',
        }),
      ),
    ),
    github(
      after(moment, 480),
      entry('public_key.create', 'payroll', {
        read_only: 'false',
        title: 'sync',
        fingerprint: `SHA256:${moment.chance.hex(43)}`,
      }),
    ),
    github(
      after(moment, 600),
      entry('environment.remove_protection_rule', 'payroll', { environment_name: 'production' }),
    ),
    github(
      after(moment, 690),
      entry('protected_branch.policy_override', 'payroll', {
        branch: 'refs/heads/main',
        overridden_codes: ['review_policy_not_satisfied'],
      }),
    ),
    github(after(moment, 691), entry('git.push', 'payroll', { transport_protocol_name: 'ssh' })),
    github(after(moment, 700), entry('workflows.created_workflow_run', 'payroll', run)),
    github(
      after(moment, 840),
      entry('workflows.completed_workflow_run', 'payroll', { ...run, conclusion: 'success' }),
    ),
  ]
}
