import { useState } from 'react'
import type { Incident } from '#serve/contract/incident.ts'
import { Empty } from '../../parts/answers.tsx'

const SHOWN = 6

/** What reduces the chance that this happens again, by technique. */
export function AdviceList({ advice }: { advice: Incident['advice'] }) {
  const [all, setAll] = useState(false)
  if (advice.length === 0)
    return <Empty title="ATT&CK names no mitigation for the techniques of this incident." />
  const shown = all ? advice : advice.slice(0, SHOWN)
  return (
    <>
      <ul className="advice">
        {shown.map((one) => (
          <li key={`${one.technique}${one.mitigationId}`}>
            <p>{one.mitigation}</p>
            <p className="muted small">
              <span className="mono">{one.mitigationId}</span> against {one.techniqueName}{' '}
              <span className="mono">{one.technique}</span>
            </p>
          </li>
        ))}
      </ul>
      {shown.length < advice.length && (
        <button type="button" className="more" onClick={() => setAll(true)}>
          Show all {advice.length}
        </button>
      )}
    </>
  )
}
