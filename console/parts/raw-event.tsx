import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { SearchRow } from '#serve/contract/search.ts'
import { eventQuery } from '../queries.ts'
import { Trouble, Verbatim, Waiting } from './answers.tsx'
import { Moment } from './marks.tsx'

/** A button with the place of an event, that opens its fields and raw record right there. */
export function EvidenceRow({ position }: { position: string }) {
  const [open, setOpen] = useState(false)
  return (
    <div className="evidence">
      <button
        type="button"
        className="evidence-toggle"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        <span aria-hidden="true">{open ? '▾' : '▸'}</span> Record{' '}
        <span className="num">{position}</span>
      </button>
      {open && <RawEvent id={position} />}
    </div>
  )
}

/** One event, read whole. */
export function RawEvent({ id }: { id: string }) {
  const { data, error, isPending } = useQuery(eventQuery(id))
  if (isPending) return <Waiting label={`record ${id}`} lines={3} />
  if (error) return <Trouble error={error} />
  return <EventDetail row={data} />
}

/** Every field of an event and its raw record, as received. */
function EventDetail({ row }: { row: SearchRow }) {
  return (
    <div className="event-detail">
      <p>{row.message}</p>
      <dl className="facts">
        <div>
          <dt>Happened</dt>
          <dd>
            <Moment at={row.time} />
          </dd>
        </div>
        <div>
          <dt>Received</dt>
          <dd>
            <Moment at={row.received} />
          </dd>
        </div>
        <div>
          <dt>Class</dt>
          <dd>
            {row.className} <span className="muted num">{row.classUid}</span>
          </dd>
        </div>
        {Object.entries(row.fields).map(([name, value]) => (
          <div key={name}>
            <dt className="mono">{name}</dt>
            <dd className="mono">{value}</dd>
          </div>
        ))}
      </dl>
      <h4>Raw record</h4>
      <Verbatim className="raw" text={row.raw} label="Raw record" />
    </div>
  )
}
