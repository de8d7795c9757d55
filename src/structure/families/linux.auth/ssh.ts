import type { TextRows } from '../../mapping.ts'
import { OCSF } from '../../ocsf.ts'

const LOGIN = { ocsf: OCSF.logon, action: "'ssh_login'" } as const
const PROBE = { ocsf: OCSF.networkFail, outcome: 'failure' } as const

/*
 * User names come from the network and may hold spaces and the words of these lines (`root from 1.2.3.4 port 22`), so the
 * user is always matched greedily: the last address of the line is the one that sshd wrote.
 */

/** Lines of the OpenSSH server. Source: OpenSSH auth.c, packet.c, sshd.c. */
export const SSH_ROWS = {
  rows: [
    {
      match:
        /^Accepted (?<method>\S+) for (?<user>.*) from (?<ip>\S+) port (?<port>\d+)(?: ssh\d)?(?:: (?<key>.*))?$/,
      what: { ...LOGIN, outcome: 'success', code: 'method' },
      message: 'sshd: accepted {method} for {user} from {ip}',
    },
    {
      match:
        /^(?:message repeated (?<repeated>\d+) times: \[ ?)?Failed (?<method>\S+) for (?<invalid>invalid user |illegal user )?(?<user>.*) from (?<ip>\S+)(?: port (?<port>\d+))?/,
      what: { ...LOGIN, outcome: 'failure', severity: 2, code: 'method' },
      message: 'sshd: failed {method} for [{invalid}]{user} from {ip}[ ({repeated} times)]',
    },
    {
      match: /^(?:Invalid|Illegal) user (?<user>.*) from (?<ip>\S+)(?: port (?<port>\d+))?$/,
      what: { ...LOGIN, outcome: 'failure', severity: 2, code: "'invalid-user'" },
      message: 'sshd: invalid user {user} from {ip}',
    },
    {
      match: /^User (?<user>.*) from (?<ip>\S+) not allowed because (?<reason>.*)$/,
      what: { ...LOGIN, outcome: 'failure', severity: 2, code: 'reason' },
      message: 'sshd: {user} from {ip} not allowed: {reason}',
    },
    {
      match:
        /^error: maximum authentication attempts exceeded for (?:invalid user )?(?<user>.*) from (?<ip>\S+) port (?<port>\d+)/,
      what: { ...LOGIN, outcome: 'failure', severity: 3, code: "'max-attempts'" },
      message: 'sshd: too many attempts for {user} from {ip}',
    },
    {
      match:
        /^error: PAM: (?<reason>.*) for (?:illegal user |invalid user )?(?<user>.*) from (?<ip>\S+)$/,
      what: { ...LOGIN, outcome: 'failure', severity: 2, code: 'reason' },
      message: 'sshd: {reason} for {user} from {ip}',
    },
    {
      match: /^ROOT LOGIN REFUSED FROM (?<ip>\S+)(?: port (?<port>\d+))?/,
      who: { user: "'root'" },
      what: { ...LOGIN, outcome: 'failure', severity: 3, code: "'root-refused'" },
      message: 'sshd: root login refused from {ip}',
    },
    {
      match:
        /^(?:Connection (?:closed|reset) by|Disconnected from|Disconnecting) (?<stage>authenticating|invalid) user (?<user>.*) (?<ip>[0-9A-Fa-f:.]+) port (?<port>\d+)(?<preauth> \[preauth\]|: .*)?$/,
      // Not `ssh_login`: the attempt itself was logged before, and must not count twice.
      what: { ocsf: OCSF.logon, action: "'ssh_preauth'", outcome: 'failure', severity: 2 },
      message: 'sshd: {stage} user {user} from {ip} left before signing in',
    },
    {
      match: /^Disconnected from user (?<user>.*) (?<ip>[0-9A-Fa-f:.]+) port (?<port>\d+)$/,
      what: { ocsf: OCSF.logoff, action: "'ssh_logout'", outcome: 'success' },
      message: 'sshd: {user} from {ip} disconnected',
    },
    {
      match:
        /^Received disconnect from (?<ip>[0-9A-Fa-f.:]+?)(?: port (?<port>\d+))?: ?(?<reason>\d+: ?.*)$/,
      what: { ocsf: OCSF.networkClose, action: "'ssh_disconnect'", code: 'reason' },
      message: 'sshd: {ip} disconnected: {reason}',
    },
    {
      match: /^Starting session: (?<session>.*) for (?<user>\S+) from (?<ip>\S+) port (?<port>\d+)/,
      what: { ocsf: OCSF.logon, action: "'ssh_session'", outcome: 'success', object: 'session' },
      message: 'sshd: {session} started for {user} from {ip}',
    },
    {
      match: /^subsystem request for (?<subsystem>\S+) by user (?<user>\S+)/,
      what: { ocsf: OCSF.sessionOther, action: "'ssh_subsystem'", object: 'subsystem' },
      message: 'sshd: {user} asks for {subsystem}',
    },
    {
      match:
        /^(?:Postponed|Partial) (?<method>\S+) for (?:invalid user |illegal user )?(?<user>.*) from (?<ip>\S+)(?: port (?<port>\d+))?/,
      what: { ocsf: OCSF.authOther, action: "'ssh_postponed'", code: 'method' },
      message: 'sshd: {method} for {user} from {ip} goes on',
    },
    {
      match: /^(?:Accepted|Postponed) key .* found at/,
      what: { ocsf: OCSF.authOther, action: "'ssh_key'" },
    },
    {
      match:
        /^(?:error: )?(?<reason>Did not receive identification string|Bad protocol version identification .*|Unable to negotiate|Connection closed by|Connection reset by|Timeout before authentication for|banner exchange: Connection|kex_exchange_identification: .*|Connection)(?: from| with| for)? (?:connection from )?(?<ip>\d{1,3}(?:\.\d{1,3}){3}|[0-9A-Fa-f]{0,4}:[0-9A-Fa-f:.]+)(?: port (?<port>\d+))?/,
      what: { ...PROBE, action: "'ssh_connection'", code: 'reason' },
      message: 'sshd: {reason} {ip}',
    },
    {
      match: /^reverse mapping checking getaddrinfo for (?<rname>\S+) \[(?<ip>[^\]]+)\] failed/,
      what: { ...PROBE, action: "'ssh_reverse_mapping'", object: 'rname' },
    },
    {
      match: /^Server listening on (?<listen>\S+) port (?<listen_port>\d+)/,
      what: { ocsf: OCSF.appStart, action: "'ssh_listening'", outcome: 'success' },
    },
  ],
} as const satisfies TextRows
