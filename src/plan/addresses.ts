import ipaddr from 'ipaddr.js'

/** An address range or single address in CIDR or plain form, as numbers. */
interface Range {
  readonly bytes: readonly number[]
  readonly bits: number
}

/** A set of addresses and ranges. */
export interface AddressSet {
  readonly size: number
  /** True when the address is in one of the ranges. IPv4-mapped IPv6 counts as IPv4. False for what is no address. */
  has(address: string): boolean
}

/** The canonical text of one address (IPv4-mapped unwrapped, IPv6 compressed), undefined for anything else. */
export function canonicalAddress(text: string): string | undefined {
  const parsed = parseAddress(text)
  return parsed?.toString()
}

/** What kind of network an address belongs to, in the words of ipaddr.js: `unicast`, `private`, `loopback` … */
export function addressRange(text: string): string | undefined {
  return parseAddress(text)?.range()
}

/** True for `10.0.0.0/8`, `2001:db8::/32` or a single address. */
export function isAddressOrRange(text: string): boolean {
  return parseRange(text) !== undefined
}

/** Makes a set out of addresses and CIDR ranges; entries that are neither are left out. */
export function createAddressSet(entries: readonly string[]): AddressSet {
  const ranges = entries.flatMap((entry) => parseRange(entry) ?? [])
  return {
    size: ranges.length,
    has(address) {
      const parsed = parseAddress(address)
      if (!parsed) return false
      const bytes = parsed.toByteArray()
      return ranges.some((range) => contains(range, bytes))
    },
  }
}

/** Strict on purpose: `010.1`, `1` and `0x7f.1` are addresses to some programs only, and a guard must not guess. */
function parseAddress(text: string): ipaddr.IPv4 | ipaddr.IPv6 | undefined {
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return ipaddr.IPv4.parse(text)
  if (!text.includes(':') || text.includes('%') || !ipaddr.IPv6.isValid(text)) return undefined
  const six = ipaddr.IPv6.parse(text)
  return six.isIPv4MappedAddress() ? six.toIPv4Address() : six
}

function parseRange(text: string): Range | undefined {
  const [head = '', tail, more] = text.split('/')
  if (more !== undefined) return undefined
  const address = parseAddress(head)
  if (!address) return undefined
  const bytes = address.toByteArray()
  if (tail === undefined) return { bytes, bits: bytes.length * 8 }
  if (!/^\d{1,3}$/.test(tail)) return undefined
  // A mapped range (::ffff:10.0.0.0/104) was unwrapped to four bytes: its prefix shrinks by the 96 bits before them.
  const wasMapped = head.includes(':') && bytes.length === 4
  const bits = Number(tail) - (wasMapped ? 96 : 0)
  return bits >= 0 && bits <= bytes.length * 8 ? { bytes, bits } : undefined
}

function contains(range: Range, bytes: readonly number[]): boolean {
  if (range.bytes.length !== bytes.length) return false
  for (let at = 0; at * 8 < range.bits; at += 1) {
    const left = Math.min(8, range.bits - at * 8)
    const mask = (0xff << (8 - left)) & 0xff
    if (((range.bytes[at] ?? 0) & mask) !== ((bytes[at] ?? 0) & mask)) return false
  }
  return true
}
