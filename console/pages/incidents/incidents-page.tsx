import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useState } from 'react'
import { currentRow, useKeys } from '../../keys.ts'
import { Empty, Trouble, Waiting } from '../../parts/answers.tsx'
import { incidentsQuery } from '../../queries.ts'
import { plural } from '../../words.ts'
import { Filters } from './filters.tsx'
import { IncidentRow } from './incident-row.tsx'

const route = getRouteApi('/incidents')
const PAGE = 50

/** The queue: strongest open incident first, worked on from the keyboard. */
export function IncidentsPage() {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const [limit, setLimit] = useState(PAGE)
  const { status = 'open', level, target, text } = search
  const { data, error, isPending } = useQuery(
    incidentsQuery({ status, level, target, text, limit }),
  )
  useKeys({
    e: () => {
      const id = currentRow()
      if (id) void navigate({ to: '/incidents/$id', params: { id }, search: { close: '1' } })
    },
  })
  return (
    <>
      <h1>Incidents</h1>
      <p className="lead" aria-live="polite">
        {data ? `${plural(data.total, 'incident')} ${wordOf(status)}.` : 'Reading the incidents …'}
      </p>
      <Filters
        search={search}
        onChange={(change) =>
          void navigate({ search: (before) => ({ ...before, ...change }), replace: true })
        }
      />
      {error && <Trouble error={error} />}
      {isPending && !error && <Waiting label="the incidents" lines={8} />}
      {data && data.items.length === 0 && (
        <Empty title="Nothing here.">
          <p>
            {status === 'open'
              ? 'No incident is open under these filters. When rules find something, findings about the same user, host or address are joined and appear here as one line.'
              : 'No incident matches these filters.'}
          </p>
        </Empty>
      )}
      {data && data.items.length > 0 && (
        <ul className="rows queue">
          {data.items.map((incident) => (
            <IncidentRow key={incident.id} incident={incident} />
          ))}
        </ul>
      )}
      {data && data.total > data.items.length && (
        <p>
          <button type="button" onClick={() => setLimit(Math.min(500, limit + PAGE))}>
            Show more of {data.total}
          </button>
        </p>
      )}
      <p className="hint muted">
        <kbd>j</kbd> <kbd>k</kbd> move, <kbd>Enter</kbd> opens, <kbd>e</kbd> closes
      </p>
    </>
  )
}

function wordOf(status: string): string {
  return status === 'all' ? 'in all' : status
}
