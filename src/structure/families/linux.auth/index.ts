import type { FamilyMap } from '../../mapping.ts'
import { OCSF } from '../../ocsf.ts'
import { ACCOUNT_ROWS } from './accounts.ts'
import { PAM_ROWS } from './pam.ts'
import { SESSION_ROWS, SU_ROWS, SUDO_ROWS } from './sessions.ts'
import { SSH_ROWS } from './ssh.ts'

const SSH_APPS = ['sshd', 'sshd-session', 'sshd-auth'] as const

/** Who signed in, became somebody else or changed accounts on a Linux or Unix host: auth.log, secure, the journal. */
export const linuxAuth = {
  id: 'linux.auth',
  summary: 'Sign-ins, sudo, su, PAM, accounts and cron of Linux hosts (auth.log, secure, journal).',
  logsources: [
    { product: 'linux', service: 'auth' },
    { product: 'linux', service: 'cron' },
    { product: 'linux', service: 'sshd' },
    { product: 'linux', service: 'sudo' },
  ],
  rank: 40,
  recognise: [
    {
      apps: [
        ...SSH_APPS,
        ...ACCOUNT_ROWS.apps,
        ...SUDO_ROWS.apps,
        ...SU_ROWS.apps,
        ...SESSION_ROWS.apps,
      ],
    },
    { text: /^ ?pam_\w+\([^)]*\): / },
    {
      text: /^ ?(?:Accepted|Failed) (?:password|publickey|none|keyboard-interactive\S*|gssapi\S*|hostbased) for /,
    },
  ],
  texts: [
    PAM_ROWS,
    SUDO_ROWS,
    { ...SSH_ROWS, apps: SSH_APPS },
    ACCOUNT_ROWS,
    SU_ROWS,
    SESSION_ROWS,
    // Some senders drop the program name; these lines say by themselves whose they are.
    { of: '$text:trim', rows: SSH_ROWS.rows.slice(0, 2) },
  ],
  who: { user: 'user' },
  what: { ocsf: OCSF.other },
  where: { srcIp: 'ip', srcPort: 'port' },
  message: "{$app|'linux'}: {$text}",
} as const satisfies FamilyMap
