import { type Activity, after } from '../activity.ts'
import { COMPANY, mailOf, PEOPLE, type Person, personOf } from '../company.ts'
import { type Origin, okta } from '../records/okta.ts'
import type { DemoRecord, Moment } from '../wire.ts'

const AGENT =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/131.0.0.0 Safari/537.36'
const APPS = ['Mail', 'Chat', 'Wiki', 'GitHub', 'Travel', 'Payroll portal', 'AWS'] as const

/** People work in the office or at home; one of them travels now and then. */
function originOf(person: Person, moment: Moment): Origin {
  const { chance } = moment
  if (person.user === 'anna.fuchs' && chance.happens(0.2))
    return { ip: '198.51.100.201', country: 'Austria', agent: AGENT }
  return {
    ip: chance.happens(0.55) ? COMPANY.officeIp : person.home,
    country: 'Germany',
    agent: AGENT,
  }
}

function signIn(moment: Moment, who: Person): DemoRecord[] {
  const { chance } = moment
  const from = originOf(who, moment)
  const session = `102${chance.hex(20)}`
  const slips = chance.happens(0.12) ? chance.int(1, 2) : 0
  const records: DemoRecord[] = []
  for (let slip = 0; slip < slips; slip += 1)
    records.push(
      okta(after(moment, slip * 7), {
        event: 'user.session.start',
        display: 'User login to Okta',
        who,
        from,
        failure: 'INVALID_CREDENTIALS',
      }),
    )
  const start = slips * 7 + 4
  const factor = 'OKTA_VERIFY_PUSH'
  if (chance.happens(0.015))
    records.push(
      okta(after(moment, start), {
        event: 'user.mfa.okta_verify.deny_push',
        display: 'User rejected Okta push verify',
        who,
        from,
        failure: 'User rejected push',
        factor,
      }),
    )
  records.push(
    okta(after(moment, start + 9), {
      event: 'user.authentication.auth_via_mfa',
      display: 'Authentication of user via MFA',
      who,
      from,
      factor,
      session,
    }),
    okta(after(moment, start + 10), {
      event: 'user.session.start',
      display: 'User login to Okta',
      who,
      from,
      session,
    }),
    okta(after(moment, start + 11), {
      event: 'policy.evaluate_sign_on',
      display: 'Evaluation of sign-on policy',
      who,
      from,
      session,
    }),
  )
  for (let app = chance.int(1, 2); app > 0; app -= 1)
    records.push(
      okta(after(moment, start + 12 + app * 20), {
        event: 'user.authentication.sso',
        display: 'User single sign on to app',
        who,
        from,
        session,
        target: { type: 'AppInstance', name: chance.pick(APPS) },
      }),
    )
  return records
}

/** What the identity provider sees on ordinary days. */
export const IDENTITY: readonly Activity[] = [
  {
    name: 'somebody signs in',
    perHour: 11,
    rhythm: 'work',
    play: (moment) => signIn(moment, moment.chance.pick(PEOPLE)),
  },
  {
    name: 'somebody signs out',
    perHour: 4,
    rhythm: 'work',
    play(moment) {
      const who = moment.chance.pick(PEOPLE)
      return [
        okta(moment, {
          event: 'user.session.end',
          display: 'User logout from Okta',
          who,
          from: originOf(who, moment),
        }),
      ]
    },
  },
  {
    name: 'a new phone is enrolled',
    perHour: 0.06,
    rhythm: 'work',
    play(moment) {
      const who = moment.chance.pick(PEOPLE)
      return [
        okta(moment, {
          event: 'user.mfa.factor.activate',
          display: 'Activate factor or authenticator enrollment',
          who,
          from: originOf(who, moment),
          factor: 'OKTA_VERIFY_PUSH',
          target: { type: 'User', name: mailOf(who) },
        }),
      ]
    },
  },
  {
    name: 'a colleague gets access to an application',
    perHour: 0.4,
    rhythm: 'work',
    play(moment) {
      const who = personOf('jana.keller')
      const from = { ip: COMPANY.officeIp, country: 'Germany', agent: AGENT }
      const name = mailOf(moment.chance.pick(PEOPLE))
      return [
        okta(moment, {
          event: 'group.user_membership.add',
          display: 'Add user to group membership',
          who,
          from,
          target: { type: 'User', name },
        }),
        okta(after(moment, 2), {
          event: 'application.user_membership.add',
          display: 'Add user to application membership',
          who,
          from,
          target: { type: 'AppUser', name },
        }),
      ]
    },
  },
]
