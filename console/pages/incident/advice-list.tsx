import type { Incident } from '#serve/contract/incident.ts'
import { Empty } from '../../parts/answers.tsx'

/** What reduces the chance that this happens again, by technique. */
export function AdviceList({ advice }: { advice: Incident['advice'] }) {
  if (advice.length === 0)
    return <Empty title="ATT&CK names no mitigation for the techniques of this incident." />
  return (
    <ul className="advice">
      {advice.map((one) => (
        <li key={`${one.technique}${one.mitigationId}`}>
          <p>{one.mitigation}</p>
          <p className="muted small">
            <span className="mono">{one.mitigationId}</span> against {one.techniqueName}{' '}
            <span className="mono">{one.technique}</span>
          </p>
        </li>
      ))}
    </ul>
  )
}
