import { addressRange, createAddressSet } from '#plan/index.ts'
import type { Observable } from './normalise.ts'

/** Says why an indicator would only raise false alarms; undefined when it may stay. */
export type FalsePositiveGuard = (observable: Observable) => string | undefined

/** Anycast resolvers that every network talks to. */
const RESOLVERS: ReadonlySet<string> = new Set([
  '1.0.0.1',
  '1.1.1.1',
  '149.112.112.112',
  '2001:4860:4860::8844',
  '2001:4860:4860::8888',
  '208.67.220.220',
  '208.67.222.222',
  '2606:4700:4700::1001',
  '2606:4700:4700::1111',
  '2620:fe::9',
  '2620:fe::fe',
  '8.8.4.4',
  '8.8.8.8',
  '9.9.9.9',
])

/** Names under which half of the internet lives: as a whole domain they say nothing. */
const COMMON_DOMAINS: ReadonlySet<string> = new Set([
  'amazonaws.com',
  'apple.com',
  'azureedge.net',
  'cloudflare.com',
  'cloudfront.net',
  'discord.com',
  'dropbox.com',
  'facebook.com',
  'github.com',
  'githubusercontent.com',
  'google.com',
  'googleapis.com',
  'live.com',
  'microsoft.com',
  'microsoftonline.com',
  'office.com',
  'raw.githubusercontent.com',
  'slack.com',
  't.me',
  'telegram.org',
  'wikipedia.org',
  'windows.net',
  'windowsupdate.com',
  'www.google.com',
  'youtube.com',
])

/** Hashes of the empty file. */
const EMPTY_HASHES: ReadonlySet<string> = new Set([
  'd41d8cd98f00b204e9800998ecf8427e',
  'da39a3ee5e6b4b0d3255bfef95601890afd80709',
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
])

const NOT_PUBLIC: ReadonlySet<string> = new Set([
  'broadcast',
  'carrierGradeNat',
  'linkLocal',
  'loopback',
  'multicast',
  'private',
  'uniqueLocal',
  'unspecified',
])

/** Makes the guard for these own networks (CIDR). */
export function createGuard(ownNetworks: readonly string[]): FalsePositiveGuard {
  const own = createAddressSet(ownNetworks)
  const refuseAddress = (address: string) => {
    if (own.has(address)) return 'is an address of our own'
    if (RESOLVERS.has(address)) return 'is a public resolver that everybody uses'
    const range = addressRange(address) ?? ''
    return NOT_PUBLIC.has(range) ? `is not a public address (${range})` : undefined
  }
  return ({ kind, value }) => {
    if (kind === 'ip') return refuseAddress(value)
    if (kind === 'domain')
      return COMMON_DOMAINS.has(value) ? 'is a domain that everybody uses' : undefined
    if (kind === 'url') return refuseUrl(value, refuseAddress)
    return EMPTY_HASHES.has(value) ? 'is the hash of the empty file' : undefined
  }
}

function refuseUrl(value: string, refuseAddress: (address: string) => string | undefined) {
  const url = URL.parse(value)
  if (!url) return undefined
  const host = url.hostname.replace(/^\[|\]$/g, '')
  if (host === 'localhost') return 'is this machine itself'
  const isWholeSite = url.pathname === '/' && url.search === ''
  if (isWholeSite && COMMON_DOMAINS.has(host)) return 'is a site that everybody uses'
  return addressRange(host) === undefined ? undefined : refuseAddress(host)
}
