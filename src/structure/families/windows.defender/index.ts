import type { FamilyMap, Slots } from '../../mapping.ts'

function found(words: string): Slots {
  return {
    what: { ocsf: [2004, 1], severity: 4, object: 'Path|ThreatName|Threat Name' },
    message: `{code} ${words}[ {ThreatName|Threat Name}][ in {object}]`,
  }
}

function scan(words: string): Slots {
  return {
    what: { ocsf: [6002, 99], object: 'Scan Type|ScanType' },
    message: `{code} scan ${words}[ ({object})]`,
  }
}

function setting(words: string, severity = 3): Slots {
  return {
    what: { ocsf: [3004, 3], severity, object: 'New Value|Value|Feature Name|FeatureName' },
    message: `{code} ${words}[: {object}]`,
  }
}

/** Microsoft Defender Antivirus: detections, actions taken, protection switched off, settings changed. */
export const windowsDefender = {
  id: 'windows.defender',
  summary: 'Microsoft Defender Antivirus on Windows: detections, actions, protection and settings.',
  logsources: [
    { product: 'windows', service: 'windefend' },
    { product: 'windows', category: 'antivirus' },
    { category: 'antivirus' },
  ],
  recognise: [
    {
      formats: ['winlog'],
      values: { Channel: /^microsoft-windows-windows defender\/(?:operational|whc)$/i },
    },
  ],
  rank: 20,
  when: { time: ['Detection Time', 'TimeCreated_SystemTime'] },
  who: {
    user: 'Detection User:user-of|User:user-of|Security_UserName',
    domain: 'Detection User:domain-of|User:domain-of|Security_UserDomain',
    userId: 'SID|Security_UserID',
  },
  what: {
    ocsf: [6002, 99],
    action: 'EventID',
    code: 'EventID',
    object: 'Path|Threat Name|ThreatName|Process Name',
    severity: [
      { of: 'Severity ID', map: { 1: 2, 2: 3, 4: 4, 5: 5 } },
      { of: 'Level', map: { 1: 5, 2: 4, 3: 3 }, else: 1 },
    ],
  },
  where: { host: 'Computer' },
  message: '{code} Defender event[: {object}]',
  texts: [
    {
      // The id in the header is that of the service that wrote the event.
      of: 'Detection User|User',
      rows: [{ match: /^./, who: { userId: 'SID' } }],
    },
  ],
  cases: [
    {
      of: 'EventID',
      is: {
        1000: scan('started'),
        1001: scan('finished'),
        1002: scan('stopped before its end'),
        1005: scan('failed'),
        1006: found('malware found'),
        1007: found('action taken against malware'),
        1008: { ...found('action against malware failed') },
        1009: { ...found('restored from quarantine') },
        1010: found('could not restore from quarantine'),
        1011: found('deleted from quarantine'),
        1012: found('could not delete from quarantine'),
        1013: setting('detection history deleted'),
        1015: found('suspicious behaviour'),
        1116: found('malware found'),
        1117: found('action taken against malware'),
        1118: found('action against malware failed'),
        1119: found('action against malware failed critically'),
        1120: found('hashes of malware'),
        1121: found('attack surface rule blocked'),
        1122: found('attack surface rule would have blocked'),
        1123: found('controlled folder access blocked'),
        1124: found('controlled folder access would have blocked'),
        1125: found('network protection would have blocked'),
        1126: found('network protection blocked'),
        1127: found('controlled folder access blocked a change'),
        1150: setting('client healthy', 1),
        1151: setting('client health report', 1),
        2000: setting('signatures updated', 1),
        2001: setting('signature update failed', 3),
        2010: setting('cloud signatures updated', 1),
        3002: setting('real-time protection failed', 4),
        5000: setting('real-time protection switched on', 1),
        5001: setting('real-time protection switched off', 4),
        5004: setting('real-time protection configuration changed'),
        5007: setting('configuration changed'),
        5008: setting('engine failed', 4),
        5009: setting('spyware protection switched on', 1),
        5010: setting('spyware protection switched off', 4),
        5011: setting('virus protection switched on', 1),
        5012: setting('virus protection switched off', 4),
        5013: setting('tamper protection blocked a change', 4),
      },
    },
  ],
  alias: { ThreatName: 'Threat Name', ProcessName: 'Process Name' },
} as const satisfies FamilyMap
