import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useId, useState } from 'react'
import type { Run } from '#serve/contract/run.ts'
import { send } from '../../api.ts'
import { Trouble } from '../../parts/answers.tsx'
import { meQuery } from '../../queries.ts'

/** What pressing the button does: steps that the dry run left out are not promised. */
function approveText(run: Run): string {
  const count = run.steps.filter((step) => step.status !== 'skipped').length
  return count === 1 ? 'Approve: do this step' : `Approve: do these ${count} steps`
}

/** Approve with one press after reading the dry run; a refusal needs a reason. */
export function Decide({ run }: { run: Run }) {
  const [reason, setReason] = useState('')
  const field = useId()
  const { data: me } = useQuery(meQuery)
  const client = useQueryClient()
  const path = `/api/runs/${encodeURIComponent(run.id)}`
  const decide = useMutation({
    mutationFn: (word: 'approve' | 'reject') =>
      send<Run>(`${path}/${word}`, word === 'reject' ? { reason } : {}),
    onSettled: () => client.invalidateQueries({ queryKey: ['run'] }),
  })
  if (me?.role === 'viewer') return <p className="muted">An analyst decides about this run.</p>
  return (
    <form
      className="decide"
      onSubmit={(event) => {
        event.preventDefault()
        decide.mutate('reject')
      }}
    >
      <button
        type="button"
        className="main"
        disabled={decide.isPending}
        onClick={() => decide.mutate('approve')}
      >
        {approveText(run)}
      </button>
      <label htmlFor={field}>Or refuse it, because</label>
      <div className="field-row">
        <input
          id={field}
          required
          value={reason}
          maxLength={1000}
          onChange={(event) => setReason(event.target.value)}
        />
        <button type="submit" disabled={decide.isPending}>
          Refuse
        </button>
      </div>
      {decide.error && <Trouble error={decide.error} />}
    </form>
  )
}
