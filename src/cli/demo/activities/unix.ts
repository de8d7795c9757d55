import { type Activity, after } from '../activity.ts'
import { CODERS } from '../company.ts'
import { bastion } from '../records/unix.ts'
import type { DemoRecord, Moment } from '../wire.ts'

const COMMANDS = [
  '/usr/bin/systemctl status nginx',
  '/usr/bin/apt update',
  '/usr/bin/journalctl -u ssh',
  '/usr/bin/tail -n 50 /var/log/syslog',
  '/usr/bin/systemctl restart rsyslog',
] as const

function session(moment: Moment): DemoRecord[] {
  const { chance } = moment
  const { user, ip } = chance.pick(CODERS)
  const from = `from ${ip.replace('10.20.30.', '10.20.250.1')} port ${chance.int(49_152, 65_000)}`
  const records: DemoRecord[] = []
  if (chance.happens(0.1))
    records.push(bastion(moment, 'sshd', `Failed password for ${user} ${from} ssh2`))
  records.push(
    bastion(
      after(moment, 5),
      'sshd',
      `Accepted publickey for ${user} ${from} ssh2: ED25519 SHA256:${chance.hex(43)}`,
    ),
    bastion(
      after(moment, 5.1),
      'sshd',
      `pam_unix(sshd:session): session opened for user ${user}(uid=${1000 + user.length}) by (uid=0)`,
    ),
    bastion(
      after(moment, 60),
      'sudo',
      `${user} : TTY=pts/0 ; PWD=/home/${user} ; USER=root ; COMMAND=${chance.happens(0.06) ? '/bin/bash' : chance.pick(COMMANDS)}`,
    ),
    bastion(after(moment, 900), 'sshd', `pam_unix(sshd:session): session closed for user ${user}`),
  )
  return records
}

/** What the bastion sees on ordinary days. */
export const UNIX: readonly Activity[] = [
  { name: 'somebody works on a server', perHour: 3.5, rhythm: 'work', play: session },
]
