import type { Status } from '#serve/contract/status.ts'

/** A way to connect a source: what to write where. */
export interface Connection {
  readonly id: string
  readonly name: string
  readonly file: string
  readonly text: string
  readonly note: string
}

type Listening = Status['listening'][number]

/** One line that sends a record to this server from a shell. */
export function firstLineOf(status: Status): string {
  const udp = find(status, 'syslog-udp') ?? find(status, 'syslog')
  if (udp) {
    return `logger --server ${udp.address} --port ${udp.port} --udp --rfc5424 -t sshd "Failed password for root from 203.0.113.9 port 4022 ssh2"`
  }
  return `curl -d '{"message":"hello"}' -H 'Authorization: Bearer TOKEN' ${httpUrl(status)}/intake/first`
}

/** The lines for the common shippers, with the addresses that this server listens on now. */
export function connectionsOf(status: Status): Connection[] {
  const tcp = find(status, 'syslog-tcp') ?? find(status, 'syslog') ?? find(status, 'syslog-udp')
  const url = httpUrl(status)
  const loopback = isLoopback(tcp?.address ?? '127.0.0.1')
  return [
    {
      id: 'rsyslog',
      name: 'rsyslog',
      file: '/etc/rsyslog.d/90-vedette.conf',
      text: rsyslogLines(tcp),
      note: loopback
        ? 'This server listens on loopback only. To receive from other machines, set “listen” in vedette.yaml to an address of this host.'
        : 'Then: systemctl restart rsyslog. The queue on disk keeps records while this server is away.',
    },
    {
      id: 'filebeat',
      name: 'Filebeat',
      file: 'filebeat.yml',
      text: [
        'output.elasticsearch:',
        `  hosts: ["${url}"]`,
        '  api_key: "vedette:TOKEN"',
        '  allow_older_versions: true',
        'setup.ilm.enabled: false',
        'setup.template.enabled: false',
      ].join('\n'),
      note: 'TOKEN is the intake token; “vedette up” prints the file that holds it. Winlogbeat, Auditbeat and Elastic Agent take the same output.',
    },
    {
      id: 'github',
      name: 'GitHub',
      file: 'Organisation → Settings → Webhooks',
      text: [
        `Payload URL:   ${url}/intake/github`,
        'Content type:  application/json',
        'Secret:        the webhook secret of this source in vedette.yaml',
        'Events:        Send me everything',
      ].join('\n'),
      note: 'GitHub must reach this address from the internet. For the audit log stream of GitHub Enterprise choose “Splunk”, the same host, and an intake token.',
    },
  ]
}

/** Lines that put an unplanned source into the plan. */
export function planLinesOf(source: { id: string; family: string }): string {
  return [
    'sources:',
    `  - id: ${JSON.stringify(source.id)}`,
    `    family: ${source.family === 'unknown' ? '# which kind of log it is' : source.family}`,
    '    freshness: 15m',
  ].join('\n')
}

function rsyslogLines(tcp: Listening | undefined): string {
  return [
    `*.* action(type="omfwd" target="${tcp?.address ?? '127.0.0.1'}" port="${tcp?.port ?? 514}" protocol="${tcp?.name === 'syslog-udp' ? 'udp' : 'tcp'}"`,
    '           template="RSYSLOG_SyslogProtocol23Format" TCP_Framing="octet-counted"',
    '           action.resumeRetryCount="-1" queue.type="LinkedList"',
    '           queue.filename="vedette" queue.maxDiskSpace="1g" queue.saveOnShutdown="on")',
  ].join('\n')
}

function find(status: Status, name: string): Listening | undefined {
  return status.listening.find((one) => one.name === name)
}

function httpUrl(status: Status): string {
  const http = find(status, 'http')
  return http?.url ?? `http://${http?.address ?? '127.0.0.1'}:${http?.port ?? 80}`
}

function isLoopback(address: string): boolean {
  return address.startsWith('127.') || address === '::1' || address === 'localhost'
}
