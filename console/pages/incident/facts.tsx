import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { Incident } from '#serve/contract/incident.ts'
import { send } from '../../api.ts'
import { Trouble } from '../../parts/answers.tsx'
import { Age } from '../../parts/marks.tsx'
import { meQuery } from '../../queries.ts'

/** Who holds it, how old it is, which targets of the plan it touches. */
export function Facts({ incident }: { incident: Incident }) {
  const { data: me } = useQuery(meQuery)
  const client = useQueryClient()
  const assign = useMutation({
    mutationFn: (owner: string) =>
      send<Incident>(`/api/incidents/${encodeURIComponent(incident.id)}/assign`, { owner }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['incident'] }),
  })
  const mine = me !== undefined && incident.owner === me.name
  return (
    <>
      <dl className="facts side">
        <div>
          <dt>Held by</dt>
          <dd>
            {incident.owner || 'nobody'}{' '}
            {me && me.role !== 'viewer' && incident.status === 'open' && (
              <button
                type="button"
                className="small"
                disabled={assign.isPending}
                onClick={() => assign.mutate(mine ? '' : me.name)}
              >
                {mine ? 'Give back' : 'Take it'}
              </button>
            )}
          </dd>
        </div>
        <div>
          <dt>Open for</dt>
          <dd>
            <Age since={incident.opened} />
          </dd>
        </div>
        <div>
          <dt>Last change</dt>
          <dd>
            <Age since={incident.updated} /> ago
          </dd>
        </div>
        <div>
          <dt>Plan targets</dt>
          <dd>
            {incident.targets.length === 0 && <span className="muted">none named</span>}
            {incident.targets.map((target) => (
              <Link key={target} to="/plan" search={{ target }} className="chip">
                {target}
              </Link>
            ))}
          </dd>
        </div>
        <div>
          <dt>Risk</dt>
          <dd className="num">{incident.risk}</dd>
        </div>
      </dl>
      {assign.error && <Trouble error={assign.error} />}
    </>
  )
}
