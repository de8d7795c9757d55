import type { TextRows } from '../../mapping.ts'
import { OCSF } from '../../ocsf.ts'

const DONE = { outcome: 'success' } as const

/** Lines of shadow-utils: users, groups, passwords. Source: shadow-utils useradd.c, usermod.c, groupadd.c, gpasswd.c. */
export const ACCOUNT_ROWS = {
  apps: [
    'useradd',
    'userdel',
    'usermod',
    'groupadd',
    'groupdel',
    'groupmod',
    'gpasswd',
    'passwd',
    'chpasswd',
    'chage',
    'chfn',
    'chsh',
    'newusers',
    'adduser',
    'addgroup',
    'deluser',
    'vipw',
    'accounts-daemon',
  ],
  rows: [
    {
      match:
        /^new user: name=(?<target>[^,\s]+)(?:, UID=(?<uid>\d+))?(?:, GID=(?<gid>\d+))?(?:, home=(?<home>[^,]*))?(?:, shell=(?<shell>[^,]*))?(?:, from=(?<from>.*))?/,
      who: { target: { user: 'target', userId: 'uid' } },
      what: { ...DONE, ocsf: OCSF.accountCreate, action: "'added-user-account'" },
      message: '{$app}: new user {target}[ with uid {uid}][ and shell {shell}]',
    },
    {
      match: /^failed adding user '?(?<target>[^',]+)'?(?:, (?<reason>.*))?/,
      who: { target: { user: 'target' } },
      what: {
        ocsf: OCSF.accountCreate,
        action: "'added-user-account'",
        outcome: 'failure',
        code: 'reason',
      },
      message: '{$app}: failed to add user {target}',
    },
    {
      match: /^delete user '(?<target>[^']+)'/,
      who: { target: { user: 'target' } },
      what: { ...DONE, ocsf: OCSF.accountDelete, action: "'deleted-user-account'" },
      message: '{$app}: user {target} deleted',
    },
    {
      match:
        /^(?:new group: name=|group added to \S+ name=|group added to \S+: name=)(?<group>[^,\s]+)(?:, GID=(?<gid>\d+))?/,
      what: { ...DONE, ocsf: OCSF.groupCreate, action: "'added-group-account'", object: 'group' },
      message: '{$app}: new group {group}',
    },
    {
      match: /^(?:removed (?:shadow )?group '(?<group>[^']+)'|group '(?<group2>[^']+)' removed)/,
      what: {
        ...DONE,
        ocsf: OCSF.groupDelete,
        action: "'deleted-group-account'",
        object: 'group|group2',
      },
      message: '{$app}: group {object} removed',
    },
    {
      match: /^add '(?<target>[^']+)' to (?:shadow )?group '(?<group>[^']+)'/,
      who: { target: { user: 'target' } },
      what: { ...DONE, ocsf: OCSF.groupAddUser, action: "'added-user-to-group'", object: 'group' },
      message: '{$app}: {target} added to group {group}',
    },
    {
      match: /^delete '(?<target>[^']+)' from (?:shadow )?group '(?<group>[^']+)'/,
      who: { target: { user: 'target' } },
      what: {
        ...DONE,
        ocsf: OCSF.groupRemoveUser,
        action: "'removed-user-from-group'",
        object: 'group',
      },
      message: '{$app}: {target} removed from group {group}',
    },
    {
      match: /^user (?<target>\S+) added by (?<user>\S+) to group (?<group>\S+)/,
      who: { target: { user: 'target' } },
      what: { ...DONE, ocsf: OCSF.groupAddUser, action: "'added-user-to-group'", object: 'group' },
      message: '{$app}: {target} added to group {group} by {user}',
    },
    {
      match: /^user (?<target>\S+) removed by (?<user>\S+) from group (?<group>\S+)/,
      who: { target: { user: 'target' } },
      what: {
        ...DONE,
        ocsf: OCSF.groupRemoveUser,
        action: "'removed-user-from-group'",
        object: 'group',
      },
      message: '{$app}: {target} removed from group {group} by {user}',
    },
    {
      match:
        /^(?:password for '(?<target>[^']+)' changed by '(?<user>[^']+)'|change user '(?<target2>[^']+)' password)/,
      who: { target: { user: 'target|target2' } },
      what: { ...DONE, ocsf: OCSF.passwordChange, action: "'password_changed'" },
      message: '{$app}: password of {targetUser} changed[ by {user}]',
    },
    {
      match: /^(?<lock>lock|unlock) user '(?<target>[^']+)' password/,
      who: { target: { user: 'target' } },
      what: {
        ...DONE,
        ocsf: { of: 'lock', map: { lock: OCSF.accountLock, unlock: OCSF.accountUnlock } },
        action: { template: '{lock}ed-user-account' },
      },
      message: '{$app}: {lock} user {target}',
    },
    {
      match:
        /^(?:change user '(?<target>[^']+)' (?<attribute>.*)|changed user '(?<target2>[^']+)' (?<attribute2>.*)|changed (?<attribute3>password expiry) for (?<target3>\S+))$/,
      who: { target: { user: 'target|target2|target3' } },
      what: {
        ...DONE,
        ocsf: OCSF.accountOther,
        action: "'modified-user-account'",
        object: 'attribute|attribute2|attribute3',
      },
      message: '{$app}: {object} of {targetUser} changed',
    },
  ],
} as const satisfies TextRows
