import type { PlanReport } from '#serve/contract/plan.ts'
import { Empty } from '../../parts/answers.tsx'
import { LevelMark } from '../../parts/marks.tsx'
import { shortPath } from '../../words.ts'

/** Each blind spot with the way out and the line of the plan that asks for it. */
export function BlindSpots({ plan, target }: { plan: PlanReport; target: string | undefined }) {
  const spots = plan.blindSpots.filter(
    (spot) => target === undefined || spot.targets.includes(target),
  )
  if (spots.length === 0)
    return (
      <Empty title="None known.">
        <p>
          Everything that the plan requires {target ? 'of this target ' : ''}arrives. What the plan
          does not name cannot be missed here.
        </p>
      </Empty>
    )
  return (
    <ul className="rows">
      {spots.map((spot) => (
        <li key={spot.id} id={spot.id} className="spot barred" data-tone={`level-${spot.level}`}>
          <LevelMark level={spot.level} />
          <div className="row-text">
            <strong>{spot.text}</strong>
            <span>
              <span className="fix">Way out</span> {spot.fix}
            </span>
            <span className="muted small">
              {spot.targets.length > 0 && `Unprotected: ${spot.targets.join(', ')}. `}
              <span className="mono" title={spot.at}>
                {shortPath(spot.at)}
              </span>
            </span>
          </div>
        </li>
      ))}
    </ul>
  )
}
