import type { FamilyMap } from '../../mapping.ts'
import { OCSF } from '../../ocsf.ts'

/**
 * Access logs of nginx (and of what writes the same combined format), its error log, and access logs as JSON. Text lines
 * get the W3C names that webserver rules speak; `cs-uri-query` holds the whole target, as those rules expect.
 * Source: nginx ngx_http_log_module, predefined format `combined`.
 */
export const nginxAccess = {
  id: 'nginx.access',
  summary: 'nginx access log (combined, with host or proxies in front, JSON) and error log.',
  logsources: [
    { category: 'webserver' },
    { category: 'webserver', product: 'nginx' },
    { product: 'nginx' },
    { product: 'apache' },
    { category: 'webserver', product: 'apache' },
  ],
  rank: 35,
  recognise: [
    { text: /^[^[\n]{3,1024} \[\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d [+-]\d{4}\] "/ },
    { text: /^\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d \[\w{4,6}\] \d+#\d+: / },
    { keys: ['remote_addr', 'status', 'request|request_uri|uri'] },
    { keys: ['request_method', 'status', 'request_uri|uri', 'time_iso8601|time_local|msec|time'] },
  ],
  texts: [
    {
      rows: [
        {
          match:
            /^(?:(?<vhost>[\w.:[\]-]{1,255}) )?(?<remote>(?!- )[^\s,]{1,255}(?:, ?[^\s,]{1,255}| [0-9A-Fa-f]{0,4}[.:][0-9A-Fa-f.:]{1,45}){0,31}) (?<ident>\S{1,255}) (?<user>[^[]{1,255}?) \[(?<time>[^\]]{20,40})\] "(?<request>(?:[^"\\]|\\.)*)" (?<status>\d{3}) (?<bytes>\d+|-)(?: "(?<referer>(?:[^"\\]|\\.)*)" "(?<agent>(?:[^"\\]|\\.)*)")?(?: (?<rest>.*))?/,
        },
        {
          match:
            /^(?<time>\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d) \[(?<level>\w+)\] (?<pid>\d+)#\d+: (?:\*\d+ )?(?<error>.*?), client: (?<remote>[^\s,]+)(?:, server: (?<server>[^,]*))?(?:, request: "(?<request>(?:[^"\\]|\\.)*)")?(?:.*?, host: "(?<vhost>[^"]*)")?/s,
          what: {
            action: "'error'",
            outcome: 'failure',
            severity: { of: 'level', map: { emerg: 6, alert: 5, crit: 5, error: 4, warn: 3 } },
          },
          message: 'nginx: {error}[ ({remote})]',
        },
        {
          match:
            /^(?<time>\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d) \[(?<level>\w+)\] (?<pid>\d+)#\d+: (?:\*\d+ )?(?<error>.*)$/s,
          what: {
            ocsf: OCSF.appOther,
            action: "'error'",
            severity: { of: 'level', map: { emerg: 6, alert: 5, crit: 5, error: 4, warn: 3 } },
          },
          message: 'nginx: {error}',
        },
      ],
    },
  ],
  rename: {
    vhost: 'cs-host',
    user: 'cs-username',
    bytes: 'sc-bytes',
    status: 'sc-status',
    referer: 'cs-referer',
    agent: 'cs-user-agent',
  },
  alias: {
    'c-ip': 'remote:public-ip|http_x_forwarded_for:public-ip|remote_addr|client_ip|client',
    'cs-method': 'request:http-method|request_method|method',
    'cs-uri-query': 'request:http-target|request_uri|uri|url|path',
    'c-uri': 'cs-uri-query',
    'cs-uri-stem': 'cs-uri-query:path-of-url',
    'cs-version': 'request:http-version|server_protocol',
    'cs-host': 'http_host|host|vhost|server_name',
    'cs-username': 'remote_user',
    'cs-referer': 'http_referer|http_referrer|referer|referrer',
    'cs-user-agent': 'http_user_agent|user_agent|agent',
    'sc-status': 'status',
    'sc-bytes': 'body_bytes_sent|bytes_sent|bytes',
  },
  when: { time: 'time_iso8601|msec|time|time_local|timestamp|@timestamp|$time' },
  who: { user: 'cs-username' },
  what: {
    ocsf: {
      of: 'cs-method:upper',
      map: {
        CONNECT: [4002, 1],
        DELETE: [4002, 2],
        GET: [4002, 3],
        HEAD: [4002, 4],
        OPTIONS: [4002, 5],
        POST: [4002, 6],
        PUT: [4002, 7],
        TRACE: [4002, 8],
        PATCH: [4002, 9],
      },
      else: OCSF.httpOther,
      empty: OCSF.httpOther,
    },
    action: "cs-method|'request'",
    outcome: {
      of: 'sc-status',
      match: [
        [/^[123]/, 'success'],
        [/^[45]/, 'failure'],
      ],
    },
    object: 'cs-uri-stem|request',
    code: 'sc-status',
  },
  where: {
    srcIp: 'c-ip',
    dstIp: 'server_addr|cs-host',
    dstPort: 'server_port',
    host: '$host|hostname',
    url: 'cs-uri-query',
  },
  message:
    "{cs-method|'request'} {cs-uri-query|request|'(empty)'}[ {code}][ from {srcIp}][ by {user}]",
} as const satisfies FamilyMap
