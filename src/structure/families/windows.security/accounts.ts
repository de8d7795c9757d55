import type { Pair, Slots } from '../../mapping.ts'

/** The account or group that is acted upon. */
const TARGET = {
  user: 'TargetUserName|SamAccountName',
  userId: 'TargetSid',
  domain: 'TargetDomainName',
} as const

/** The member that is added or removed; local groups give only its SID. */
const MEMBER = { user: 'MemberName|MemberSid', userId: 'MemberSid' } as const

const SUBJECT = {
  user: 'SubjectUserName',
  userId: 'SubjectUserSid',
  domain: 'SubjectDomainName',
  session: 'SubjectLogonId',
} as const satisfies Slots['who']

function account(ocsf: Pair, words: string): Slots {
  return {
    who: { ...SUBJECT, target: TARGET },
    what: { ocsf, object: 'TargetUserName' },
    message: `{code} {user} ${words} {targetUser}`,
  }
}

function group(ocsf: Pair, words: string): Slots {
  return {
    who: { ...SUBJECT, target: { domain: 'TargetDomainName' } },
    what: { ocsf, object: 'TargetUserName|SamAccountName' },
    message: `{code} {user} ${words} group {object}`,
  }
}

function member(ocsf: Pair, [verb, preposition]: readonly [string, string]): Slots {
  return {
    who: { ...SUBJECT, target: MEMBER },
    what: { ocsf, object: 'TargetUserName' },
    message: `{code} {user} ${verb} {targetUser} ${preposition} group {object}`,
  }
}

/** The five actions on a group, at the ids that one scope of groups uses for them, in the order of this list. */
const GROUP_ACTIONS: readonly Slots[] = [
  group([3006, 6], 'created'),
  group([3004, 3], 'changed'),
  member([3006, 3], ['added', 'to']),
  member([3006, 4], ['removed', 'from']),
  group([3006, 5], 'deleted'),
]

/** Ids of create, change, add, remove, delete for each scope: global, local, universal, distribution, application. */
const GROUP_IDS: readonly (readonly number[])[] = [
  [4727, 4737, 4728, 4729, 4730],
  [4731, 4735, 4732, 4733, 4734],
  [4754, 4755, 4756, 4757, 4758],
  [4744, 4745, 4746, 4747, 4748],
  [4749, 4750, 4751, 4752, 4753],
  [4759, 4760, 4761, 4762, 4763],
  [4783, 4784, 4785, 4786, 4789],
  [4790, 4791, 4787, 4788, 4792],
]

function groups(): Record<string, Slots> {
  const table: Record<string, Slots> = {}
  for (const ids of GROUP_IDS) {
    ids.forEach((id, at) => {
      const slots = GROUP_ACTIONS[at]
      if (slots) table[id] = slots
    })
  }
  return table
}

/** Account and group management events of the Security log by event id. */
export const ACCOUNTS: Readonly<Record<string, Slots>> = {
  ...groups(),
  4720: account([3001, 1], 'created account'),
  4722: account([3001, 2], 'enabled account'),
  4723: account([3001, 3], 'changed the password of'),
  4724: account([3001, 4], 'reset the password of'),
  4725: account([3001, 5], 'disabled account'),
  4726: account([3001, 6], 'deleted account'),
  4738: account([3001, 99], 'changed account'),
  4740: {
    who: { ...SUBJECT, target: TARGET },
    what: { ocsf: [3001, 9], severity: 2, object: 'TargetUserName' },
    message: '{code} account {targetUser} locked out[ after logons from {TargetDomainName}]',
  },
  4741: account([3001, 1], 'created computer account'),
  4742: account([3001, 99], 'changed computer account'),
  4743: account([3001, 6], 'deleted computer account'),
  4764: group([3004, 3], 'changed the type of'),
  4765: account([3001, 99], 'added SID history to'),
  4766: account([3001, 99], 'failed to add SID history to'),
  4767: account([3001, 12], 'unlocked account'),
  4780: account([3001, 99], 'reset the permissions of administrator'),
  4781: {
    who: {
      ...SUBJECT,
      target: {
        user: 'NewTargetUserName|OldTargetUserName',
        userId: 'TargetSid',
        domain: 'TargetDomainName',
      },
    },
    what: { ocsf: [3001, 99], object: 'OldTargetUserName' },
    message: '{code} {user} renamed account {OldTargetUserName} to {NewTargetUserName}',
  },
  4782: account([3001, 99], 'read the password hash of'),
  4793: {
    what: { ocsf: [3001, 99], object: 'TargetUserName' },
    message: '{code} {user} had a password checked against the policy',
  },
  4794: {
    who: SUBJECT,
    what: { ocsf: [3001, 4], severity: 4, object: 'Workstation' },
    message: '{code} {user} set the directory restore mode password[ from {Workstation}]',
  },
  4797: account([3001, 99], 'tested for a blank password of'),
  4798: account([3004, 2], 'listed the groups of'),
  4799: group([3004, 2], 'listed the members of'),
}
