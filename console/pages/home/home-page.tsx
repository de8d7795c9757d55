import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { PlanReport } from '#serve/contract/plan.ts'
import { Trouble, Waiting } from '../../parts/answers.tsx'
import { incidentsQuery, planQuery, runsQuery, statusQuery } from '../../queries.ts'
import { FirstSteps } from './first-steps.tsx'
import { Needs } from './needs.tsx'
import { ServerFacts } from './server-facts.tsx'
import { toneOf } from './tone.ts'

/** One sentence of truth, then what needs a person, then what the server counted. */
export function HomePage() {
  const plan = useQuery(planQuery)
  const status = useQuery(statusQuery)
  const incidents = useQuery(incidentsQuery({ status: 'open', limit: 6 }))
  const runs = useQuery(runsQuery({ status: 'waiting', limit: 20 }))
  const error = plan.error ?? status.error ?? incidents.error ?? runs.error
  const isSettled = [plan, status, incidents, runs].every((query) => !query.isPending)
  const tone = toneOf({
    plan: plan.data,
    status: status.data,
    openIncidents: incidents.data?.total,
    failed: error !== null,
  })
  return (
    <>
      <div className="truth" data-tone={tone.kind}>
        <p className="eyebrow">
          <i aria-hidden="true" />
          {tone.word}
        </p>
        <h1 aria-live="polite">
          {(isSettled && plan.data?.sentence) || 'Reading what is known …'}
        </h1>
        {isSettled && plan.data && <JudgedBy plan={plan.data} />}
      </div>
      {error && <Trouble error={error} />}
      {/* All at once: parts that come one by one push each other down. */}
      {!isSettled && <Waiting label="what needs you" lines={8} />}
      {isSettled && (
        <div className="home-columns">
          <div>
            {status.data && plan.data?.sources.length === 0 && <FirstSteps status={status.data} />}
            {plan.data && incidents.data && runs.data && (
              <Needs
                incidents={incidents.data.items}
                incidentTotal={incidents.data.total}
                runs={runs.data.items}
                plan={plan.data}
              />
            )}
          </div>
          <aside aria-label="The server">
            {status.data && <ServerFacts status={status.data} budget={plan.data?.budget} />}
          </aside>
        </div>
      )}
    </>
  )
}

function JudgedBy({ plan }: { plan: PlanReport }) {
  if (!plan.planPath) return <p className="muted">Judged without a plan</p>
  return (
    <p className="muted">
      Judged against <Link to="/plan">{plan.planName || plan.planPath}</Link>
    </p>
  )
}
