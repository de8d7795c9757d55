import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { Run } from '#serve/contract/run.ts'
import { send } from '../../api.ts'
import { Trouble } from '../../parts/answers.tsx'
import { Age } from '../../parts/marks.tsx'
import { meQuery } from '../../queries.ts'

/** Takes back what a run did, with one press; afterwards it says who did so. */
export function TakeBack({ run }: { run: Run }) {
  const { data: me } = useQuery(meQuery)
  const client = useQueryClient()
  const undo = useMutation({
    mutationFn: () => send<Run>(`/api/runs/${encodeURIComponent(run.id)}/undo`, {}),
    onSettled: () => client.invalidateQueries({ queryKey: ['run'] }),
  })
  const undone = run.steps.find((step) => step.undoneAt !== undefined)
  const canAct = run.steps.some((step) => step.status === 'done' && step.undoneAt === undefined)
  return (
    <>
      {undone?.undoneAt !== undefined && (
        <p className="muted small">
          Taken back by {undone.undoneBy} <Age since={undone.undoneAt} /> ago
        </p>
      )}
      {canAct && me?.role !== 'viewer' && (
        <button type="button" disabled={undo.isPending} onClick={() => undo.mutate()}>
          Take it back
        </button>
      )}
      {undo.error && <Trouble error={undo.error} />}
    </>
  )
}
