const V4 = /^(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)){3}$/
const V4_PORT = /^(\d{1,3}(?:\.\d{1,3}){3})[:#](\d{1,5})$/
const BRACKETED = /^\[([0-9a-f:.]+)(?:%[^\]]*)?\](?::(\d{1,5}))?$/i
const MAPPED = /^(?:0{0,4}:){2,5}ffff:(\d{1,3}(?:\.\d{1,3}){3})$/i

/** An address with the port that was written with it. */
export interface Endpoint {
  readonly ip: string
  readonly port?: number
}

/**
 * The address in a text: `1.2.3.4`, `1.2.3.4:80`, `[::1]:80`, `fe80::1%eth0`, `::ffff:1.2.3.4` (given as v4).
 * IPv6 comes out in the form of RFC 5952,
 * so that one address has one name. Undefined for names, networks and anything else.
 */
export function endpointOf(text: string): Endpoint | undefined {
  if (text.length > 60) return undefined
  if (V4.test(text)) return { ip: text }
  const withPort = V4_PORT.exec(text)
  if (withPort) return withEndpoint(withPort[1] ?? '', withPort[2])
  const bracketed = BRACKETED.exec(text)
  if (bracketed) return withEndpoint(bracketed[1] ?? '', bracketed[2])
  return withEndpoint(text)
}

/** The address of a text without its port, as endpointOf. */
export function ipOf(text: string): string | undefined {
  return endpointOf(text)?.ip
}

function withEndpoint(text: string, port?: string): Endpoint | undefined {
  const ip = bareIp(text)
  if (ip === undefined) return undefined
  const number = port === undefined ? Number.NaN : Number(port)
  return number >= 0 && number <= 65_535 ? { ip, port: number } : { ip }
}

function bareIp(text: string): string | undefined {
  if (V4.test(text)) return text
  if (!text.includes(':')) return undefined
  const percent = text.indexOf('%')
  const bare = (percent === -1 ? text : text.slice(0, percent)).toLowerCase()
  const mapped = MAPPED.exec(bare)
  if (mapped) return bareIp(mapped[1] ?? '')
  return isV6(bare) ? shortest(bare) : undefined
}

/** RFC 5952: no leading zeros, and `::` for the first of the longest runs of two zero groups or more. */
function shortest(text: string): string {
  const [head = '', tail] = text.split('::')
  const left = groupsOf(head)
  const right = tail === undefined ? [] : groupsOf(tail)
  const zeros: number[] = Array(8 - left.length - right.length).fill(0)
  const groups = [...left, ...zeros, ...right]
  const run = longestZeros(groups)
  const hex = groups.map((group) => group.toString(16))
  if (run.length < 2) return hex.join(':')
  return `${hex.slice(0, run.start).join(':')}::${hex.slice(run.start + run.length).join(':')}`
}

function groupsOf(half: string): number[] {
  if (half === '') return []
  return half.split(':').flatMap((group) => {
    if (!group.includes('.')) return [Number.parseInt(group, 16)]
    const [a = 0, b = 0, c = 0, d = 0] = group.split('.').map(Number)
    return [a * 256 + b, c * 256 + d]
  })
}

function longestZeros(groups: readonly number[]): { start: number; length: number } {
  let best = { start: 0, length: 0 }
  let start = 0
  for (const [at, group] of groups.entries()) {
    if (group !== 0) start = at + 1
    else if (at + 1 - start > best.length) best = { start, length: at + 1 - start }
  }
  return best
}

/** RFC 4291: eight groups of up to four hex digits, one run of zero groups as `::`, the last two may be a v4 address. */
function isV6(text: string): boolean {
  if (!/^[0-9a-f:.]+$/.test(text)) return false
  const halves = text.split('::')
  if (halves.length > 2) return false
  const groups = halves.flatMap((half) => (half === '' ? [] : half.split(':')))
  const last = groups.at(-1) ?? ''
  const tail = last.includes('.')
  if (tail && !V4.test(last)) return false
  const hex = tail ? groups.slice(0, -1) : groups
  if (!hex.every((group) => group.length > 0 && group.length <= 4 && !group.includes('.')))
    return false
  const count = hex.length + (tail ? 2 : 0)
  return halves.length === 2 ? count <= 7 : count === 8
}

const PRIVATE =
  /^(?:0\.|10\.|127\.|169\.254\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.|::1?$|f[cd][0-9a-f]{2}:|fe[89ab][0-9a-f]:)/

/** True for addresses of no public network: private, loopback, link-local, shared, unique local. */
export function isPrivate(ip: string): boolean {
  return PRIVATE.test(ip)
}
