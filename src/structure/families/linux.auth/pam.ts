import type { TextRows } from '../../mapping.ts'
import { OCSF } from '../../ocsf.ts'

/** Lines that PAM modules write under the name of any program. Source: Linux-PAM modules. */
export const PAM_ROWS = {
  rows: [
    {
      match:
        /^(?<pam>pam_\w+)\((?<service>[^:)]*):(?:session|setcred)\): session (?<state>opened|closed) for user (?<target>[^\s(]+)(?:\(uid=(?<target_uid>\d+)\))?(?: by (?<user>[^\s(]*)\(uid=(?<uid>\d+)\))?/,
      who: {
        user: 'user|target',
        userId: 'uid',
        target: { user: 'target', userId: 'target_uid' },
      },
      what: {
        ocsf: { of: 'state', map: { opened: OCSF.logon, closed: OCSF.logoff } },
        action: { of: 'state', map: { opened: 'logged-on', closed: 'logged-off' } },
        outcome: 'success',
        object: 'service',
      },
      message: '{$app}: {service} session {state} for {target}[ by {user}]',
    },
    {
      match:
        /^(?<pam>pam_\w+)\((?<service>[^:)]*):auth\): (?<reason>authentication failure|check pass; user unknown|conversation failed|auth could not identify password for \[?[^\]]*\]?|received for user .*|user .* account has expired.*|Consecutive login failures for user .* account temporarily locked)(?:;.*?(?:ruser=(?<ruser>\S*))?\s+rhost=(?<rhost>\S*)(?:\s+user=(?<user>.*))?)?$/,
      who: { user: 'ruser|user|logname', target: { user: 'user' } },
      what: {
        ocsf: OCSF.logon,
        action: "'pam_auth'",
        outcome: 'failure',
        severity: 2,
        object: 'service',
        code: 'reason',
      },
      where: { srcIp: 'rhost' },
      message: '{$app}: {reason}[ for {targetUser}][ from {rhost}]',
    },
    {
      match:
        /^PAM (?<repeated>\d+) more authentication failures?;.*\srhost=(?<rhost>\S*)(?:\s+user=(?<user>.*))?$/,
      what: { ocsf: OCSF.logon, action: "'pam_auth'", outcome: 'failure', severity: 2 },
      where: { srcIp: 'rhost' },
      message: '{$app}: {repeated} more authentication failures[ for {user}][ from {rhost}]',
    },
    {
      match:
        /^(?<pam>pam_\w+)\((?<service>[^:)]*):chauthtok\): password changed for (?<target>\S+)/,
      who: { target: { user: 'target' } },
      what: { ocsf: OCSF.passwordChange, action: "'password_changed'", outcome: 'success' },
      message: '{$app}: password changed for {target}',
    },
    {
      match:
        /^(?<pam>pam_\w+)\((?<service>[^:)]*):auth\): requirement .* not met by user "(?<user>[^"]*)"/,
      what: { ocsf: OCSF.authOther, action: "'pam_requirement'", outcome: 'failure' },
      message: '{$app}: requirement not met by {user}',
    },
    {
      match: /^(?<pam>pam_\w+)\((?<service>[^:)]*):(?<phase>\w+)\): (?<reason>.*)$/,
      what: { ocsf: OCSF.authOther, action: 'pam', object: 'service' },
    },
  ],
} as const satisfies TextRows
