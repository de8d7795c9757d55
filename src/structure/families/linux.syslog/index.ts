import type { FamilyMap } from '../../mapping.ts'
import { OCSF } from '../../ocsf.ts'

/** Any other syslog line: which program on which host said what. */
export const linuxSyslog = {
  id: 'linux.syslog',
  summary:
    'Syslog lines of any program that no other family knows: host, program, process id, text.',
  logsources: [
    { product: 'linux', service: 'clamav' },
    { product: 'linux', service: 'guacamole' },
    { product: 'linux', service: 'modsecurity' },
    { product: 'linux', service: 'syslog' },
    { product: 'linux', service: 'vsftpd' },
  ],
  rank: 90,
  recognise: [
    { formats: ['syslog'] },
    { formats: ['kv'], keys: ['$app', 'message', 'host|facility'] },
    {
      keys: [
        '$app',
        'message',
        '_BOOT_ID|_MACHINE_ID|SYSLOG_IDENTIFIER|PROGRAM|programname|syslogtag|log.syslog',
      ],
    },
  ],
  what: {
    ocsf: OCSF.other,
    severity: {
      of: 'severity',
      map: { emerg: 6, alert: 5, crit: 5, err: 4, warning: 3 },
    },
  },
  message: '[{$app}: ]{$text}',
} as const satisfies FamilyMap
