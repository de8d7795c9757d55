import { Failure, reasonOf, systemCodeOf } from '#base/failure.ts'

/** Where to listen. Port 0 lets the system choose. */
export interface Address {
  readonly host: string
  readonly port: number
}

/** Reads `host:port`, `[v6]:port` or `:port` (loopback); undefined when it is none of them. */
export function parseAddress(text: string): Address | undefined {
  const match = /^(?:\[([^\]]+)\]|([^:]*)):(\d{1,5})$/.exec(text)
  if (!match) return undefined
  const port = Number(match[3])
  return port > 65_535 ? undefined : { host: match[1] ?? (match[2] || '127.0.0.1'), port }
}

/** An address as people write it. */
export function textOfAddress(bound: { address: string; port: number }): string {
  return bound.address.includes(':')
    ? `[${bound.address}]:${bound.port}`
    : `${bound.address}:${bound.port}`
}

/** `collect.port-taken` for what the system says when listening is not possible. */
export function listenFailure(error: unknown, transport: string, address: Address): Failure {
  const place = `${transport} ${textOfAddress({ address: address.host, port: address.port })}`
  const code = systemCodeOf(error)
  const why =
    code === 'EADDRINUSE'
      ? 'is already in use'
      : code === 'EACCES'
        ? 'needs more rights (ports below 1024)'
        : `cannot be listened on: ${reasonOf(error)}`
  return new Failure('collect.port-taken', `${place} ${why}`, { cause: error })
}
