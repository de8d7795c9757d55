import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Part, Trouble, Waiting } from '../../parts/answers.tsx'
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
        <h1 aria-live="polite">{plan.data?.sentence ?? 'Reading what is known …'}</h1>
        <p className="muted">
          {plan.data?.planPath ? (
            <>
              Judged against <Link to="/plan">{plan.data.planName || plan.data.planPath}</Link>
            </>
          ) : (
            'Judged without a plan'
          )}
        </p>
      </div>
      {error && <Trouble error={error} />}
      <div className="home-columns">
        <div>
          {status.data && plan.data && plan.data.sources.length === 0 && (
            <FirstSteps status={status.data} />
          )}
          {plan.data && incidents.data && runs.data ? (
            <Needs
              incidents={incidents.data.items}
              incidentTotal={incidents.data.total}
              runs={runs.data.items}
              plan={plan.data}
            />
          ) : (
            !error && (
              <Part title="What needs you">
                <Waiting label="what needs you" lines={8} />
              </Part>
            )
          )}
        </div>
        <aside aria-label="The server">
          {status.data ? (
            <ServerFacts status={status.data} budget={plan.data?.budget} />
          ) : (
            !error && <Waiting label="the server" lines={8} />
          )}
        </aside>
      </div>
    </>
  )
}
