import { Link } from '@tanstack/react-router'
import type { Status } from '#serve/contract/status.ts'
import { CopyLines } from '../../parts/answers.tsx'
import { connectionsOf } from './connect-lines.ts'

/** Lines to copy for each kind of shipper, with the addresses this server listens on now. */
export function Connect({ status, chosen }: { status: Status; chosen: string }) {
  const connections = connectionsOf(status)
  const shown = connections.find((one) => one.id === chosen) ?? connections[0]
  return (
    <>
      <div className="switch">
        {connections.map((one) => (
          <Link
            key={one.id}
            to="/sources"
            search={{ connect: one.id }}
            hash="connect"
            activeOptions={{ exact: true }}
            aria-current={one.id === shown?.id ? 'true' : undefined}
          >
            {one.name}
          </Link>
        ))}
      </div>
      {shown && (
        <>
          <p className="mono muted">{shown.file}</p>
          <CopyLines text={shown.text} label={`lines for ${shown.name}`} />
          <p className="muted">{shown.note}</p>
        </>
      )}
      <p className="muted">
        This server listens on{' '}
        {status.listening.map((one, at) => (
          <span key={`${one.name}${one.port}`}>
            {at > 0 && ', '}
            {one.name} <span className="mono">{`${one.address}:${one.port}`}</span>
          </span>
        ))}
        .
      </p>
    </>
  )
}
