import { COMPANY } from '../company.ts'
import { clfTime, type DemoRecord, type Moment, streamLine } from '../wire.ts'

/** A line of a program on the bastion. Facility authpriv, severity info. */
export function bastion(
  moment: Moment,
  app: 'sshd' | 'sudo' | 'useradd',
  text: string,
): DemoRecord {
  const pid = app === 'sudo' ? 0 : moment.chance.int(800, 32_000)
  return streamLine(moment, { priority: 86, host: COMPANY.bastion.host, app, pid }, text)
}

/** One request to the web shop. */
interface WebRequest {
  readonly ip: string
  readonly method: 'GET' | 'POST'
  readonly target: string
  readonly status: number
  readonly agent: string
  readonly sizeBytes?: number
}

/** A line of the web server in the combined format. Facility local7, severity info. */
export function nginx(moment: Moment, request: WebRequest): DemoRecord {
  const size = request.sizeBytes ?? moment.chance.int(180, 48_000)
  return streamLine(
    moment,
    { priority: 190, host: COMPANY.web.host, app: 'nginx', pid: 812 },
    `${request.ip} - - [${clfTime(moment.time)}] "${request.method} ${request.target} HTTP/1.1" ${request.status} ${size} "-" "${request.agent}"`,
  )
}
