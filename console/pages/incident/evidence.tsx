import { useQuery } from '@tanstack/react-query'
import { Link, useRouterState } from '@tanstack/react-router'
import { useState } from 'react'
import type { Finding } from '#serve/contract/finding.ts'
import type { Incident } from '#serve/contract/incident.ts'
import { Empty, Trouble, Waiting } from '../../parts/answers.tsx'
import { LevelMark, Moment } from '../../parts/marks.tsx'
import { EvidenceRow } from '../../parts/raw-event.tsx'
import { findingsQuery } from '../../queries.ts'
import { plural } from '../../words.ts'

const SHOWN_RECORDS = 5
/** So many findings are shown whole from the start; the others open on demand, or when the timeline leads there. */
const OPEN = 3
/** So many findings are listed until all are asked for. */
const SHOWN = 10

/** Each finding with what its rule expected, what was seen, and the records themselves. */
export function Evidence({ incident }: { incident: Incident }) {
  const { data, error, isPending } = useQuery(findingsQuery(incident.id))
  const hash = useRouterState({ select: (state) => state.location.hash })
  const [all, setAll] = useState(false)
  if (isPending) return <Waiting label="the evidence" lines={6} />
  if (error) return <Trouble error={error} />
  if (data.items.length === 0)
    return <Empty title="The findings of this incident are no longer kept." />
  const led = data.items.findIndex((finding) => finding.id === hash)
  const shown = all || led >= SHOWN ? data.items : data.items.slice(0, SHOWN)
  return (
    <>
      {shown.map((finding, at) => (
        <FindingCard key={finding.id} finding={finding} open={at < OPEN || finding.id === hash} />
      ))}
      {shown.length < data.items.length && (
        <button type="button" className="more" onClick={() => setAll(true)}>
          Show all {data.items.length}
        </button>
      )}
      {data.total > data.items.length && (
        <p className="muted">
          The newest {data.items.length} of {plural(data.total, 'finding')}.
        </p>
      )}
    </>
  )
}

function FindingCard({ finding, open }: { finding: Finding; open: boolean }) {
  const shown = finding.positions.slice(-SHOWN_RECORDS)
  return (
    <details className="finding" id={finding.id} open={open}>
      <summary>
        <LevelMark level={finding.level} />
        <h3>{finding.ruleTitle}</h3>
        <Moment at={finding.time} />
      </summary>
      <p>
        {finding.why}{' '}
        <Link to="/rules" search={{ id: finding.ruleId, text: finding.ruleId }}>
          The rule
        </Link>
      </p>
      {finding.matched.length > 0 && (
        <table className="matched">
          <thead>
            <tr>
              <th scope="col">Field</th>
              <th scope="col">The rule expects</th>
              <th scope="col">Seen</th>
            </tr>
          </thead>
          <tbody>
            {finding.matched.map((match) => (
              <tr key={match.field}>
                <td className="mono">{match.field}</td>
                <td className="mono">{match.expected}</td>
                <td className="mono">
                  <mark>{match.seen}</mark>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {shown.map((position) => (
        <EvidenceRow key={position} position={position} />
      ))}
      {finding.count > shown.length && (
        <p className="muted small">
          The newest {shown.length} of {plural(finding.count, 'record')}.
        </p>
      )}
    </details>
  )
}
