import { endpointOf, ipOf, isPrivate } from './ip.ts'
import type { Instant, ReadContext } from './native.ts'
import { native, parseTime } from './time.ts'
import { UTC } from './zone.ts'

/** One function of the mapping language. `undefined` = the value gives nothing. Never throws. */
export type MapFunction = (value: unknown, context: ReadContext) => unknown

const onText =
  (apply: (text: string) => unknown): MapFunction =>
  (value) => {
    const text = scalar(value)
    return text === undefined ? undefined : apply(text)
  }

const onNumber =
  (apply: (number: number) => Instant | undefined): MapFunction =>
  (value) => {
    const text = scalar(value)
    const number = text === undefined ? Number.NaN : Number(text)
    return Number.isFinite(number) ? apply(number) : undefined
  }

const afterLast = (text: string, mark: string): string => text.slice(text.lastIndexOf(mark) + 1)

/** Part of a text before the first mark; undefined when there is no mark. */
const before = (text: string, mark: string): string | undefined => {
  const at = text.indexOf(mark)
  return at > 0 ? text.slice(0, at) : undefined
}

const REQUEST_LINE = /^([A-Za-z]{3,20}) (.*?)(?: (HTTP\/[\d.]{1,4}))?$/

const URL_PARTS =
  /^(?:[a-z][a-z0-9+.-]*:)?\/\/(?:[^/?#@]*@)?(\[[^\]]+\]|[^/?#:]*)(?::\d+)?([^?#]*)/i

/** The fixed list of functions a path expression may pipe a value through. Alphabetical. */
export const FUNCTIONS: Readonly<Record<string, MapFunction>> = {
  /** Last name in an ARN: `arn:aws:iam::1:user/dev/alice` gives `alice`. */
  'arn-name': onText((text) => afterLast(afterLast(text, '/'), ':')),
  /** What follows the last `/`. */
  'after-slash': onText((text) => afterLast(text, '/')),
  /** What follows the last `:`. */
  'after-colon': onText((text) => afterLast(text, ':')),
  /** A country as named, unless the sender means that it knows none. */
  country: onText((text) => (/^(?:reserved|unknown|zz|n\/a)$/i.test(text) ? undefined : text)),
  /** `DOMAIN` of `DOMAIN\user`; nothing when there is no backslash. */
  'domain-of': onText((text) => before(text, '\\')),
  /** What follows the last `@`; nothing when there is none. */
  'email-domain': onText((text) => (text.includes('@') ? afterLast(text, '@') : undefined)),
  first: (value) => (Array.isArray(value) ? value[0] : value),
  /** A hexadecimal number (`0x1f4`) as decimal text. */
  hex: onText((text) => {
    const number = /^(0x)?[0-9a-f]{1,12}$/i.test(text) ? Number.parseInt(text, 16) : Number.NaN
    return Number.isNaN(number) ? undefined : String(number)
  }),
  /** Host of a URL. */
  'host-of-url': onText((text) => URL_PARTS.exec(text)?.[1]),
  /** Method of a request line: `GET` of `GET /x HTTP/1.1`; nothing when the line is none. */
  'http-method': onText((text) => REQUEST_LINE.exec(text)?.[1]),
  /** Target of a request line: `/x?y` of `GET /x?y HTTP/1.1`. */
  'http-target': onText((text) => REQUEST_LINE.exec(text)?.[2]),
  /** Version of a request line. */
  'http-version': onText((text) => REQUEST_LINE.exec(text)?.[3]),
  ip: onText(ipOf),
  /** A time whose text names no zone but is known to be UTC. */
  utc: (value, context) => parseTime(value, { received: context.received, zone: UTC }),
  join: (value) =>
    Array.isArray(value) ? value.map(scalar).filter(Boolean).join(',') : scalar(value),
  last: (value) => (Array.isArray(value) ? value.at(-1) : value),
  lower: onText((text) => text.toLowerCase()),
  ms: onNumber((number) => native(number * 1e3)),
  ns: onNumber((number) => native(number / 1e3)),
  /** Path of a URL, without query. */
  'path-of-url': onText((text) => URL_PARTS.exec(text)?.[2] ?? before(text, '?') ?? text),
  /** Port of `1.2.3.4:80` or `[::1]:80`. */
  port: onText((text) => endpointOf(text)?.port),
  /** First public address of a list (`10.0.0.2, 81.2.69.143`), else its first address: the client before the proxies. */
  'public-ip': onText((text) => {
    const ips = text.split(/[\s,]+/, 32).flatMap((one) => ipOf(one) ?? [])
    return ips.find((ip) => !isPrivate(ip)) ?? ips[0]
  }),
  /** Epoch seconds, with or without a fraction. */
  s: onNumber((number) => native(number * 1e6)),
  trim: onText((text) => text.trim()),
  upper: onText((text) => text.toUpperCase()),
  us: onNumber((number) => native(number)),
  /** `user` of `DOMAIN\user`; the whole text when there is no backslash. */
  'user-of': onText((text) => afterLast(text, '\\')),
}

function scalar(value: unknown): string | undefined {
  if (typeof value === 'string') return value
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  if (Array.isArray(value) && value.length > 0 && !Array.isArray(value[0])) return scalar(value[0])
  return undefined
}
