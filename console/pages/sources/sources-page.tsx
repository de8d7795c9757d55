import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useHashPart } from '../../hash.ts'
import { Empty, Part, Scroll, Trouble, Waiting } from '../../parts/answers.tsx'
import { deadLettersQuery, sourcesQuery, statusQuery } from '../../queries.ts'
import { plural } from '../../words.ts'
import { Connect } from './connect.tsx'
import { DeadLetters } from './dead-letters.tsx'
import { SourceRow } from './source-row.tsx'
import { Unplanned } from './unplanned.tsx'
import { worstFirst } from './worst-first.ts'

const route = getRouteApi('/sources')

/** One row for each source: whether it sends as the plan expects, and what it gives. */
export function SourcesPage() {
  const { id, connect, dead } = route.useSearch()
  const sources = useQuery(sourcesQuery)
  const status = useQuery(statusQuery)
  const letters = useLetters(dead, id)
  useHashPart(sources.data !== undefined)
  const rows = worstFirst(sources.data?.items ?? [])
  const planned = rows.filter((row) => row.state !== 'unplanned')
  const unplanned = rows.filter((row) => row.state === 'unplanned')
  const well = planned.filter((row) => row.state === 'healthy').length
  return (
    <>
      <h1>Sources</h1>
      <p className="lead" aria-live="polite">
        {sources.data
          ? `${well} of ${plural(planned.length, 'planned source')} as expected${unplanned.length > 0 ? `; ${plural(unplanned.length, 'sender')} that the plan does not know` : ''}.`
          : 'Reading the sources …'}
      </p>
      {sources.error && <Trouble error={sources.error} />}
      {sources.isPending && <Waiting label="the sources" lines={10} />}
      {sources.data && planned.length === 0 && (
        <Empty title="The plan names no source.">
          <p>Connect one below, then name it in plan.yaml so that its silence is noticed.</p>
        </Empty>
      )}
      {planned.length > 0 && (
        <Scroll label="Planned sources">
          <table className="sources">
            <thead>
              <tr>
                <th scope="col">State</th>
                <th scope="col">Source</th>
                <th scope="col" className="right">
                  Last record
                </th>
                <th scope="col">Per minute, last hour</th>
                <th scope="col" className="right">
                  Read
                </th>
                <th scope="col" className="right">
                  Delay
                </th>
                <th scope="col" className="right">
                  Dead letters
                </th>
                <th scope="col" className="right">
                  Rules
                </th>
              </tr>
            </thead>
            <tbody>
              {planned.map((row) => (
                <SourceRow key={row.id} row={row} chosen={row.id === id} />
              ))}
            </tbody>
          </table>
        </Scroll>
      )}
      {unplanned.length > 0 && <Unplanned rows={unplanned} />}
      {/* Below a list of unknown length nothing is shown before the list is: it would jump. */}
      {!sources.isPending && dead !== undefined && <DeadLetters source={id} />}
      {!sources.isPending && (letters.isPending || status.isPending) && (
        <Waiting label="the ways to connect" />
      )}
      {!sources.isPending && !letters.isPending && status.data && (
        <Part title="Connect a source" id="connect">
          <Connect status={status.data} chosen={connect ?? 'rsyslog'} />
        </Part>
      )}
    </>
  )
}

/** Whether the dead letters, when they are asked for, are there yet. */
function useLetters(dead: string | undefined, source: string | undefined) {
  const wanted = dead !== undefined
  const letters = useQuery({ ...deadLettersQuery({ source, limit: 50 }), enabled: wanted })
  return { isPending: wanted && letters.isPending }
}
