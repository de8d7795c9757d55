import { Link } from '@tanstack/react-router'
import type { CoverageState, PlanReport } from '#serve/contract/plan.ts'
import { plural } from '../../words.ts'

const STATES: readonly CoverageState[] = ['proven', 'unproven', 'no-rule', 'no-data']

/** The targets side by side; choosing one narrows the page to it. */
export function Targets({ plan, chosen }: { plan: PlanReport; chosen: string | undefined }) {
  return (
    <ul className="targets">
      {plan.targets.map((target) => (
        <li key={target.id}>
          <Link
            to="/plan"
            search={target.id === chosen ? {} : { target: target.id }}
            className="target"
            activeOptions={{ exact: true }}
            aria-current={target.id === chosen ? 'true' : undefined}
          >
            <strong>{target.name}</strong>
            <span className="muted">
              {target.criticality}
              {target.owner && `, ${target.owner}`}
            </span>
            <span className="cells" aria-hidden="true">
              {target.threats
                .toSorted((left, right) => STATES.indexOf(left.state) - STATES.indexOf(right.state))
                .map((threat) => (
                  <i key={threat.technique} data-tone={`state-${threat.state}`} />
                ))}
            </span>
            <span>
              {proven(target.threats)} of {plural(target.threats.length, 'threat')} proven
            </span>
            <span className="muted">
              {plural(target.blindSpots, 'blind spot')}, {plural(target.openIncidents, 'incident')}
            </span>
          </Link>
        </li>
      ))}
    </ul>
  )
}

function proven(threats: PlanReport['targets'][number]['threats']): number {
  return threats.filter((threat) => threat.state === 'proven').length
}
