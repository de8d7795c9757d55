import type { TextRows } from '../../mapping.ts'
import { OCSF } from '../../ocsf.ts'

/** sudo: one line for each command, with the reason in front when it was refused. Source: sudo logging.c. */
export const SUDO_ROWS = {
  apps: ['sudo', 'sudo-i', 'sudoedit'],
  rows: [
    {
      match:
        /^ *(?<user>\S+) : (?:(?<reason>[^;=]+?) ; )?(?:HOST=(?<HOST>[^;]*?) ; )?TTY=(?<TTY>[^;]*?) ; (?:CWD=(?<CWD>[^;]*?) ; )?(?:PWD=(?<PWD>[^;]*?) ; )?(?:USER=(?<USER>[^;]*?))?(?: ; GROUP=(?<GROUP>[^;]*?))?(?: ; TSID=(?<TSID>[^;]*?))?(?: ; ENV=(?<ENV>[^;]*?))?(?: ; COMMAND=(?<COMMAND>.*))?$/s,
      who: { target: { user: 'USER' } },
      what: {
        ocsf: {
          of: 'reason',
          match: [[/password/, OCSF.logon]],
          else: OCSF.processLaunch,
          empty: OCSF.processLaunch,
        },
        action: "'sudo'",
        outcome: { of: 'reason', else: 'failure', empty: 'success' },
        severity: { of: 'reason', else: 3 },
        object: 'COMMAND',
        code: 'reason',
      },
      message: "sudo: {user}[ as {USER}]: {COMMAND|'no command'}[ ({reason})]",
    },
    {
      match: /^ *(?<user>\S+) : \(command continued\) (?<COMMAND>.*)$/s,
      what: { ocsf: OCSF.processOther, action: "'sudo'", object: 'COMMAND' },
    },
  ],
} as const satisfies TextRows

/** su of util-linux and of shadow-utils. */
export const SU_ROWS = {
  apps: ['su', 'su-l'],
  rows: [
    {
      match:
        /^(?:(?<failed>FAILED SU |BAD SU )?\(to (?<target>\S+)\) (?<user>\S+) on (?<tty>\S+)|(?<bad>FAILED su|Successful su) for (?<target2>\S+) by (?<user2>\S+)|(?<sign>[-+]) (?<tty2>\S+) (?<user3>[^:\s]+)[:-](?<target3>\S+))$/,
      who: { user: 'user|user2|user3', target: { user: 'target|target2|target3' } },
      what: {
        ocsf: OCSF.logon,
        action: "'su'",
        outcome: {
          of: 'failed|bad|sign',
          match: [[/FAILED|BAD|^-$/, 'failure']],
          else: 'success',
          empty: 'success',
        },
        object: 'tty|tty2',
      },
      message: 'su: {user} to {targetUser} ({outcome})',
    },
    {
      match: /^pam_authenticate: (?<reason>.*)$/,
      what: { ocsf: OCSF.logon, action: "'su'", outcome: 'failure', code: 'reason' },
    },
  ],
} as const satisfies TextRows

/** Sessions, console sign-ins, scheduled commands, privilege prompts. */
export const SESSION_ROWS = {
  apps: [
    'systemd-logind',
    'elogind',
    'login',
    'cron',
    'crond',
    'crontab',
    'anacron',
    'atd',
    'polkitd',
    'pkexec',
    'doas',
    'pam',
  ],
  rows: [
    {
      match: /^New session (?<session_id>\S+) of user (?<user>[^\s.]+(?:\.[^\s.]+)*)\.?(?: .*)?$/,
      who: { session: 'session_id' },
      what: { ocsf: OCSF.logon, action: "'logged-on'", outcome: 'success' },
      message: '{$app}: new session {session_id} of {user}',
    },
    {
      match: /^(?:Removed session (?<session_id>[^\s.]+)|Session (?<session_id2>\S+) logged out)/,
      who: { session: 'session_id|session_id2' },
      what: { ocsf: OCSF.logoff, action: "'logged-off'", outcome: 'success' },
    },
    {
      match: /^user (?<user>\S+) logged out/,
      what: { ocsf: OCSF.logoff, action: "'logged-off'", outcome: 'success' },
    },
    {
      match: /^\((?<user>[^)]+)\) CMD \((?<command>.*)\)$/s,
      what: { ocsf: OCSF.jobStart, action: "'CMD'", outcome: 'success', object: 'command' },
      message: 'cron: {user} runs {command}',
    },
    {
      match:
        /^\((?<user>[^)]+)\) (?<operation>REPLACE|DELETE|LIST|BEGIN EDIT|END EDIT|RELOAD|WRONG FILE OWNER|AUTH) \((?<object>[^)]*)\)/,
      what: {
        ocsf: { of: 'operation', map: { REPLACE: [1006, 2], DELETE: [1006, 3] }, else: [1006, 99] },
        action: 'operation',
        outcome: 'success',
        object: 'object',
      },
      message: 'cron: {user} {operation} {object}',
    },
    {
      match:
        /^FAILED LOGIN(?: \(?\d+\)?)?(?: on '(?<tty>[^']*)')? (?:FROM (?<rhost>\S+) )?FOR '?(?<user>[^',]+)'?,? ?(?<reason>.*)$/,
      what: {
        ocsf: OCSF.logon,
        action: "'login'",
        outcome: 'failure',
        severity: 2,
        object: 'tty',
        code: 'reason',
      },
      where: { srcIp: 'rhost' },
      message: 'login: failed for {user}[ on {tty}]',
    },
    {
      match:
        /^(?:(?<root>ROOT) LOGIN|LOGIN) (?:ON|on) '?(?<tty>[^\s']+)'?(?: BY (?<user>\S+))?(?: FROM (?<rhost>\S+))?/,
      who: { user: ['user', { of: 'root', else: 'root' }] },
      what: { ocsf: OCSF.logon, action: "'login'", outcome: 'success', object: 'tty' },
      where: { srcIp: 'rhost' },
      message: 'login: {user} on {tty}',
    },
    {
      match:
        /^Operator of (?<session>\S+) (?<result>successfully authenticated|FAILED to authenticate)(?: as unix-user:(?<target>\S+))? to gain \S+ authorization for action (?<operation>\S+)(?:.*\(owned by unix-user:(?<user>[^)]+)\))?/,
      who: { target: { user: 'target' } },
      what: {
        ocsf: OCSF.authOther,
        action: 'operation',
        outcome: {
          of: 'result',
          map: { 'successfully authenticated': 'success' },
          else: 'failure',
        },
      },
      message: 'polkit: {user} {result} for {operation}',
    },
    {
      match:
        /^(?<user>\S+): (?:Executing command|(?<reason>[^[]*)) (?:\[USER=(?<USER>[^\]]*)\]) (?:\[TTY=(?<TTY>[^\]]*)\]) (?:\[CWD=(?<CWD>[^\]]*)\]) (?:\[COMMAND=(?<COMMAND>.*)\])$/,
      who: { target: { user: 'USER' } },
      what: {
        ocsf: OCSF.processLaunch,
        action: "'pkexec'",
        outcome: { of: 'reason', else: 'failure', empty: 'success' },
        object: 'COMMAND',
      },
      message: 'pkexec: {user} as {USER}: {COMMAND}',
    },
  ],
} as const satisfies TextRows
