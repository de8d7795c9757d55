import type { FamilyMap } from '../../mapping.ts'
import { OCSF } from '../../ocsf.ts'

/** Events that a shipper structured already in the Elastic Common Schema. Source: Elastic Common Schema 9. */
export const ecs = {
  id: 'ecs',
  summary: 'Events that arrive structured in the Elastic Common Schema.',
  logsources: [{ product: 'ecs' }],
  rank: 70,
  recognise: [
    {
      keys: [
        '@timestamp',
        'event.action|event.category|event.dataset',
        'event.kind|event.category|event.outcome|ecs.version',
      ],
    },
  ],
  when: { time: '@timestamp|event.start|event.created', end: 'event.end' },
  who: {
    user: 'user.name|client.user.name|source.user.name|user.email|user.id|user.full_name',
    userId: 'user.id|client.user.id|source.user.id',
    domain: 'user.domain|source.user.domain',
    target: {
      user: 'user.target.name|user.effective.name|destination.user.name',
      userId: 'user.target.id|user.effective.id|destination.user.id',
      domain: 'user.target.domain|user.effective.domain',
    },
  },
  what: {
    ocsf: {
      of: 'event.category[0]|event.category|event.dataset',
      match: [
        [/^authentication/, OCSF.logon],
        [/^session/, OCSF.sessionOther],
        [/^iam/, OCSF.accountOther],
        [/^process/, OCSF.processOther],
        [/^file/, [1001, 99]],
        [/^network/, OCSF.networkTraffic],
        [/^web/, OCSF.httpOther],
        [/^configuration/, OCSF.configOther],
        [/^(malware|intrusion_detection|threat)/, OCSF.findingCreate],
        [/^registry/, [201002, 99]],
        [/^(api|package)/, OCSF.apiOther],
      ],
      else: OCSF.other,
    },
    action: 'event.action|event.dataset|event.category',
    outcome: { of: 'event.outcome', map: { success: 'success', failure: 'failure' } },
    object: 'file.path|process.name|group.name|rule.name|url.path',
    code: 'event.code',
  },
  where: {
    srcIp: 'source.ip|client.ip',
    srcPort: 'source.port|client.port',
    dstIp: 'destination.ip|server.ip',
    dstPort: 'destination.port|server.port',
    host: 'host.name|host.hostname|observer.hostname|observer.name|$host',
    region: 'cloud.region',
    account: 'cloud.account.id',
    country: 'source.geo.country_name|source.geo.country_iso_code',
    url: 'url.full|url.original',
  },
  message: '{message|action}[ by {user}][ from {srcIp}]',
} as const satisfies FamilyMap
