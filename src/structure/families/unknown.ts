import type { FamilyMap } from '../mapping.ts'

/**
 * What no mapping knows: still an event, with its fields and what can be read without knowing the sender.
 * Not in the registry: it is what is left when the registry has been asked.
 */
export const unknown = {
  id: 'unknown',
  summary: 'Records that no mapping recognises.',
  logsources: [],
  rank: 100,
  recognise: [],
  when: {
    time: '$time|@timestamp|timestamp|eventTime|event_time|time|ts|datetime|date|created_at|createdAt|published',
  },
  who: { user: 'user.name|username|userName|user_name|user|actor.name|actor' },
  what: { action: 'event.action|action|eventName|event_type|eventType|event|operation|$app' },
  where: {
    host: '$host|host.name|hostname|host',
    srcIp: 'source.ip|src_ip|srcip|client_ip|clientIp|client.ip|remote_addr|sourceIPAddress|ip',
    dstIp: 'destination.ip|dst_ip|dstip|dest_ip',
  },
} as const satisfies FamilyMap
