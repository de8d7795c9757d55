/** An address or network: v4 as one 32-bit word, v6 as four. */
export interface Address {
  readonly version: 4 | 6
  readonly words: readonly number[]
}

/** A network in CIDR form. */
export interface Network extends Address {
  readonly prefix: number
}

const V4 = /^(0|[1-9][0-9]{0,2})\.(0|[1-9][0-9]{0,2})\.(0|[1-9][0-9]{0,2})\.(0|[1-9][0-9]{0,2})$/
const V6 = /^[0-9a-fA-F:.]{2,45}$/
const GROUP = /^[0-9a-fA-F]{1,4}$/

/** An IP address; `::ffff:a.b.c.d` is its v4 address, a zone id is ignored. Undefined for any other text. */
export function parseAddress(text: string): Address | undefined {
  if (text.length > 60) return undefined
  const v4 = parseV4(text)
  if (v4 !== undefined) return { version: 4, words: [v4] }
  const zone = text.indexOf('%')
  const words = parseV6(zone === -1 ? text : text.slice(0, zone))
  if (words === undefined) return undefined
  const last = words[3] ?? 0
  if (words[0] === 0 && words[1] === 0 && words[2] === 0xffff) return { version: 4, words: [last] }
  return { version: 6, words }
}

/** A network; a bare address is one of full length. Undefined when it is none or has host bits set. */
export function parseNetwork(text: string): Network | undefined {
  const slash = text.indexOf('/')
  const base = slash === -1 ? text : text.slice(0, slash)
  const address = parseAddress(base)
  if (address === undefined || base.includes('%')) return undefined
  const mapped = address.version === 4 && base.includes(':') ? 96 : 0
  const bits = address.words.length * 32
  const tail = slash === -1 ? String(bits + mapped) : text.slice(slash + 1)
  const prefix = /^[0-9]{1,3}$/.test(tail) ? Number(tail) - mapped : -1
  if (prefix < 0 || prefix > bits) return undefined
  const network = { ...address, prefix }
  const clean = address.words.every((word, at) => (word & ~maskOf(prefix, at)) === 0)
  return clean ? network : undefined
}

/** Whether the address lies in the network. Versions never mix. */
export function isInside(address: Address, network: Network): boolean {
  if (address.version !== network.version) return false
  return address.words.every(
    (word, at) => ((word ^ (network.words[at] ?? 0)) & maskOf(network.prefix, at)) === 0,
  )
}

function maskOf(prefix: number, word: number): number {
  const bits = Math.max(0, Math.min(32, prefix - word * 32))
  return bits === 0 ? 0 : (0xffffffff << (32 - bits)) | 0
}

function parseV4(text: string): number | undefined {
  const match = V4.exec(text)
  if (match === null) return undefined
  let word = 0
  for (let at = 1; at <= 4; at += 1) {
    const octet = Number(match[at])
    if (octet > 255) return undefined
    word = (word << 8) | octet
  }
  return word | 0
}

function parseV6(text: string): number[] | undefined {
  if (!V6.test(text)) return undefined
  const halves = text.split('::')
  if (halves.length > 2) return undefined
  const head = groupsOf(halves[0] ?? '', halves.length === 1)
  const tail = groupsOf(halves[1] ?? '', true)
  if (head === undefined || tail === undefined) return undefined
  const missing = 8 - head.length - tail.length
  if (halves.length === 1 ? missing !== 0 : missing < 1) return undefined
  const groups = [...head, ...new Array<number>(missing).fill(0), ...tail]
  return [0, 2, 4, 6].map((at) => ((groups[at] ?? 0) << 16) | (groups[at + 1] ?? 0) | 0)
}

function groupsOf(text: string, mayEndInV4: boolean): number[] | undefined {
  if (text === '') return []
  const groups: number[] = []
  const parts = text.split(':')
  for (const [at, part] of parts.entries()) {
    if (part.includes('.')) {
      const v4 = parseV4(part)
      if (v4 === undefined || !mayEndInV4 || at !== parts.length - 1) return undefined
      groups.push(v4 >>> 16, v4 & 0xffff)
    } else if (GROUP.test(part)) groups.push(Number.parseInt(part, 16))
    else return undefined
  }
  return groups
}
