import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type RefObject, useEffect, useState } from 'react'
import type { CloseReason, Incident } from '#serve/contract/incident.ts'
import { send } from '../../api.ts'
import { Trouble } from '../../parts/answers.tsx'
import { Moment, StateMark } from '../../parts/marks.tsx'
import { meQuery } from '../../queries.ts'
import { REASONS } from './reasons.ts'

/** How it ended, or the form that ends it: a reason is required, it teaches the rules and the noise. */
export function CloseForm(props: {
  incident: Incident
  form: RefObject<HTMLFormElement | null>
  focus: boolean
}) {
  const { incident, form, focus } = props
  const { data: me } = useQuery(meQuery)
  useEffect(() => {
    if (focus) form.current?.querySelector('input')?.focus()
  }, [focus, form])
  if (incident.status === 'closed') return <Ended incident={incident} />
  if (me?.role === 'viewer') return <p className="muted">An analyst closes incidents.</p>
  return <OpenForm incident={incident} form={form} />
}

function OpenForm(props: { incident: Incident; form: RefObject<HTMLFormElement | null> }) {
  const { incident, form } = props
  const [reason, setReason] = useState<CloseReason>()
  const [note, setNote] = useState('')
  const client = useQueryClient()
  const close = useMutation({
    mutationFn: () =>
      send<Incident>(`/api/incidents/${encodeURIComponent(incident.id)}/close`, { reason, note }),
    onSettled: () => client.invalidateQueries({ queryKey: ['incident'] }),
  })
  return (
    <form
      ref={form}
      className="close-form"
      onSubmit={(event) => {
        event.preventDefault()
        close.mutate()
      }}
    >
      <fieldset>
        <legend>What was it?</legend>
        {REASONS.map(({ value, name, text }) => (
          <label key={value} className="choice">
            <input
              type="radio"
              name="reason"
              required
              value={value}
              checked={reason === value}
              onChange={() => setReason(value)}
            />
            <span>
              <strong>{name}</strong>
              <span className="muted">{text}</span>
            </span>
          </label>
        ))}
      </fieldset>
      <label className="note">
        Note for whoever meets it next
        <textarea
          rows={3}
          maxLength={4000}
          value={note}
          onChange={(event) => setNote(event.target.value)}
        />
      </label>
      <button type="submit" className="main" disabled={close.isPending}>
        Close the incident
      </button>
      {close.error && <Trouble error={close.error} />}
    </form>
  )
}

function Ended({ incident }: { incident: Incident }) {
  const reason = REASONS.find((one) => one.value === incident.closeReason)
  return (
    <div className="ended" role="status">
      <p>
        <StateMark state="closed" word={reason?.name ?? 'Closed'} />
      </p>
      {incident.closeNote && <p>{incident.closeNote}</p>}
      <p className="muted">
        by {incident.closedBy ?? 'somebody'}
        {incident.closedAt !== undefined && (
          <>
            {' '}
            at <Moment at={incident.closedAt} />
          </>
        )}
      </p>
    </div>
  )
}
