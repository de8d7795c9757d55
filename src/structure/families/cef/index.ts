import type { FamilyMap } from '../../mapping.ts'
import { OCSF } from '../../ocsf.ts'

const GOOD = /^(accept|allow|permit|pass|success|ok|detect|alert|none)/i
const BAD = /den(y|ied)|block|drop|reject|fail|prevent|quarantine|refus|error|terminat/i

/** Any product that speaks CEF. Source: ArcSight Common Event Format, revision 25, extension dictionary. */
export const cef = {
  id: 'cef',
  summary: 'Products that speak the Common Event Format and have no mapping of their own.',
  logsources: [{ product: 'cef' }],
  rank: 80,
  recognise: [{ formats: ['cef'] }],
  alias: { src_ip: 'src', dst_ip: 'dst', src_port: 'spt', dst_port: 'dpt', action: 'act' },
  when: { time: 'rt|start|deviceReceiptTime|end|$time', end: 'end' },
  who: {
    user: 'suser|duser|sourceUserName|destinationUserName|suid|duid',
    userId: 'suid',
    domain: 'sntdom|dntdom',
    target: { user: 'duser|destinationUserName', userId: 'duid', domain: 'dntdom' },
  },
  what: {
    ocsf: [
      {
        of: 'Name|act',
        match: [
          [/log(ged)?[ _-]?(in|on)\b|authenticat|sign-?in/i, OCSF.logon],
          [/log(ged)?[ _-]?(out|off)\b/i, OCSF.logoff],
        ],
      },
      { of: 'requestMethod', else: OCSF.httpOther },
      { of: 'dst|destinationAddress|c6a3|src|sourceAddress|c6a2', else: OCSF.networkTraffic },
      OCSF.other,
    ],
    action: 'act|deviceAction|Name|DeviceEventClassID',
    outcome: [
      {
        of: 'outcome|eventOutcome|categoryOutcome',
        match: [
          [/succ|ok|allow|^\/Success/i, 'success'],
          [/fail|den|block|err/i, 'failure'],
        ],
      },
      {
        of: 'act|deviceAction',
        match: [
          [BAD, 'failure'],
          [GOOD, 'success'],
        ],
      },
    ],
    severity: {
      of: 'Severity',
      map: { 0: 1, 1: 1, 2: 1, 3: 1, 4: 3, 5: 3, 6: 3, 7: 4, 8: 4, 9: 5, 10: 5 },
      match: [
        [/^very-?high|critical|fatal/i, 5],
        [/^high/i, 4],
        [/^med/i, 3],
        [/^low/i, 2],
      ],
    },
    object: 'fname|filePath|request|requestUrl|app|cs1|destinationServiceName',
    code: 'DeviceEventClassID',
  },
  where: {
    srcIp: 'src|sourceAddress|c6a2',
    srcPort: 'spt|sourcePort',
    dstIp: 'dst|destinationAddress|c6a3',
    dstPort: 'dpt|destinationPort',
    host: 'dvchost|deviceHostName|$host|dvc|deviceAddress',
    url: 'request|requestUrl',
  },
  message: '{DeviceVendor} {DeviceProduct}: {Name}[ ({act})][ {user}][ {srcIp}][ to {dstIp}]',
} as const satisfies FamilyMap
