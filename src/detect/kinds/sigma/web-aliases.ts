import type { Event } from '#shape/event.ts'

type Alias = (event: Event) => unknown

const MAX_DEPTH_FIELDS = 40

/** The first of several native names (dots lead into nested objects) that the event holds. */
function first(...names: readonly string[]): Alias {
  return (event) => {
    for (const name of names) {
      const value = name.includes('.') ? nested(event.fields, name) : own(event.fields, name)
      if (value !== null && value !== undefined && value !== '-') return value
    }
    return undefined
  }
}

function own(holder: object, name: string): unknown {
  return Object.hasOwn(holder, name) ? Reflect.get(holder, name) : undefined
}

function nested(fields: object, path: string): unknown {
  const whole = own(fields, path)
  if (whole !== undefined) return whole
  let value: unknown = fields
  for (const part of path.split('.')) {
    if (typeof value !== 'object' || value === null) return undefined
    value = own(value, part)
  }
  return value
}

function either(...aliases: readonly Alias[]): Alias {
  return (event) => {
    for (const alias of aliases) {
      const value = alias(event)
      if (value !== undefined && value !== null && value !== '') return value
    }
    return undefined
  }
}

const requestLine = first('request', 'request_line')

/** The path and query of a web request, as sent. */
function target(event: Event): string | undefined {
  const named = first(
    'cs-uri',
    'request_uri',
    'requestUri',
    'uri',
    'url.original',
    'url',
    'request_url',
  )(event)
  if (typeof named === 'string') return named
  const line = requestLine(event)
  if (typeof line === 'string') return line.split(' ')[1] ?? line
  return event.where.url ?? event.what.object
}

function pathOf(event: Event): string | undefined {
  const whole = target(event)
  return whole?.replace(/^[a-z]+:\/\/[^/]*/i, '').split('?')[0]
}

/** The query with its path: rules look for path traversal and parameters in `cs-uri-query`. */
function queryOf(event: Event): string | undefined {
  const args = first('query_string', 'args', 'query')(event)
  return target(event) ?? (typeof args === 'string' ? args : undefined)
}

function hostOfUrl(event: Event): string | undefined {
  return /^[a-z]+:\/\/([^/:?#]+)/i.exec(target(event) ?? '')?.[1]
}

function extensionOf(event: Event): string | undefined {
  return /\.([A-Za-z0-9]{1,10})$/.exec(pathOf(event) ?? '')?.[1]
}

/** `comm a0 a1 …` of an execve record of auditd. */
function auditCommand(event: Event): string | undefined {
  const words: string[] = []
  for (let at = 0; at < MAX_DEPTH_FIELDS; at += 1) {
    const word = Object.hasOwn(event.fields, `a${at}`) ? event.fields[`a${at}`] : undefined
    if (typeof word !== 'string') break
    words.push(word)
  }
  return words.length === 0 ? undefined : words.join(' ')
}

const agent = first(
  'http_user_agent',
  'user_agent',
  'userAgent',
  'agent',
  'cs(User-Agent)',
  'useragent',
  'user_agent.original',
)
const method: Alias = either(
  first('method', 'request_method', 'http_method', 'cs-method', 'http.request.method'),
  (event) => {
    const line = requestLine(event)
    return typeof line === 'string' ? line.split(' ')[0] : undefined
  },
)
const status = either(
  first('status', 'status_code', 'response', 'http_status', 'http.response.status_code'),
  (event) => event.what.code,
)
const source: Alias = (event) => event.where.srcIp
const destination: Alias = (event) => event.where.dstIp
const user: Alias = (event) => event.who.user
const host = either(first('host', 'http_host', 'vhost', 'server_name'), hostOfUrl)

const ROWS: Readonly<Record<string, Alias>> = {
  action: either(
    first('act', 'deviceAction', 'disposition', 'result'),
    (event) => event.what.action,
  ),
  'c-ip': source,
  'c-uri': target,
  'c-uri-extension': extensionOf,
  'c-uri-query': queryOf,
  'c-uri-stem': pathOf,
  'c-useragent': agent,
  commandline: either(
    first('proctitle', 'cmdline', 'cmd', 'command', 'process.command_line'),
    auditCommand,
  ),
  'cs-host': host,
  'cs-method': method,
  'cs-referer': first('http_referer', 'referer', 'referrer', 'cs(Referer)'),
  'cs-uri': target,
  'cs-uri-query': queryOf,
  'cs-uri-stem': pathOf,
  'cs-user-agent': agent,
  'cs-username': user,
  destinationhostname: first('dest_host', 'dhost'),
  destinationip: destination,
  destinationport: (event) => event.where.dstPort,
  dst_ip: destination,
  dst_port: (event) => event.where.dstPort,
  image: first('exe', 'process_path', 'executable', 'process.executable'),
  query: first('rrname', 'qname', 'query_name', 'dns_query', 'QueryName', 'dns.question.name'),
  'r-dns': host,
  record_type: first('rrtype', 'qtype', 'query_type', 'qtype_name'),
  'sc-status': status,
  sourceip: source,
  src_ip: source,
  src_port: (event) => event.where.srcPort,
  user,
  username: user,
}

/** Sigma taxonomy names (web, proxy, firewall, DNS, processes) for events outside Windows. */
export const webAliases: { readonly missing: ReadonlyMap<string, Alias> } = {
  missing: new Map(Object.entries(ROWS)),
}
