import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useHashPart } from '../../hash.ts'
import { Empty, Part, Trouble, Waiting } from '../../parts/answers.tsx'
import { Age } from '../../parts/marks.tsx'
import { planQuery } from '../../queries.ts'
import { shortPath } from '../../words.ts'
import { BlindSpots } from './blind-spots.tsx'
import { Coverage } from './coverage.tsx'
import { Noise } from './noise.tsx'
import { Obligations } from './obligations.tsx'
import { Targets } from './targets.tsx'

const route = getRouteApi('/plan')

/** The plan against live data: what is watched, where it is blind, what is only noise, what a standard asks. */
export function PlanPage() {
  const search = route.useSearch()
  const { data: plan, error } = useQuery(planQuery)
  useHashPart(plan !== undefined)
  if (error)
    return (
      <>
        <h1>Plan</h1>
        <Trouble error={error} />
      </>
    )
  if (!plan)
    return (
      <>
        <h1>Plan</h1>
        <Waiting label="the plan" lines={14} />
      </>
    )
  return (
    <>
      <h1>{plan.planName || 'Plan'}</h1>
      <p className="lead">{plan.sentence}</p>
      <p className="muted small">
        {plan.planPath && (
          <span className="mono" title={plan.planPath}>
            {shortPath(plan.planPath)}
          </span>
        )}{' '}
        judged <Age since={plan.judged} /> ago
      </p>
      {plan.targets.length === 0 && (
        <Empty title="The plan names nothing to protect.">
          <p>
            Run <code>vedette plan init</code>: it asks what your targets are and from what you
            protect them. Everything on this page is judged against that file.
          </p>
        </Empty>
      )}
      {plan.targets.length > 0 && (
        <Part title="Targets" count={plan.targets.length}>
          <Targets plan={plan} chosen={search.target} />
        </Part>
      )}
      <Part title="Blind spots" count={plan.blindSpots.length}>
        <BlindSpots plan={plan} target={search.target} />
      </Part>
      <Part title="Signal and noise">
        <Noise plan={plan} />
      </Part>
      {plan.coverage.length > 0 && (
        <Part title="Coverage" note={<Legend />}>
          <Coverage plan={plan} target={search.target} state={search.state} />
        </Part>
      )}
      {plan.obligations.length > 0 && (
        <Part title="Obligations" count={plan.obligations.length}>
          <Obligations plan={plan} />
        </Part>
      )}
    </>
  )
}

function Legend() {
  return (
    <span className="muted">
      Only <em>proven</em> is green: a rule that was seen to fire on live data.
    </span>
  )
}
