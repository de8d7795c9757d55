import { bad, good, type Outcome } from '#base/outcome.ts'
import { canonicalAddress, isAddressOrRange } from '#plan/index.ts'
import type { IndicatorKind } from '#shape/indicator.ts'
import { refang } from './refang.ts'

/** What an indicator says, without who says it. */
export interface Observable {
  readonly kind: IndicatorKind
  readonly value: string
}

const MAX_CHARS = 4_096

const KIND_WORDS: Readonly<Record<string, IndicatorKind>> = {
  domain: 'domain',
  'domain-name': 'domain',
  domainname: 'domain',
  fqdn: 'domain',
  host: 'domain',
  hostname: 'domain',
  email: 'email',
  'email-addr': 'email',
  'email-dst': 'email',
  'email-src': 'email',
  ip: 'ip',
  'ip-dst': 'ip',
  'ip-port': 'ip',
  'ip-src': 'ip',
  'ip:port': 'ip',
  ipv4: 'ip',
  'ipv4-addr': 'ip',
  ipv6: 'ip',
  'ipv6-addr': 'ip',
  md5: 'md5',
  'md5-hash': 'md5',
  'filehash-md5': 'md5',
  'filehash-sha1': 'sha1',
  'filehash-sha256': 'sha256',
  sha1: 'sha1',
  'sha-1': 'sha1',
  'sha1-hash': 'sha1',
  sha256: 'sha256',
  'sha-256': 'sha256',
  'sha256-hash': 'sha256',
  link: 'url',
  uri: 'url',
  url: 'url',
  'user-agent': 'user-agent',
  useragent: 'user-agent',
}

/** The kind that a feed's own word stands for; undefined for words like `hash` that leave it to the value. */
export function kindOfWord(word: string): IndicatorKind | undefined {
  return KIND_WORDS[
    word
      .trim()
      .toLowerCase()
      .replaceAll(/[\s_]+/g, '-')
  ]
}

/**
 * The canonical form of an indicator: refanged, lower case where case does not count, IPv4-mapped addresses unwrapped,
 * ports of addresses dropped. Without a kind it is inferred from the value; user agents are never inferred. Answers
 * `indicator.empty`, `indicator.too-long`, `indicator.range`, `indicator.unknown`, `indicator.not-<kind>`. Idempotent.
 */
export function normaliseIndicator(raw: string, kind?: IndicatorKind): Outcome<Observable> {
  if (raw.length > MAX_CHARS) return bad('indicator.too-long')
  if (kind === 'user-agent') {
    const value = raw.trim()
    return value === '' ? bad('indicator.empty') : good({ kind, value })
  }
  const text = refang(raw)
  if (text === '') return bad('indicator.empty')
  if (kind !== undefined) return normaliseAs(kind, text)
  if (text.includes('/') && isAddressOrRange(text)) return bad('indicator.range')
  for (const guess of GUESS_ORDER) {
    const found = normaliseAs(guess, text)
    if (found.ok) return found
  }
  return bad('indicator.unknown')
}

const GUESS_ORDER: readonly IndicatorKind[] = [
  'ip',
  'sha256',
  'sha1',
  'md5',
  'url',
  'email',
  'domain',
]

const READERS: Readonly<Record<IndicatorKind, (text: string) => string | undefined>> = {
  domain: readDomain,
  email: readEmail,
  ip: readIp,
  md5: (text) => readHash(text, 32),
  sha1: (text) => readHash(text, 40),
  sha256: (text) => readHash(text, 64),
  url: readUrl,
  'user-agent': (text) => text,
}

function normaliseAs(kind: IndicatorKind, text: string): Outcome<Observable> {
  if (kind === 'ip' && text.includes('/') && isAddressOrRange(text)) return bad('indicator.range')
  const value = READERS[kind](text)
  return value === undefined ? bad(`indicator.not-${kind}`) : good({ kind, value })
}

function readIp(text: string): string | undefined {
  const whole = canonicalAddress(text)
  if (whole !== undefined) return whole
  const [, six, four] = /^(?:\[([0-9a-f:.]+)\]|([0-9.]+)):\d{1,5}$/i.exec(text) ?? []
  return canonicalAddress(six ?? four ?? '')
}

function readHash(text: string, digits: number): string | undefined {
  const hex = text.toLowerCase()
  return hex.length === digits && /^[0-9a-f]+$/.test(hex) ? hex : undefined
}

function readUrl(text: string): string | undefined {
  if (!/^[a-z][a-z0-9+.-]{1,15}:\/\//i.test(text)) return undefined
  const url = URL.parse(text)
  if (!url || url.hostname === '') return undefined
  url.hash = ''
  return url.href
}

function readEmail(text: string): string | undefined {
  const at = text.lastIndexOf('@')
  const domain = readDomain(text.slice(at + 1))
  const local = text.slice(0, Math.max(0, at))
  if (domain === undefined || !/^[^\s@"<>]{1,64}$/.test(local)) return undefined
  return `${local.toLowerCase()}@${domain}`
}

/** Host name as it goes over the wire: punycode, lower case, no dot at the end. At least two labels. */
function readDomain(text: string): string | undefined {
  const bare = text.replace(/\.$/, '').replace(/^\*\./, '')
  if (!bare.includes('.') || /[\s/:@?#\\]/.test(bare)) return undefined
  const host = URL.parse(`http://${bare}/`)?.hostname
  if (host === undefined || host.length > 253 || canonicalAddress(host) !== undefined)
    return undefined
  const labels = host.split('.')
  const isName = labels.every((label) => /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/.test(label))
  return isName && /[a-z]/.test(labels.at(-1) ?? '') ? host : undefined
}
